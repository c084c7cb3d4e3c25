// Did data of a class reach a destination in a period? Asked here, answered with a signed file to be kept.
import { useState } from "react";
import type { ReactElement } from "react";
import { useAct } from "../../api/use.ts";
import { Button } from "../../ui/button.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { SidePanel } from "../../ui/overlay.tsx";
import { InlineFailure } from "../../ui/states.tsx";
import { Answer } from "./answer.tsx";

const CLASSES = ["phi", "pii", "financial", "secret"].map((value) => ({ value, label: value }));

interface ReportProps {
  /** Null: shut. */
  readonly destination: string | null;
  readonly destinations: readonly string[];
  readonly onClose: () => void;
}

export function ReportPanel({ destination, destinations, onClose }: ReportProps): ReactElement {
  return (
    <SidePanel open={destination !== null} onClose={onClose} title="Non-egress report">
      {destination === null ? null : (
        <Ask key={destination} first={destination} destinations={destinations} />
      )}
    </SidePanel>
  );
}

function Ask(props: { first: string; destinations: readonly string[] }): ReactElement {
  const { first, destinations } = props;
  const make = useAct("report.non-egress");
  const [wish, setWish] = useState({ of: "phi", own: "", to: first, ...thisMonth() });
  const change = (part: Partial<typeof wish>): void => {
    setWish({ ...wish, ...part });
    make.reset();
  };
  const choices = [...new Set([first, ...destinations])].filter((each) => each !== "");
  const dataClass = wish.own.trim() === "" ? wish.of : wish.own.trim();
  const why = wish.to === "" ? "Nothing has been sent anywhere yet." : null;
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (why !== null) return;
        const { from, until } = instants(wish);
        make.mutate({ body: { class: dataClass, destination: wish.to, from, to: until } });
      }}
    >
      <p className="text-quiet">
        Rests on every send to the destination in the period. What was sent is read again, and that
        you had it read is recorded.
      </p>
      <SelectField
        label="Class of data"
        choices={CLASSES}
        value={wish.of}
        onChange={(event) => change({ of: event.target.value })}
      />
      <TextField
        label="A class of your own"
        hint="In place of the one above."
        value={wish.own}
        onChange={(event) => change({ own: event.target.value })}
      />
      <SelectField
        label="Destination"
        choices={choices.map((value) => ({ value, label: value }))}
        value={wish.to}
        onChange={(event) => change({ to: event.target.value })}
      />
      <div className="grid grid-cols-2 gap-3">
        <TextField
          label="First day"
          type="date"
          value={wish.first}
          onChange={(event) => change({ first: event.target.value })}
        />
        <TextField
          label="Last day"
          type="date"
          hint="UTC; today counts until now."
          value={wish.last}
          onChange={(event) => change({ last: event.target.value })}
        />
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" tone="primary" busy={make.isPending} why={why}>
          {make.isPending ? "Reading what was sent" : "Make the report"}
        </Button>
        <InlineFailure error={make.error} />
      </div>
      <div role="status">{make.data === undefined ? null : <Answer report={make.data} />}</div>
    </form>
  );
}

const DAY_MS = 86_400_000;

function thisMonth(): { first: string; last: string } {
  const today = new Date().toISOString().slice(0, 10);
  return { first: `${today.slice(0, 8)}01`, last: today };
}

/** Until the end of the last day, or until now if that is still going on: a period that is over. */
function instants({ first, last }: { first: string; last: string }): {
  from: string;
  until: string;
} {
  const end = Math.min(Date.parse(`${last}T00:00:00.000Z`) + DAY_MS, Date.now());
  return { from: `${first}T00:00:00.000Z`, until: new Date(end).toISOString() };
}

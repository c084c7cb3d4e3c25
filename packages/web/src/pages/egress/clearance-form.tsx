// What a destination is cleared for: by class of data, on which terms, and where a group wants it stricter.
import { clearanceWishSchema, EGRESS_EFFECTS } from "@stead/protocol";
import type { ClearanceView } from "@stead/protocol";
import { useState } from "react";
import type { ReactElement } from "react";
import { useAct, useRead } from "../../api/use.ts";
import { Button } from "../../ui/button.tsx";
import { ClassBadge } from "../../ui/class-look.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { Dialog } from "../../ui/overlay.tsx";
import { InlineFailure } from "../../ui/states.tsx";
import { CLASSES, type Effect } from "./cleared.ts";

type Wish = Omit<ClearanceView, "setAt" | "setBy">;

const DEFAULT = "";
const WORDS: Record<Effect, string> = {
  allow: "goes as it is",
  placeholder: "goes as a placeholder",
  ask: "waits for an administrator’s yes",
  refuse: "does not go",
};
const EFFECTS = EGRESS_EFFECTS.map((value) => ({ value, label: WORDS[value] }));
const RULES = [{ value: DEFAULT, label: "as Stead’s defaults say" }, ...EFFECTS];
const TOUCHED = ["destination.list", "egress.destinations"] as const;

export function ClearanceForm(props: {
  id: string;
  known: ClearanceView | undefined;
  onClose: () => void;
}): ReactElement {
  const { id, known, onClose } = props;
  const [wish, setWish] = useState<Wish>(
    known ?? { id, name: "", rules: {}, region: "", retention: "", agreement: "", tolerances: [] },
  );
  const save = useAct("destination.save", [...TOUCHED]);
  const remove = useAct("destination.remove", [...TOUCHED]);
  const set = (change: Partial<Wish>): void => {
    save.reset();
    setWish({ ...wish, ...change });
  };
  const parsed = clearanceWishSchema.safeParse(wish);
  const why = parsed.success ? null : "Say which destination: a host, host:port or mcp:server.";
  return (
    <Dialog
      open={true}
      onClose={onClose}
      title={known === undefined ? "Clear a destination" : `Clearance of ${known.id}`}
      foot={
        <>
          {known === undefined ? null : (
            <Button
              tone="deny"
              busy={remove.isPending}
              onClick={() =>
                remove.mutate({ params: { destinationId: known.id } }, { onSuccess: onClose })
              }
            >
              Take it back
            </Button>
          )}
          <Button onClick={onClose}>Not now</Button>
          <Button
            tone="primary"
            why={why}
            busy={save.isPending}
            onClick={() =>
              parsed.success && save.mutate({ body: parsed.data }, { onSuccess: onClose })
            }
          >
            Save the clearance
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Terms wish={wish} set={set} isNew={known === undefined && id === ""} />
        <Rules wish={wish} set={set} />
        <Tolerances wish={wish} set={set} />
        <InlineFailure error={save.error ?? remove.error} />
      </div>
    </Dialog>
  );
}

interface PartProps {
  wish: Wish;
  set: (change: Partial<Wish>) => void;
}

function Terms({ wish, set, isNew }: PartProps & { isNew: boolean }): ReactElement {
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <TextField
        label="Destination"
        hint="host, host:port, a provider of models, or mcp:server"
        className="font-mono"
        readOnly={!isNew}
        value={wish.id}
        onChange={({ target }) => set({ id: target.value })}
      />
      <TextField
        label="Called"
        value={wish.name}
        onChange={({ target }) => set({ name: target.value })}
      />
      <TextField
        label="Region"
        value={wish.region}
        onChange={({ target }) => set({ region: target.value })}
      />
      <TextField
        label="Retention"
        hint="How long it keeps what it gets, and what for"
        value={wish.retention}
        onChange={({ target }) => set({ retention: target.value })}
      />
      <TextField
        label="Agreement"
        hint="Under which data goes there"
        value={wish.agreement}
        onChange={({ target }) => set({ agreement: target.value })}
      />
    </div>
  );
}

function Rules({ wish, set }: PartProps): ReactElement {
  const [own, setOwn] = useState("");
  const classes = [...new Set([...CLASSES, ...Object.keys(wish.rules)])];
  const setRule = (of: string, effect: string): void => {
    const { [of]: _before, ...others } = wish.rules;
    const said = EGRESS_EFFECTS.find((each) => each === effect);
    set({ rules: said === undefined ? others : { ...others, [of]: said } });
  };
  const isOwn = /^[a-z][a-z0-9-]{0,39}$/.test(own) && !classes.includes(own);
  return (
    <fieldset>
      <legend className="font-medium">Classes of data</legend>
      <ul className="flex flex-col">
        {classes.map((of) => (
          <li
            key={of}
            className="grid grid-cols-[8rem_minmax(0,1fr)] items-center gap-2 border-b border-line/60 py-1"
          >
            <span>
              <ClassBadge of={of} />
            </span>
            <SelectField
              bare
              label={`${of} there`}
              value={wish.rules[of] ?? DEFAULT}
              choices={RULES}
              onChange={({ target }) => setRule(of, target.value)}
            />
          </li>
        ))}
      </ul>
      <div className="mt-2 flex max-w-sm items-end gap-2">
        <TextField
          label="A class of your own"
          value={own}
          onChange={({ target }) => setOwn(target.value)}
        />
        <Button
          why={isOwn ? null : "Small letters, digits and hyphens; none that is listed."}
          onClick={() => {
            setRule(own, "refuse");
            setOwn("");
          }}
        >
          Add
        </Button>
      </div>
    </fieldset>
  );
}

function Tolerances({ wish, set }: PartProps): ReactElement {
  const groups = useRead("group.list", {});
  const names = (groups.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }));
  const classes = [...new Set([...CLASSES, ...Object.keys(wish.rules)])];
  const { tolerances } = wish;
  const put = (at: number, change: Partial<(typeof tolerances)[number]>): void =>
    set({ tolerances: tolerances.map((each, i) => (i === at ? { ...each, ...change } : each)) });
  const first = names[0]?.value;
  return (
    <fieldset>
      <legend className="font-medium">Groups that want it stricter</legend>
      <p className="text-xs text-quiet">
        A group can be stricter than the organisation, never looser.
      </p>
      <ul className="flex flex-col">
        {tolerances.map((each, i) => (
          <li
            key={`${each.groupId} ${each.class} ${String(i)}`}
            className="grid grid-cols-[1fr_7rem_1fr_auto] items-center gap-2 border-b border-line/60 py-1"
          >
            <SelectField
              bare
              label="Group"
              value={each.groupId}
              choices={names}
              onChange={({ target }) => put(i, { groupId: target.value })}
            />
            <SelectField
              bare
              label="Class"
              value={each.class}
              choices={classes.map((value) => ({ value, label: value }))}
              onChange={({ target }) => put(i, { class: target.value })}
            />
            <SelectField
              bare
              label="For this group"
              value={each.effect}
              choices={EFFECTS}
              onChange={({ target }) => {
                const effect = EGRESS_EFFECTS.find((one) => one === target.value);
                if (effect !== undefined) put(i, { effect });
              }}
            />
            <Button onClick={() => set({ tolerances: tolerances.filter((_, at) => at !== i) })}>
              Remove
            </Button>
          </li>
        ))}
      </ul>
      <div className="mt-2">
        <Button
          why={first === undefined ? "There is no group." : null}
          onClick={() =>
            first !== undefined &&
            set({ tolerances: [...tolerances, { groupId: first, class: "phi", effect: "refuse" }] })
          }
        >
          Add a group
        </Button>
      </div>
    </fieldset>
  );
}

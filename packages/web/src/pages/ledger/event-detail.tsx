// One event: its data, the hash of the one before and its own, its bodies behind a recorded reading.
import type { LedgerEvent } from "@stead/protocol";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { useAct } from "../../api/use.ts";
import { useMay } from "../../shell/session.tsx";
import { Button } from "../../ui/button.tsx";
import { CopyText } from "../../ui/copy.tsx";
import { bytes, exactTime } from "../../ui/format.ts";
import { JsonView } from "../../ui/json-view.tsx";
import { LINK } from "../../ui/link-row.tsx";
import { Properties, Section } from "../../ui/page.tsx";
import { InlineFailure } from "../../ui/states.tsx";

export function EventDetail({ event }: { event: LedgerEvent }): ReactElement {
  return (
    <article className="flex flex-col gap-5 px-4 py-4">
      <header className="flex flex-col gap-0.5">
        <Link
          from="/ledger"
          to="."
          search={(known) => ({ ...known, event: undefined })}
          className={`${LINK} lg:hidden`}
        >
          Back to the list
        </Link>
        <h2 className="font-mono text-base font-medium">{event.type}</h2>
        <p className="text-quiet">{exactTime(Date.parse(event.at))}</p>
      </header>
      <Properties
        rows={[
          [
            "Stream",
            <span key="s" className="flex flex-wrap items-center gap-2">
              <CopyText text={event.stream} label="stream" whole />
              {event.stream.startsWith("run_") ? (
                <Link to="/runs/$runId" params={{ runId: event.stream }} className={LINK}>
                  open the run
                </Link>
              ) : null}
            </span>,
          ],
          ["Number", String(event.seq)],
        ]}
      />
      <Section title="Data">
        <div className="rounded-md border border-line bg-surface px-3 py-2">
          <JsonView value={event.data} />
        </div>
      </Section>
      {event.bodies.length === 0 ? null : <Bodies event={event} />}
      <Section title="Place in the chain">
        <ol className="flex flex-col gap-1">
          <ChainLink
            name={event.seq <= 1 ? "begins the stream" : "event before"}
            hash={event.prev}
          />
          <ChainLink name="this event" hash={event.hash} />
        </ol>
      </Section>
    </article>
  );
}

function ChainLink({ name, hash }: { name: string; hash: string }): ReactElement {
  return (
    <li className="grid grid-cols-[7rem_minmax(0,1fr)] gap-2">
      <span className="text-quiet">{name}</span>
      <CopyText text={hash} label={`hash of ${name}`} whole />
    </li>
  );
}

function Bodies({ event }: { event: LedgerEvent }): ReactElement {
  const may = useMay();
  const open = useAct("ledger.bodies", ["ledger.search"]);
  const read = (): void => open.mutate({ params: { stream: event.stream, seq: event.seq } });
  return (
    <Section title="Bodies">
      <ul className="flex flex-col gap-1">
        {event.bodies.map((body) => (
          <li key={body.id} className="flex flex-wrap items-center gap-x-3">
            <span className="font-medium">{body.name}</span>
            <span className="text-quiet">{bytes(body.bytes)} encrypted</span>
            <CopyText text={body.sha256} label="hash of the ciphertext" />
          </li>
        ))}
      </ul>
      {open.data === undefined ? (
        <div className="flex flex-wrap items-center gap-3">
          <Button
            busy={open.isPending}
            why={may("ledger.bodies") ? null : "Only auditors may open bodies."}
            onClick={read}
          >
            Open the bodies
          </Button>
          <span className="text-quiet">
            {may("ledger.bodies")
              ? "That you read them is recorded in the ledger."
              : "Only auditors may open bodies; whoever asked sees theirs in the run."}
          </span>
        </div>
      ) : (
        <div className="rounded-md border border-line-strong bg-surface px-3 py-2">
          <JsonView value={open.data.bodies} />
        </div>
      )}
      <InlineFailure error={open.error} />
    </Section>
  );
}

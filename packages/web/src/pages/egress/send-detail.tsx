// One send: by which way it went, on whose leave, and where placeholders stand in it. Its bytes are opened by a
// reading that is recorded.
import type { Send } from "@stead/protocol";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { useAct } from "../../api/use.ts";
import { useMay } from "../../shell/session.tsx";
import { Button } from "../../ui/button.tsx";
import { bytes, counted, exactTime } from "../../ui/format.ts";
import { JsonView } from "../../ui/json-view.tsx";
import { LINK } from "../../ui/link-row.tsx";
import { Properties, Section } from "../../ui/page.tsx";
import { InlineFailure } from "../../ui/states.tsx";
import { PLACES_MAX, placesIn } from "./placeholders.ts";
import { Outcome, Replaced } from "./send-words.tsx";

export function SendDetail({ send }: { send: Send }): ReactElement {
  const { destination, kind, name, classes, found, run, stream, seq, approvals } = send;
  return (
    <article className="flex flex-col gap-5 px-4 py-4">
      <header className="flex flex-col gap-0.5">
        <Link
          from="/egress"
          to="."
          search={(known) => ({ ...known, send: undefined })}
          className={LINK}
        >
          Back to the list
        </Link>
        <h2 className="font-mono text-base font-medium break-all">{destination}</h2>
        <p className="text-quiet">{exactTime(Date.parse(send.at))}</p>
      </header>
      <Properties
        rows={[
          ["Way", kind === null ? "not recorded then" : [kind, name ?? ""].join(" ").trim()],
          [
            "What",
            <span key="w" className="font-mono text-xs break-all">
              {send.method} {send.url}
            </span>,
          ],
          ["Sent", bytes(send.bytes)],
          ["Came of it", <Outcome key="o" of={send.outcome} />],
          ["By its labels", classes.length === 0 ? "of no class" : classes.join(", ")],
          ["Found in it", found.length === 0 ? "nothing" : found.join(", ")],
          ["Replaced", <Replaced key="r" of={send.replaced} />],
          ["Looked through with", lookedWith(send)],
          ["For", run === null ? "no run" : <OfRun key="f" run={run} />],
          ...(approvals.length === 0
            ? []
            : [["Agreed to in", approvals.join(", ")] satisfies [string, string]]),
          [
            "Record",
            <Link
              key="l"
              to="/ledger"
              search={{ stream, type: "egress.sent", event: `${stream}~${seq}` }}
              className={LINK}
            >
              in the ledger
            </Link>,
          ],
        ]}
      />
      <Bytes send={send} />
    </article>
  );
}

function lookedWith({ detector, registry }: Send): string {
  if (detector === "none") return "nothing: only its labels were asked";
  return registry === null ? detector : `${detector}, known values ${registry}`;
}

function OfRun({ run }: { run: NonNullable<Send["run"]> }): ReactElement {
  return (
    <span className="flex flex-wrap gap-x-3">
      {run.personName}
      <Link to="/runs/$runId" params={{ runId: run.id }} className={LINK}>
        the run
      </Link>
      <Link to="/egress" search={{ tab: "log", run: run.id }} className={LINK}>
        all it sent
      </Link>
    </span>
  );
}

function Bytes({ send }: { send: Send }): ReactElement {
  const may = useMay();
  const open = useAct("ledger.bodies");
  const { stream, seq, hasBytes, replaced } = send;
  const why = !hasBytes
    ? "Of a connection only the record is kept."
    : may("ledger.bodies")
      ? null
      : "Only auditors may open what left.";
  const kept = open.data?.bodies["bytes"];
  return (
    <Section title={replaced.length === 0 ? "What left" : "Where placeholders stand"}>
      {open.data === undefined ? (
        <div className="flex flex-wrap items-center gap-3">
          <Button
            busy={open.isPending}
            why={why}
            onClick={() => open.mutate({ params: { stream, seq } })}
          >
            Open what left
          </Button>
          <span className="text-quiet">{why ?? "That you read it is recorded in the ledger."}</span>
        </div>
      ) : (
        <>
          <Places kept={kept} expected={replaced.length > 0} />
          <details open={replaced.length === 0}>
            <summary>All of it</summary>
            <div className="mt-2 rounded-md border border-line-strong bg-surface px-3 py-2">
              <JsonView value={kept ?? {}} />
            </div>
          </details>
        </>
      )}
      <InlineFailure error={open.error} />
    </Section>
  );
}

function Places({ kept, expected }: { kept: unknown; expected: boolean }): ReactElement | null {
  const places = placesIn(kept);
  if (places.length === 0)
    return expected ? (
      <p className="text-quiet">None stands in what can be read here: open all of it.</p>
    ) : null;
  return (
    <>
      <p className="text-quiet">
        {places.length === PLACES_MAX ? "The first " : ""}
        {counted(places.length, "place")}; what they stand for stayed here.
      </p>
      <ol aria-label="Where placeholders stand" className="flex flex-col gap-1.5">
        {places.map(({ where, before, placeholder, after }, i) => (
          <li key={`${where} ${i}`} className="flex flex-col rounded-md bg-sunken px-2 py-1">
            <span className="font-mono text-xs text-quiet">{where}</span>
            <span className="text-xs break-words whitespace-pre-wrap">
              {before}
              <mark className="rounded-sm bg-ask-wash px-0.5 font-mono text-ask">
                {placeholder}
              </mark>
              {after}
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}

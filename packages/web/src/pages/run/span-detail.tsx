// One part of a run: when, how it ended, its attributes, the receipt of what the model saw, its bodies.
import type { Run, Trace, TraceSpan } from "@stead/protocol";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { z } from "zod";
import { useMay } from "../../shell/session.tsx";
import { AskToShare } from "../../ui/ask-to-share.tsx";
import { Badge } from "../../ui/badge.tsx";
import { clockTime, exactTime } from "../../ui/format.ts";
import { JsonView } from "../../ui/json-view.tsx";
import { LINK } from "../../ui/link-row.tsx";
import { Properties, Section } from "../../ui/page.tsx";
import { Elapsed } from "../../ui/time.tsx";
import { Withheld } from "../../ui/withheld.tsx";
import { receiptOf, sourcesOf } from "./receipt.ts";
import { spanName } from "./span-name.ts";
import { Outcome, TOLD } from "./outcome.tsx";
import { ContextReceipt } from "./context-receipt.tsx";

/** Attributes that have no better form than a line of their own. */
function plain(attributes: TraceSpan["attributes"]): [string, unknown][] {
  return Object.entries(attributes).filter(([name]) => !TOLD.has(name));
}

export function SpanDetail({ span, trace }: { span: TraceSpan; trace: Trace }): ReactElement {
  const { run, spans } = trace;
  const receipt = receiptOf(spans, span);
  const sources = span.kind === "run" ? sourcesOf(spans) : null;
  const rest = plain(span.attributes);
  const bad = span.status === "error" || span.status === "denied";
  return (
    <article className="flex flex-col gap-5 px-4 py-4">
      <header className="flex flex-col gap-1.5">
        <Link from="/runs/$runId" to="." search={{}} className={`${LINK} lg:hidden`}>
          Back to the tree
        </Link>
        <h2 className="flex flex-wrap items-center gap-2 text-base font-semibold">
          <span title={span.name}>{spanName(span, run)}</span>
          <Badge tone={bad ? "deny" : span.status === "waiting" ? "ask" : "plain"}>
            {span.status}
          </Badge>
        </h2>
        <Moments span={span} run={run} />
      </header>
      <Outcome attributes={span.attributes} />
      <RefusedShare span={span} trace={trace} />
      {span.withheld === null ? null : <Withheld why={span.withheld} />}
      {receipt === null ? null : (
        <ContextReceipt runId={run.id} receipt={receipt} audiences={trace.audiences} />
      )}
      {sources === null ? null : (
        <ContextReceipt
          runId={run.id}
          receipt={sources}
          audiences={trace.audiences}
          title="Where the answer came from"
        />
      )}
      {span.bodies === null || Object.keys(span.bodies).length === 0 ? null : (
        <Bodies bodies={span.bodies} />
      )}
      {rest.length === 0 ? null : (
        <Section title="Attributes">
          <Properties
            rows={rest.map(([name, value]) => [name, <Attribute key={name} value={value} />])}
          />
        </Section>
      )}
    </article>
  );
}

const refusedSchema = z.object({
  "stead.decision": z.literal("deny"),
  "stead.lacking": z.number(),
  "gen_ai.tool.call.id": z.string(),
});

/** The asker alone can ask for it; what is asked then is answered by others. */
function RefusedShare({ span, trace }: { span: TraceSpan; trace: Trace }): ReactElement | null {
  const refused = refusedSchema.safeParse(span.attributes).data;
  if (trace.seenAs !== "asker" || refused === undefined) return null;
  const ended = trace.run.endedAt !== null;
  return (
    <AskToShare
      runId={trace.run.id}
      callId={refused["gen_ai.tool.call.id"]}
      why={ended ? null : "Wait until the run has ended, then ask."}
    />
  );
}

function Moments({ span, run }: { span: TraceSpan; run: Run }): ReactElement {
  const may = useMay();
  const seqs = span.seqs.map((seq) =>
    may("ledger.search") ? (
      <Link
        key={seq}
        to="/ledger"
        search={{ stream: run.id, event: `${run.id}~${seq}` }}
        className={LINK}
      >
        {seq}
      </Link>
    ) : (
      <span key={seq}>{seq}</span>
    ),
  );
  return (
    <p className="flex flex-wrap gap-x-3 gap-y-0.5 text-quiet">
      <span title={exactTime(span.startedAt)}>{clockTime(span.startedAt)}</span>
      <span>
        <Elapsed from={span.startedAt} to={span.endedAt} />
      </span>
      {seqs.length === 0 ? null : (
        <span className="flex flex-wrap gap-x-1.5">
          {seqs.length === 1 ? "event" : "events"} {seqs}
        </span>
      )}
    </p>
  );
}

function isPlain(value: unknown): boolean {
  return typeof value !== "object" || value === null;
}

function Attribute({ value }: { value: unknown }): ReactElement {
  if (Array.isArray(value) && value.every(isPlain)) {
    return value.length === 0 ? (
      <span className="text-quiet">none</span>
    ) : (
      <span className="font-mono text-xs break-all">{value.map(String).join(", ")}</span>
    );
  }
  if (typeof value === "object" && value !== null) return <JsonView value={value} />;
  return <span className="font-mono text-xs break-all">{String(value)}</span>;
}

function Bodies({ bodies }: { bodies: Record<string, unknown> }): ReactElement {
  return (
    <Section title="Bodies">
      {Object.entries(bodies).map(([name, value]) => (
        <div key={name} className="rounded-md border border-line bg-surface">
          <p className="border-b border-line px-3 py-1 text-xs text-quiet">{name}</p>
          <div className="max-h-[28rem] overflow-auto px-3 py-2">
            <JsonView value={value} />
          </div>
        </div>
      ))}
    </Section>
  );
}

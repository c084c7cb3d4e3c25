// One part of a run: when, how it ended, its attributes, the receipt of what the model saw, its bodies.
import { decisionSchema, spanReceiptSchema } from "@stead/protocol";
import type { Decision, Run, SpanReceipt, TraceSpan } from "@stead/protocol";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { useMay } from "../../shell/session.tsx";
import { Badge } from "../../ui/badge.tsx";
import { DecisionView } from "../../ui/decision.tsx";
import { clockTime, exactTime } from "../../ui/format.ts";
import { JsonView } from "../../ui/json-view.tsx";
import { LINK } from "../../ui/link-row.tsx";
import { Properties, Section } from "../../ui/page.tsx";
import { Elapsed } from "../../ui/time.tsx";
import { Withheld } from "../../ui/withheld.tsx";
import { Outcome, TOLD } from "./outcome.tsx";
import { ContextReceipt } from "./context-receipt.tsx";

interface Known {
  receipts: SpanReceipt[];
  decisions: Decision[];
  rest: [string, unknown][];
}

const receiptsSchema = spanReceiptSchema.array().min(1);

/** Attributes that have a form of their own, told apart from plain ones. */
function known(attributes: TraceSpan["attributes"]): Known {
  const out: Known = { receipts: [], decisions: [], rest: [] };
  for (const [name, value] of Object.entries(attributes)) {
    const receipts = receiptsSchema.safeParse(value);
    const decision = decisionSchema.safeParse(value);
    if (receipts.success) out.receipts.push(...receipts.data);
    else if (decision.success) out.decisions.push(decision.data);
    else if (!TOLD.has(name)) out.rest.push([name, value]);
  }
  return out;
}

export function SpanDetail({ span, run }: { span: TraceSpan; run: Run }): ReactElement {
  const { receipts, decisions, rest } = known(span.attributes);
  const bad = span.status === "error" || span.status === "denied";
  return (
    <article className="flex flex-col gap-5 px-4 py-4">
      <header className="flex flex-col gap-1.5">
        <Link from="/runs/$runId" to="." search={{}} className={`${LINK} lg:hidden`}>
          Back to the tree
        </Link>
        <h2 className="flex flex-wrap items-center gap-2 text-base font-semibold">
          {span.name}
          <Badge tone={bad ? "deny" : span.status === "waiting" ? "ask" : "plain"}>
            {span.status}
          </Badge>
        </h2>
        <Moments span={span} run={run} />
      </header>
      <Outcome attributes={span.attributes} />
      {decisions.map((decision, index) => (
        <DecisionView key={index} decision={decision} />
      ))}
      {span.withheld === null ? null : <Withheld why={span.withheld} />}
      {receipts.length === 0 ? null : <ContextReceipt spans={receipts} />}
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

function Attribute({ value }: { value: unknown }): ReactElement {
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

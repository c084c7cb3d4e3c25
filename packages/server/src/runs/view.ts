// Who sees what of a run: the asker what they may still read, an auditor all (and it is recorded),
// an approver the call that they are asked about.
import { runStatusSchema } from "@stead/protocol";
import type { ApprovalCard, Label, Principal, Run, RunEvent, TraceSpan } from "@stead/protocol";
import { z } from "zod";
import { readableOf } from "../access/readable.ts";
import { traceOf } from "../ledger/trace.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import type { Ctx } from "../store/context.ts";
import { answerGroups, mayAnswer } from "./approve.ts";
import type { Sight } from "./frames.ts";
import { approvalsOfRun, type ApprovalTable } from "./approval/queries.ts";
import type { RunRow } from "./queries.ts";

export type SeenAs = "asker" | "auditor" | "approver";

/** As what the reader sees this run; a stranger learns nothing, not even that it exists. */
export async function seenAs(
  ctx: Ctx,
  reader: Principal,
  row: RunRow,
): Promise<Result<{ as: SeenAs; approvals: ApprovalTable[] }>> {
  const approvals = await approvalsOfRun(ctx.db, ctx.orgId, row.id);
  if (row.person_id === reader.personId) return ok({ as: "asker", approvals });
  if (reader.roles.includes("auditor")) return ok({ as: "auditor", approvals });
  const asked = approvals.filter((approval) =>
    approval.groups.some((group) => answerGroups(reader).includes(group)),
  );
  if (asked.length > 0) return ok({ as: "approver", approvals: asked });
  return fail("resource.not_found", "There is no such run, or you may not see it.");
}

/** What the reader may see, with reading rights looked up now for every label in these events. */
export async function sightOf(
  ctx: Ctx,
  reader: Principal,
  seen: {
    row: RunRow;
    as: SeenAs;
    approvals: readonly ApprovalTable[];
    events: readonly RunEvent[];
    /** Labels of calls decided in events that were read before these; these add theirs. */
    callLabels?: Map<string, Label>;
  },
): Promise<Sight> {
  const calls = new Set(seen.approvals.map((approval) => approval.call_id));
  const labels = seen.callLabels ?? new Map<string, Label>();
  for (const event of seen.events)
    if (event.type === "call.decided") labels.set(event.data.callId, event.data.label);
  const audiences = new Set<string>();
  for (const event of seen.events) for (const each of audienceOf(event)) audiences.add(each);
  for (const label of labels.values()) for (const each of label.audience) audiences.add(each);
  const readable =
    seen.as === "asker" ? await readableOf(ctx, reader.personId, [...audiences]) : new Set();
  const sees = (label: Label): boolean => {
    if (seen.as === "auditor") return true;
    if (seen.as === "approver") return false;
    return label.audience.every((audience) => readable.has(audience));
  };
  return {
    sees,
    seesArguments: (callId) => {
      if (seen.as === "approver") return calls.has(callId);
      const label = labels.get(callId);
      return seen.as === "auditor" || (label !== undefined && sees(label));
    },
    seesCall: (callId) => seen.as !== "approver" || calls.has(callId),
    blocked: (card: ApprovalCard) => {
      const { kind, decision } = card;
      const may = mayAnswer(reader, card.asker.id, { kind, approvers: decision.approvers });
      return may.ok ? null : may.failure.detail;
    },
  };
}

/** Whoever may read all of this may read what the event holds. */
export function audienceOf(event: RunEvent): readonly string[] {
  switch (event.type) {
    case "run.started":
      return event.data.input.audience;
    case "model.requested":
    case "model.answered":
    case "call.decided":
    case "call.finished":
    case "context.compacted":
    case "run.finished":
      return event.data.label.audience;
    case "run.claimed":
    case "model.attempted":
    case "model.failed":
    case "call.rejected":
    case "call.started":
    case "approval.requested":
    case "approval.answered":
    case "label.declassified":
    case "label.declassification-revoked":
    case "label.endorsement-revoked":
    case "egress.cleared":
    case "egress.sent":
    case "egress.settled":
    case "sub-run.ended":
    case "run.cancel-requested":
      return [];
    default:
      return event satisfies never;
  }
}

/** The trace with bodies attached where the reader may see them, and a reason where not. */
export function traceFor(events: readonly RunEvent[], as: SeenAs, sight: Sight): TraceSpan[] {
  const bySeq = new Map(events.map((event) => [event.seq, event]));
  const seesBytes = bytesSeen(events, sight);
  return traceOf(events).map((span) => {
    const own = span.seqs.flatMap((seq) => bySeq.get(seq) ?? []);
    const calls = own.flatMap((event) => ("callId" in event.data ? [event.data.callId] : []));
    const mine = as !== "approver" || calls.some((callId) => sight.seesCall(callId));
    const bodies: NonNullable<TraceSpan["bodies"]> = {};
    let withheld: string | null = null;
    for (const event of own)
      for (const [name, value] of Object.entries(event.bodies)) {
        if (name === "receiptKey") continue;
        if (mine && seesBody(event, { name, as, sight, seesBytes }))
          bodies[`${event.type}.${name}`] = z.json().parse(value);
        else withheld = as === "approver" ? WITHHELD_APPROVER : WITHHELD_ASKER;
      }
    const attributes =
      as === "approver" && !mine ? {} : { ...span.attributes, ...receiptFor(own, sight) };
    return {
      ...span,
      attributes,
      bodies: Object.keys(bodies).length > 0 ? bodies : null,
      withheld,
    };
  });
}

/** The lines of a context receipt that this reader may see, and how many they may not. */
function receiptFor(own: readonly RunEvent[], sight: Sight): TraceSpan["attributes"] {
  const request = own.find((event) => event.type === "model.requested");
  if (request?.type !== "model.requested") return {};
  const { spans, dropped } = request.data;
  const seen = spans.filter((span) => sight.sees(span.label));
  return {
    "stead.context.receipt": JSON.parse(JSON.stringify(seen)),
    "stead.context.dropped": dropped,
    "stead.context.withheld": spans.length - seen.length,
  };
}

const WITHHELD_APPROVER = "Outside of what you are asked to approve.";
const WITHHELD_ASKER = "You may no longer read everything that this was made from.";

/** Exact bytes may hold anything that had been read by then: all of it must be readable still. */
function bytesSeen(events: readonly RunEvent[], sight: Sight): (seq: number) => boolean {
  const firstUnreadable = events.find(
    (event) => "label" in event.data && !sight.sees(event.data.label),
  );
  const limit = firstUnreadable?.seq ?? Number.POSITIVE_INFINITY;
  return (seq) => seq < limit;
}

interface BodyQuestion {
  readonly name: string;
  readonly as: SeenAs;
  readonly sight: Sight;
  readonly seesBytes: (seq: number) => boolean;
}

function seesBody(event: RunEvent, { name, as, sight, seesBytes }: BodyQuestion): boolean {
  switch (event.type) {
    case "egress.sent":
      return as === "auditor" || (as === "asker" && seesBytes(event.seq));
    case "call.decided":
    case "approval.requested":
    case "approval.answered":
    case "label.declassified":
    case "label.declassification-revoked":
    case "label.endorsement-revoked":
    case "egress.cleared":
      return (
        sight.seesCall(event.data.callId) &&
        (name === "note" || name === "byName" || sight.seesArguments(event.data.callId))
      );
    case "run.started":
      return sight.sees(event.data.input);
    case "model.answered":
    case "call.finished":
    case "context.compacted":
    case "run.finished":
      return sight.sees(event.data.label);
    case "run.claimed":
    case "model.requested":
    case "model.attempted":
    case "model.failed":
    case "call.rejected":
    case "call.started":
    case "egress.settled":
    case "sub-run.ended":
    case "run.cancel-requested":
      return as === "auditor";
    default:
      return event satisfies never;
  }
}

/** A run as lists show it. */
export function runFrom(
  row: RunRow,
  names: { agent: string; version: number; person: string; title: string },
): Run {
  return {
    id: row.id,
    threadId: row.thread_id,
    agent: {
      id: row.agent_id,
      name: names.agent,
      version: names.version,
      versionId: row.version_id,
    },
    person: { id: row.person_id, name: names.person },
    status: runStatusSchema.parse(row.status),
    trial: row.trial,
    startedAt: row.started_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
    steps: row.steps,
    usage: row.usage,
    title: names.title,
  };
}

// The approval card: rendered by the kernel from the canonical call, never from model text.
import type { ApprovalCard, NewRunEvent } from "@stead/protocol";
import { canonical } from "../lib/json.ts";
import { shownArguments } from "./body.ts";
import type { BoundCall } from "./bind.ts";
import type { Driving } from "./driving.ts";
import { windowOf } from "./window.ts";

/** When no policy says how long a question stands: four hours. */
const EXPIRES_MS = 4 * 3_600_000;

export function askEvent(run: Driving, bound: BoundCall, kind: ApprovalCard["kind"]): NewRunEvent {
  const { decision } = bound;
  const now = run.deps.ctx.clock.now();
  const approvalId = run.deps.ctx.ids.next("apr");
  const expiresAt = new Date(now + (decision.expiresMs ?? EXPIRES_MS)).toISOString();
  // Whether an unsettled attempt may be repeated is for the person who asked, who can look.
  const approvers = kind === "repeat" ? [] : decision.approvers;
  const card: ApprovalCard = {
    ...renderCall(run, bound),
    id: approvalId,
    runId: run.runId,
    kind,
    state: "requested",
    decision: kind === "repeat" ? { ...decision, approvers: [], reason: REPEAT_REASON } : decision,
    requestedAt: new Date(now).toISOString(),
    expiresAt,
  };
  return {
    type: "approval.requested",
    data: {
      callId: bound.callId,
      tool: bound.tool.tool.name,
      approvalId,
      kind,
      digest: bound.digest,
      approvers,
      expiresAt,
    },
    bodies: { card },
  };
}

const REPEAT_REASON =
  "The server stopped while this call was under way, and the tool takes no key that would make a" +
  " repeat harmless. Look whether it took effect before you approve a repeat.";

/** Everything on a card that follows from the call itself. */
export function renderCall(run: Driving, bound: BoundCall) {
  const { tool } = bound.tool;
  const { version, principal } = run;
  return {
    callId: bound.callId,
    digest: bound.digest,
    agent: { id: version.agentId, name: version.spec.name, version: version.version },
    asker: { id: principal.personId, name: principal.name, department: principal.department },
    tool: {
      name: tool.name,
      title: tool.title,
      effect: tool.contract.effect,
      reviewed: tool.reviewed,
    },
    actsAs: { kind: bound.granted.actsAs, name: bound.actingAs },
    destination: bound.destination,
    arguments: shownArguments(bound.arguments),
    sinks: Object.entries(tool.contract.sinks).map(([argument, sink]) => ({
      argument,
      kind: sink.kind,
      source: sourceOf(run, bound, argument),
    })),
    classes: bound.label.classes,
    answeredBy: null,
    answeredAt: null,
    note: "",
    edited: false,
    blockedBecause: null,
  };
}

/** Where a sink's value stands in the context, in words; the model's own when it stands nowhere. */
function sourceOf(run: Driving, bound: BoundCall, argument: string): string {
  if (bound.granted.presets[argument]) return "set by the agent's builder";
  const value = bound.arguments[argument];
  if (value === undefined) return "not given";
  const text = typeof value === "string" ? value : canonical(value);
  const { state, version, principal } = run;
  for (const span of windowOf({ state, version, principal, past: [] })) {
    if (span.role === "assistant" || !holdsToken(span.text, text)) continue;
    if (span.origin.kind === "person") return `typed by ${principal.name}`;
    if (span.origin.kind === "tool") return `from the result of ${span.origin.tool}`;
    if (span.origin.kind === "document") return `from the document ${span.origin.documentId}`;
    if (span.origin.kind === "instructions") return "from the agent's instructions";
  }
  return "chosen by the model";
}

/** Whole tokens only: "12" does not stand in "1200". */
function holdsToken(text: string, token: string): boolean {
  for (let at = text.indexOf(token); at >= 0; at = text.indexOf(token, at + 1)) {
    const before = text[at - 1] ?? " ";
    const after = text[at + token.length] ?? " ";
    if (!/[\p{L}\p{N}_]/u.test(before) && !/[\p{L}\p{N}_]/u.test(after)) return true;
  }
  return false;
}

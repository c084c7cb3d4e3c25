// The fold: events to state, one small case an event. Pure; the same log gives the same state.
import type { Citation, RunEvent, RunEventType } from "@stead/protocol";
import { NEUTRAL } from "../access/label.ts";
import type { JsonObject } from "../lib/json.ts";
import { addUsage, NO_USAGE, quorumMet, type CallState, type RunState } from "./run.ts";

type Of<T extends RunEventType> = Extract<RunEvent, { type: T }>;

export function emptyState(runId: string): RunState {
  return {
    runId,
    seq: 0,
    status: "queued",
    started: null,
    bounds: null,
    input: "",
    startedAtMs: 0,
    waitedMs: 0,
    waitingSinceMs: 0,
    claim: 0,
    workerId: "",
    cancelledBy: null,
    turns: [],
    calls: new Map(),
    compactions: [],
    usage: NO_USAGE,
    modelFailure: null,
    answer: null,
  };
}

export function fold(runId: string, events: Iterable<RunEvent>): RunState {
  const state = emptyState(runId);
  for (const event of events) apply(state, event);
  return state;
}

/** Text of a body; an erased body reads as a plain note, so that the run can still be shown. */
function text(bodies: Readonly<Record<string, unknown>>, name: string): string {
  const body = bodies[name];
  if (typeof body === "string") return body;
  return body === undefined ? "" : "[erased]";
}

function record(bodies: Readonly<Record<string, unknown>>, name: string): JsonObject {
  const body = bodies[name];
  return typeof body === "object" && body !== null && !("erased" in body)
    ? (body as JsonObject)
    : {};
}

/** Applies the next event in place. */
export function apply(state: RunState, event: RunEvent): void {
  state.seq = event.seq;
  switch (event.type) {
    case "run.started":
      return applyStarted(state, event);
    case "run.claimed":
      state.claim = event.seq;
      state.workerId = event.data.workerId;
      state.status = "running";
      if (state.waitingSinceMs > 0) state.waitedMs += event.at - state.waitingSinceMs;
      state.waitingSinceMs = 0;
      return;
    case "model.answered":
      return applyAnswered(state, event);
    case "model.failed":
      state.modelFailure = event.data.failure;
      return;
    case "call.rejected":
    case "call.decided":
    case "approval.requested":
    case "approval.answered":
    case "call.started":
    case "call.finished":
      return applyCall(state, event);
    case "context.compacted":
      state.compactions.push({
        step: event.data.step,
        how: event.data.how,
        replaced: event.data.replaced,
        summary: text(event.bodies, "summary"),
        label: event.data.label,
      });
      return;
    case "run.cancel-requested":
      state.cancelledBy = event.data.by;
      return;
    case "run.finished":
      return applyFinished(state, event);
    case "model.requested":
    case "model.attempted":
    case "egress.sent":
    case "egress.settled":
      return;
  }
}

function applyStarted(state: RunState, event: Of<"run.started">): void {
  state.started = event.data;
  state.bounds = event.data.bounds;
  state.input = text(event.bodies, "input");
  state.startedAtMs = event.at;
}

function applyAnswered(state: RunState, event: Of<"model.answered">): void {
  state.usage = addUsage(state.usage, event.data.usage);
  if (event.data.purpose === "summary") return;
  const content = record(event.bodies, "content");
  const proposed = new Map<string, JsonObject>();
  for (const call of (content["calls"] ?? []) as { callId: string; arguments: JsonObject }[])
    proposed.set(call.callId, call.arguments);
  state.turns.push({
    step: event.data.step,
    text: typeof content["text"] === "string" ? content["text"] : "[erased]",
    reasoning: typeof content["reasoning"] === "string" ? content["reasoning"] : "",
    provider: content["provider"] as JsonObject | undefined,
    model: event.data.model,
    finish: event.data.finish,
    label: event.data.label,
    callIds: event.data.calls.map((call) => call.callId),
  });
  for (const { callId, tool } of event.data.calls)
    state.calls.set(callId, newCall(callId, tool, event.data.step, proposed.get(callId) ?? {}));
}

function newCall(callId: string, tool: string, step: number, proposed: JsonObject): CallState {
  return {
    callId,
    tool,
    step,
    proposed,
    arguments: proposed,
    phase: "proposed",
    decision: null,
    actsAs: "caller",
    digest: "",
    approval: null,
    consent: null,
    startedUnder: 0,
    keyed: false,
    repeatApproved: false,
    result: null,
  };
}

type CallEvent = Of<
  | "call.rejected"
  | "call.decided"
  | "approval.requested"
  | "approval.answered"
  | "call.started"
  | "call.finished"
>;

function applyCall(state: RunState, event: CallEvent): void {
  const call = state.calls.get(event.data.callId);
  if (!call) return;
  switch (event.type) {
    case "call.rejected": {
      const { code, detail, hint } = event.data.failure;
      call.phase = "rejected";
      call.result = outcome("error", `${code}: ${detail}${hint ? ` ${hint}` : ""}`);
      return;
    }
    case "call.decided":
      call.decision = event.data.decision;
      call.arguments = record(event.bodies, "arguments");
      call.actsAs = event.data.actsAs;
      call.digest = event.data.digest;
      call.phase = { permit: "permitted", ask: "asked", deny: "denied" }[
        event.data.decision.kind
      ] as CallState["phase"];
      if (call.phase === "denied") {
        const { reason, contact } = event.data.decision;
        call.result = outcome("denied", `Policy denied this call. ${reason} ${contact ?? ""}`);
      }
      return;
    case "approval.requested":
      call.approval = {
        id: event.data.approvalId,
        kind: event.data.kind,
        digest: event.data.digest,
        approvers: event.data.approvers,
        expiresAtMs: Date.parse(event.data.expiresAt),
        yes: [],
        edited: false,
      };
      call.phase = "asked";
      state.status = "waiting";
      if (state.waitingSinceMs === 0) state.waitingSinceMs = event.at;
      return;
    case "approval.answered":
      return applyApproval(call, event);
    case "call.started":
      call.phase = "started";
      call.startedUnder = state.claim;
      call.keyed = event.data.keyed;
      call.repeatApproved = false;
      return;
    case "call.finished":
      call.phase = "finished";
      call.result = {
        status: event.data.status,
        text: text(event.bodies, "result"),
        label: event.data.label,
        origins: event.data.origins,
        citations: (event.bodies["citations"] ?? []) as Citation[],
        blobId: event.data.blobId,
      };
  }
}

function outcome(status: "error" | "denied", message: string): CallState["result"] {
  return {
    status,
    text: message.trim(),
    label: NEUTRAL,
    origins: [{ kind: "kernel", reason: status }],
    citations: [],
    blobId: undefined,
  };
}

function applyApproval(call: CallState, event: Of<"approval.answered">): void {
  const approval = call.approval;
  if (!approval || approval.id !== event.data.approvalId) return;
  if (event.data.answer !== "approved") {
    call.phase = "denied";
    const note = text(event.bodies, "note");
    const expired = event.data.answer === "expired";
    call.result = outcome(
      "denied",
      expired
        ? "Nobody answered the request for approval in time, so the answer is no."
        : `A person refused this call.${note ? ` They wrote: ${note}` : ""}`,
    );
    return;
  }
  if (event.data.edited) {
    call.arguments = record(event.bodies, "arguments");
    call.digest = event.data.digest;
    approval.edited = true;
    approval.yes.length = 0;
  }
  approval.yes.push({ by: event.data.by ?? "", meets: event.data.meets });
  if (!quorumMet(approval)) return;
  call.phase = "approved";
  if (approval.kind === "policy") call.consent = approval;
  call.repeatApproved = approval.kind === "repeat";
}

function applyFinished(state: RunState, event: Of<"run.finished">): void {
  state.status = event.data.status;
  const answer = record(event.bodies, "answer");
  state.answer = {
    text: typeof answer["text"] === "string" ? answer["text"] : "",
    citations: (answer["citations"] ?? []) as Citation[],
    label: event.data.label,
  };
}

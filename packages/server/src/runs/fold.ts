// The fold: events to state, one small case an event. Pure; the same log gives the same state.
import type { RunEvent, RunEventType } from "@stead/protocol";
import { isJsonObject } from "../lib/json.ts";
import { citationsIn, coverageIn, linksIn, proposalsIn, record, text } from "./body.ts";
import { applyCall } from "./fold-call.ts";
import { applyCleared } from "./leave/fold.ts";
import { applyShare, shareOf } from "./share/fold.ts";
import { newCall } from "./new-call.ts";
import { addUsage, hasQuestion, NO_USAGE, type RunState } from "./run.ts";

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
    share: null,
    declassified: [],
    cleared: [],
    endorsed: [],
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

/** Applies the next event in place. */
export function apply(state: RunState, event: RunEvent): void {
  state.seq = event.seq;
  switch (event.type) {
    case "run.started":
      return applyStarted(state, event);
    case "run.claimed":
      if (state.answer) return;
      state.claim = event.seq;
      state.workerId = event.data.workerId;
      state.status = "running";
      if (state.waitingSinceMs > 0) state.waitedMs += event.at - state.waitingSinceMs;
      state.waitingSinceMs = hasQuestion(state) ? event.at : 0;
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
    case "label.declassified":
    case "label.declassification-revoked":
      return applyShare(state, event);
    case "label.endorsement-revoked":
      state.endorsed = state.endorsed.filter(({ callId }) => callId !== event.data.callId);
      return;
    case "egress.cleared":
      return applyCleared(state, event);
    case "sub-run.ended":
      state.usage = addUsage(state.usage, event.data.usage);
      return;
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
  const { share, subRunOf } = event.data;
  if (share) state.share = shareOf(share, event.bodies);
  for (const each of subRunOf?.cleared ?? [])
    state.cleared.push({ ...each, callId: "", digest: "", scope: "run" });
  const opening = share ? [share.opening] : (subRunOf?.opening ?? []);
  if (opening.length > 0) addOpening(state, event, opening);
}

/** A first turn that no model wrote: whoever started the run wants these calls made. */
function addOpening(
  state: RunState,
  { data, bodies }: Of<"run.started">,
  calls: readonly { callId: string; tool: string }[],
): void {
  const step = 1;
  state.turns.push({
    step,
    text: "",
    reasoning: "",
    provider: undefined,
    model: "",
    finish: "calls",
    label: data.input,
    callIds: calls.map(({ callId }) => callId),
  });
  const proposals = proposalsIn(record(bodies, "opening"));
  for (const call of calls)
    state.calls.set(
      call.callId,
      newCall({ ...call, step, proposed: proposals.get(call.callId) ?? {} }),
    );
}

function applyAnswered(state: RunState, event: Of<"model.answered">): void {
  state.usage = addUsage(state.usage, event.data.usage);
  if (event.data.purpose === "summary") return;
  const content = record(event.bodies, "content");
  const proposals = proposalsIn(content);
  const { provider } = content;
  state.turns.push({
    step: event.data.step,
    text: typeof content["text"] === "string" ? content["text"] : "[erased]",
    reasoning: typeof content["reasoning"] === "string" ? content["reasoning"] : "",
    provider: isJsonObject(provider) ? provider : undefined,
    model: event.data.model,
    finish: event.data.finish,
    label: event.data.label,
    callIds: event.data.calls.map((call) => call.callId),
  });
  const { step } = event.data;
  for (const { callId, tool } of event.data.calls) {
    const proposed = proposals.get(callId) ?? {};
    state.calls.set(callId, newCall({ callId, tool, step, proposed }));
  }
}

function applyFinished(state: RunState, event: Of<"run.finished">): void {
  state.status = event.data.status;
  const answer = record(event.bodies, "answer");
  state.answer = {
    text: typeof answer["text"] === "string" ? answer["text"] : "",
    citations: citationsIn(answer["citations"]),
    coverage: coverageIn(answer["coverage"]),
    links: linksIn(answer["links"]),
    label: event.data.label,
  };
}

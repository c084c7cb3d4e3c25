// The fold's part for what may leave: the question before a model is sent anything, and what was agreed to.
// The question is kept as a call of no turn: it waits, expires and is answered as every other does.
import type { RunEvent, RunEventData } from "@stead/protocol";
import { newCall, outcome } from "../new-call.ts";
import type { CallState, RunState } from "../run.ts";

export function newQuestion(
  state: RunState,
  { callId, tool, digest }: RunEventData<"approval.requested">,
): CallState {
  const question = newCall({ callId, tool, step: state.turns.length + 1, proposed: {} });
  question.digest = digest;
  state.calls.set(callId, question);
  // It was not sent for this alone, and a yes lets it go.
  state.modelFailure = null;
  return question;
}

export function closeSend(
  state: RunState,
  call: CallState,
  answer: RunEventData<"approval.answered">["answer"],
): void {
  if (answer === "approved") {
    call.phase = "finished";
    call.result = outcome("ok", "It may be sent.");
    return;
  }
  const detail =
    answer === "expired"
      ? `Nobody answered in time whether this may be sent to ${call.tool}, so the answer is no.`
      : `A person refused that this is sent to ${call.tool}.`;
  call.phase = "denied";
  call.result = outcome("denied", detail);
  const hint = "Ask without it, or ask an administrator which models may read it.";
  state.modelFailure = { code: "egress.not-cleared", detail, hint };
}

export function applyCleared(
  state: RunState,
  { data }: Extract<RunEvent, { type: "egress.cleared" }>,
): void {
  const { callId, approvalId, digest, scope, sends } = data;
  state.cleared.push({ callId, approvalId, digest, scope, sends });
}

// The fold's part for calls: from what a model wrote to its result, through decision and approval.
import type { RunEvent, RunEventType } from "@stead/protocol";
import { valuesAt } from "../tools/sink/judge.ts";
import { citationsIn, coverageIn, record, text } from "./body.ts";
import { consentRefused } from "./consent-words.ts";
import { closeSend, newQuestion } from "./leave/fold.ts";
import { outcome } from "./new-call.ts";
import { hasQuestion, quorumMet, type CallState, type RunState } from "./run.ts";

type Of<T extends RunEventType> = Extract<RunEvent, { type: T }>;

/** A question stands once it has been put; until then the call is decided again. */
const PHASE_AFTER = { permit: "permitted", ask: "proposed", deny: "denied" } as const;

type CallEvent = Of<
  | "call.rejected"
  | "call.decided"
  | "approval.requested"
  | "approval.answered"
  | "call.started"
  | "call.finished"
>;

export function applyCall(state: RunState, event: CallEvent): void {
  const isSend = event.type === "approval.requested" && event.data.kind === "send";
  const call = isSend ? newQuestion(state, event.data) : state.calls.get(event.data.callId);
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
      call.phase = PHASE_AFTER[event.data.decision.kind];
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
        sends: event.data.sends ?? [],
        expiresAtMs: Date.parse(event.data.expiresAt),
        yes: [],
        edited: false,
      };
      call.phase = "asked";
      state.status = "waiting";
      if (state.waitingSinceMs === 0) state.waitingSinceMs = event.at;
      return;
    case "approval.answered":
      applyApproval(state, call, event);
      if (call.phase === "approved") endorse(state, call, event.data.endorsed ?? []);
      return closeQuestion(state, event.at);
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
        forCallerOnly: event.data.forCallerOnly ?? false,
        origins: event.data.origins,
        citations: citationsIn(event.bodies["citations"]),
        coverage: coverageIn(event.bodies["coverage"]),
        blobId: event.data.blobId,
      };
  }
}

// oxlint-disable-next-line max-params -- where, what and by what
function applyApproval(state: RunState, call: CallState, event: Of<"approval.answered">): void {
  const approval = call.approval;
  if (!approval || approval.id !== event.data.approvalId) return;
  if (event.data.answer !== "approved") {
    if (approval.kind === "send") return closeSend(state, call, event.data.answer);
    call.phase = "denied";
    if (approval.kind === "consent") {
      call.result = outcome("denied", consentRefused(event.data.answer === "expired"));
      return;
    }
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
  if (approval.kind === "consent") {
    // Decided anew, with the account that there is now.
    call.phase = "proposed";
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
  if (approval.kind === "send") return closeSend(state, call, "approved");
  call.phase = "approved";
  if (approval.kind === "policy")
    call.consent = { id: approval.id, digest: call.digest, yes: approval.yes };
  call.repeatApproved = approval.kind === "repeat";
}

function endorse(
  state: RunState,
  call: CallState,
  endorsed: NonNullable<Of<"approval.answered">["data"]["endorsed"]>,
): void {
  for (const { argument, kind } of endorsed)
    for (const value of valuesAt(call.arguments, argument))
      state.endorsed.push({ callId: call.callId, kind, value });
}

/** A person's time ends when the last open question is answered, also while a worker goes on. */
export function closeQuestion(state: RunState, at: number): void {
  if (hasQuestion(state)) return;
  if (state.waitingSinceMs > 0) state.waitedMs += at - state.waitingSinceMs;
  state.waitingSinceMs = 0;
  if (state.status === "waiting") state.status = "running";
}

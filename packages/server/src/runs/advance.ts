// advance: state to the next effect, as data. Pure: no clock, no database, no randomness.
import type { CallState, RunState } from "./run.ts";

/** What advance needs to know beside the log; all of it is the same for the same worker and time. */
export interface Facts {
  readonly nowMs: number;
  /** Tokens of the window as it stands, and the most that it may hold before it is made smaller. */
  readonly windowTokens: number;
  readonly windowTokensMax: number;
  /** False when nothing more can be dropped or summarised. */
  readonly compactable: boolean;
}

export type Stop = { readonly code: "run.limit" | "run.cancelled"; readonly detail: string };

export type Effect =
  | { readonly kind: "call-model"; readonly step: number }
  | { readonly kind: "compact"; readonly step: number }
  | { readonly kind: "decide"; readonly calls: readonly CallState[] }
  | { readonly kind: "execute"; readonly calls: readonly CallState[] }
  /** Started under an earlier claim and unsettled, without a key: a person must say. */
  | { readonly kind: "ask-repeat"; readonly calls: readonly CallState[] }
  | { readonly kind: "expire"; readonly calls: readonly CallState[] }
  | { readonly kind: "wait"; readonly untilMs: number }
  | { readonly kind: "answer"; readonly text: string }
  | { readonly kind: "fail"; readonly failure: NonNullable<RunState["modelFailure"]> }
  | { readonly kind: "stop"; readonly status: "cancelled" | "stopped"; readonly why: Stop }
  | { readonly kind: "none" };

const ENDED = new Set(["answered", "failed", "cancelled", "stopped"]);

/**
 * Chooses the next effect. Order: an ended run does nothing; a cancel stops before the next effect;
 * limits; calls of the last turn (decide, settle what a dead worker left, execute, wait for people);
 * then the model again, or the answer.
 */
export function advance(state: RunState, facts: Facts): Effect {
  if (!state.started || ENDED.has(state.status)) return { kind: "none" };
  if (state.cancelledBy !== null) {
    const why: Stop = { code: "run.cancelled", detail: "The run was cancelled." };
    return { kind: "stop", status: "cancelled", why };
  }
  const open = openCalls(state);
  const limit = open.some((call) => call.phase === "started") ? null : limitReached(state, facts);
  if (limit) return { kind: "stop", status: "stopped", why: limit };
  if (open.length > 0) return advanceCalls(state, open, facts);
  if (state.modelFailure) return { kind: "fail", failure: state.modelFailure };
  const last = state.turns.at(-1);
  if (last && last.callIds.length === 0) return { kind: "answer", text: last.text };
  const step = state.turns.length + 1;
  if (facts.windowTokens > facts.windowTokensMax && facts.compactable)
    return { kind: "compact", step };
  return { kind: "call-model", step };
}

function openCalls(state: RunState): CallState[] {
  const open: CallState[] = [];
  for (const call of state.calls.values()) if (call.result === null) open.push(call);
  return open;
}

function advanceCalls(state: RunState, open: readonly CallState[], facts: Facts): Effect {
  const inPhase = (phase: CallState["phase"]) => open.filter((call) => call.phase === phase);
  const proposed = inPhase("proposed");
  if (proposed.length > 0) return { kind: "decide", calls: proposed };
  const left = inPhase("started").filter((call) => call.startedUnder < state.claim);
  const unsure = left.filter((call) => !call.keyed);
  if (unsure.length > 0) return { kind: "ask-repeat", calls: unsure };
  const ready = [...inPhase("permitted"), ...inPhase("approved"), ...left];
  if (ready.length > 0) return { kind: "execute", calls: ready };
  const asked = inPhase("asked");
  const expired = asked.filter((call) => (call.approval?.expiresAtMs ?? 0) <= facts.nowMs);
  if (expired.length > 0) return { kind: "expire", calls: expired };
  const untilMs = Math.min(...asked.map((call) => call.approval?.expiresAtMs ?? facts.nowMs));
  return { kind: "wait", untilMs };
}

function over(detail: string): Stop {
  return { code: "run.limit", detail };
}

function limitReached(state: RunState, facts: Facts): Stop | null {
  const bounds = state.bounds;
  if (!bounds) return null;
  const { usage } = state;
  const last = state.turns.at(-1);
  const wantsModel = !last || last.callIds.length > 0;
  if (wantsModel && state.turns.length >= bounds.stepsMax)
    return over(`The run used all of its ${bounds.stepsMax} steps.`);
  if (usage.inputTokens + usage.outputTokens > bounds.tokensMax)
    return over(`The run used more than its ${bounds.tokensMax} tokens.`);
  if (usage.costMicros > bounds.costMicrosMax)
    return over(`The run cost more than its ${bounds.costMicrosMax / 1e6} USD.`);
  if (activeMs(state, facts) > bounds.wallTimeMs)
    return over(`The run took longer than its ${bounds.wallTimeMs / 1000} s.`);
  return null;
}

/** Time since the start, without the time that the run waited for people. */
function activeMs(state: RunState, facts: Facts): number {
  const waiting = state.waitingSinceMs > 0 ? facts.nowMs - state.waitingSinceMs : 0;
  return facts.nowMs - state.startedAtMs - state.waitedMs - waiting;
}

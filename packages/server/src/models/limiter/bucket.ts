// The shared state of a credential's limits and what a process may take of it; pure.
import type { ProviderLimits } from "../provider.ts";

/** Of a minute's worth, how much may go at once. */
const BURST_SHARE = 1 / 6;
export const LEASE_MS = 15_000;

export interface BucketState {
  readonly requests: number;
  /** Below zero after an answer that was longer than expected. */
  readonly tokens: number;
  readonly filledAtMs: number;
  readonly pausedUntilMs: number;
  /** Slots by process; a process that died gives them back by not renewing. */
  readonly leases: Readonly<Record<string, { readonly slots: number; readonly untilMs: number }>>;
}

export interface Ask {
  readonly processId: string;
  readonly requests: number;
  readonly tokens: number;
  /** As many as it would take beside, so that the next calls need not ask. */
  readonly tokensBlock: number;
  /** Tokens to give back (or, below zero, to take) after answers came. */
  readonly tokensBack: number;
  /** Slots that the process wants to hold altogether. */
  readonly slots: number;
  /** Slots that it holds in use: it can't give back those. */
  readonly slotsUsed: number;
  readonly pauseMs: number;
}

export interface Grant {
  readonly requests: number;
  readonly tokens: number;
  readonly slots: number;
  /** Until more may be had; 0 when everything was granted. */
  readonly waitMs: number;
}

export interface GrantInput {
  readonly state: BucketState | undefined;
  readonly limits: ProviderLimits;
  readonly ask: Ask;
  readonly nowMs: number;
}

export function burstOf(perMinute: number | undefined): number {
  return perMinute === undefined ? Infinity : Math.max(1, perMinute * BURST_SHARE);
}

export function grant({ state, limits, ask, nowMs }: GrantInput): {
  state: BucketState;
  granted: Grant;
} {
  const now = filled(state, limits, nowMs);
  const pausedUntilMs = Math.max(now.pausedUntilMs, nowMs + ask.pauseMs);
  const slots = slotsFor(now, limits, { ask, nowMs });
  const leases = { ...now.leases };
  if (slots > 0) leases[ask.processId] = { slots, untilMs: nowMs + LEASE_MS };
  else delete leases[ask.processId];
  const tokensLeft = now.tokens + ask.tokensBack;
  const paused = pausedUntilMs > nowMs;
  const requests = paused ? 0 : Math.max(0, Math.min(ask.requests, Math.floor(now.requests)));
  const enough = tokensLeft >= Math.min(ask.tokens, burstOf(limits.tokensPerMinute));
  // A request larger than the bucket may go when it is full, and leaves a debt.
  const block = tokensLeft >= ask.tokensBlock ? Math.max(ask.tokens, ask.tokensBlock) : ask.tokens;
  const tokens = paused || !enough ? 0 : block;
  const granted = {
    requests: limits.requestsPerMinute === undefined && !paused ? ask.requests : requests,
    tokens: limits.tokensPerMinute === undefined && !paused ? ask.tokens : tokens,
    slots,
    waitMs: 0,
  };
  const next = {
    requests: now.requests - (limits.requestsPerMinute === undefined ? 0 : requests),
    tokens: limits.tokensPerMinute === undefined ? now.tokens : tokensLeft - tokens,
    filledAtMs: nowMs,
    pausedUntilMs,
    leases,
  };
  return { state: next, granted: { ...granted, waitMs: waitOf(next, granted, { limits, ask }) } };
}

function filled(
  state: BucketState | undefined,
  limits: ProviderLimits,
  nowMs: number,
): BucketState {
  const requestsMax = finite(burstOf(limits.requestsPerMinute));
  const tokensMax = finite(burstOf(limits.tokensPerMinute));
  if (!state)
    return {
      requests: requestsMax,
      tokens: tokensMax,
      filledAtMs: nowMs,
      pausedUntilMs: 0,
      leases: {},
    };
  const minutes = Math.max(0, nowMs - state.filledAtMs) / 60_000;
  const live = Object.entries(state.leases).filter(([, lease]) => lease.untilMs > nowMs);
  return {
    ...state,
    requests: Math.min(requestsMax, state.requests + minutes * (limits.requestsPerMinute ?? 0)),
    tokens: Math.min(tokensMax, state.tokens + minutes * (limits.tokensPerMinute ?? 0)),
    leases: Object.fromEntries(live),
  };
}

/** JSON knows no infinity; without a limit the number is never looked at. */
function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}

function slotsFor(
  now: BucketState,
  { concurrent }: ProviderLimits,
  { ask, nowMs }: { ask: Ask; nowMs: number },
): number {
  if (concurrent === undefined) return 0;
  const others = Object.entries(now.leases)
    .filter(([processId, lease]) => processId !== ask.processId && lease.untilMs > nowMs)
    .reduce((sum, [, lease]) => sum + lease.slots, 0);
  return Math.max(ask.slotsUsed, Math.min(ask.slots, concurrent - others));
}

const SLOT_WAIT_MS = 100;
const WAIT_MS_MAX = 5000;

function waitOf(
  next: BucketState,
  granted: Omit<Grant, "waitMs">,
  { limits, ask }: { limits: ProviderLimits; ask: Ask },
): number {
  const waits = [0];
  if (next.pausedUntilMs > next.filledAtMs) waits.push(next.pausedUntilMs - next.filledAtMs);
  if (ask.requests > 0 && granted.requests === 0 && limits.requestsPerMinute !== undefined)
    waits.push(((1 - next.requests) / limits.requestsPerMinute) * 60_000);
  if (ask.tokens > 0 && granted.tokens === 0 && limits.tokensPerMinute !== undefined) {
    const lacking = Math.min(ask.tokens, burstOf(limits.tokensPerMinute)) - next.tokens;
    waits.push((lacking / limits.tokensPerMinute) * 60_000);
  }
  if (
    limits.concurrent !== undefined &&
    granted.slots <= ask.slotsUsed &&
    ask.slots > ask.slotsUsed
  )
    waits.push(SLOT_WAIT_MS);
  return Math.min(WAIT_MS_MAX, Math.ceil(Math.max(...waits)));
}

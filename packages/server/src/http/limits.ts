// How often somebody may ask: token buckets in memory, per person or per address.
import type { Clock } from "../lib/clock.ts";

export interface Rate {
  /** Requests at once after a pause. */
  readonly burst: number;
  readonly perSecond: number;
}

export interface Limits {
  /** Per person, over everything. */
  readonly person: Rate;
  /** Per address, for what is tried without a valid credential. */
  readonly stranger: Rate;
  /** Per address, for what is open to everyone. */
  readonly open: Rate;
  /** Per address, for events that sources send. */
  readonly peer: Rate;
  readonly bodyBytesMax: number;
  readonly streamsPerPersonMax: number;
}

export const LIMITS: Limits = {
  person: { burst: 300, perSecond: 100 },
  stranger: { burst: 30, perSecond: 0.5 },
  open: { burst: 100, perSecond: 20 },
  peer: { burst: 2_000, perSecond: 200 },
  bodyBytesMax: 1_000_000,
  streamsPerPersonMax: 50,
};

const BUCKETS_MAX = 10_000;

/** `take` says how many seconds to wait; 0: go ahead. */
export interface Limiter {
  take(who: string): number;
}

export function createLimiter(clock: Clock, rate: Rate): Limiter {
  const buckets = new Map<string, { tokens: number; atMs: number }>();
  return {
    take(who) {
      const nowMs = clock.monotonicMs();
      const bucket = buckets.get(who) ?? { tokens: rate.burst, atMs: nowMs };
      const earned = ((nowMs - bucket.atMs) / 1000) * rate.perSecond;
      const tokens = Math.min(rate.burst, bucket.tokens + earned);
      const granted = tokens >= 1;
      // Taken out and put back: the map's order is then by last use, and the oldest goes first.
      buckets.delete(who);
      buckets.set(who, { tokens: granted ? tokens - 1 : tokens, atMs: nowMs });
      if (buckets.size > BUCKETS_MAX) forgetOldest(buckets);
      return granted ? 0 : Math.ceil((1 - tokens) / rate.perSecond);
    },
  };
}

function forgetOldest(buckets: Map<string, unknown>): void {
  const oldest = buckets.keys().next();
  if (!oldest.done) buckets.delete(oldest.value);
}

// Whether and when to try the same model again.
import type { Times } from "./provider.ts";
import type { WireFailure } from "./wire/wire.ts";

/** A provider that asks for more patience than this is passed over. */
const RETRY_AFTER_MS_MAX = 30_000;
/** With another model to turn to, nobody waits longer than this for one that limits requests. */
const WAIT_MS_MAX_WITH_OTHERS = 2000;

export interface RetryQuestion {
  readonly failed: WireFailure;
  /** Attempts made at this model, from 1. */
  readonly attempts: number;
  readonly times: Times;
  readonly leftMs: number;
  readonly others: boolean;
  /** In [0, 1). */
  readonly fraction: number;
}

/** Milliseconds to wait before the next attempt; undefined: no further one at this model. */
export function retryInMs(question: RetryQuestion): number | undefined {
  const { failed, attempts, times, leftMs, others, fraction } = question;
  if (!failed.again || attempts >= times.attemptsMax) return undefined;
  const asked = failed.retryAfterMs ?? 0;
  if (asked > RETRY_AFTER_MS_MAX) return undefined;
  const ceiling = Math.min(times.backoffMs * 2 ** (attempts - 1), times.backoffMsMax);
  // Half fixed, half random: clients that failed together come back apart.
  const waitMs = Math.max(asked, ceiling / 2 + (ceiling / 2) * fraction);
  if (waitMs >= leftMs) return undefined;
  if (others && asked > WAIT_MS_MAX_WITH_OTHERS) return undefined;
  return waitMs;
}

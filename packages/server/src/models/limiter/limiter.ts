// One limiter per provider credential: what callers see of it.
import type { ProviderLimits } from "../provider.ts";
import type { Result } from "../../lib/result.ts";

export interface LimitRequest {
  /** What is limited: providers that share a key share it. */
  readonly credential: string;
  readonly limits: ProviderLimits;
  readonly personId: string;
  /** Expected tokens, in and out. */
  readonly tokens: number;
  /** The longest wait. */
  readonly waitMsMax: number;
  readonly signal: AbortSignal;
}

export interface Lease {
  /** Gives the slot back and corrects the expected tokens by what was really used. */
  release(tokensUsed: number): void;
}

export interface Limiter {
  acquire(request: LimitRequest): Promise<Result<Lease>>;
  /** The provider asked everybody for patience. */
  pause(credential: string, ms: number): void;
  close(): Promise<void>;
}

export const FREE_LEASE: Lease = { release: () => undefined };

/** No limits at all. */
export const unlimited: Limiter = {
  acquire: () => Promise.resolve({ ok: true, value: FREE_LEASE }),
  pause: () => undefined,
  close: () => Promise.resolve(),
};

export function isLimited(limits: ProviderLimits): boolean {
  return (
    limits.requestsPerMinute !== undefined ||
    limits.tokensPerMinute !== undefined ||
    limits.concurrent !== undefined
  );
}

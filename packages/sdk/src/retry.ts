// When a request may be sent again, and how long to wait before.
import { ApiError, UnreachableError } from "./error.ts";

const FIRST_MS = 200;
const LONGEST_MS = 8_000;

/** Doubling, with jitter, so that many clients do not come back in step. */
export function backoffMs(attempt: number): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
  return full / 2 + (full / 2) * fraction();
}

/** What passes by itself: no answer, a full queue, a database that is away. */
export function passes(error: unknown): boolean {
  if (error instanceof UnreachableError) return true;
  return error instanceof ApiError && (error.status === 429 || error.status === 503);
}

/** As long as the server asks for, within reason. */
export function waitMs(error: unknown, attempt: number): number {
  const askedS = error instanceof ApiError ? error.data["retryAfterS"] : undefined;
  return typeof askedS === "number" ? Math.min(askedS * 1000, LONGEST_MS) : backoffMs(attempt);
}

export function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const timer = setTimeout(finish, ms);
    signal?.addEventListener("abort", stop, { once: true });
    function finish(): void {
      signal?.removeEventListener("abort", stop);
      resolve();
    }
    function stop(): void {
      clearTimeout(timer);
      reject(signal?.reason);
    }
  });
}

function fraction(): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32;
}

/** 128 random bits; `randomUUID` is missing on pages that are not served over https. */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// A piece of work of one source: how far it is, and what comes next.
import type { SyncKind } from "../deps.ts";

export type JobState = "idle" | "waiting" | "reconnect" | "failed";
export type Counts = Readonly<Record<string, number>>;

export interface Job {
  readonly sourceId: string;
  readonly kind: SyncKind;
  readonly state: JobState;
  /** Null between two passes. */
  readonly cursor: string | null;
  readonly counts: Counts;
  readonly tries: number;
  readonly version: number;
  readonly generation: number;
  readonly beganNo: number;
  /** Nothing is under way: what comes next is counted anew. */
  readonly isAtRest: boolean;
  /** Since its last pass ended; null when none has. */
  readonly sinceMs: number | null;
}

/** What a checkpoint writes; what is left out stays as it is. */
export interface Checkpoint {
  readonly cursor?: string | null;
  readonly counts?: Counts;
  /** A pass begins with the asking of this number. */
  readonly begins?: { readonly generation: number; readonly beganNo: number; readonly at: Date };
  /** Work without passes, such as contents, is under way from now on until it rests. */
  readonly works?: true;
  /** Nothing was asked of the source; due again after so long, at once if it was asked for meanwhile. */
  readonly rests?: { readonly nextMs: number | null };
  /** The pass has ended; the next is due after so long, at once if it was asked for meanwhile. */
  readonly ends?: {
    readonly nextMs: number | null;
    /** Everything that was so by then is known now; `began`: by the beginning of the pass. */
    readonly freshAt: Date | "began" | null;
  };
}

const BACKOFF_MIN_MS = 1_000;
const BACKOFF_MAX_MS = 15 * 60_000;

/** Doubling, with jitter so that many do not come back together; never sooner than the source asked for. */
export function backoffMs(tries: number, fraction: number, retryAfterMs = 0): number {
  const doubled = Math.min(BACKOFF_MIN_MS * 2 ** Math.min(tries, 20), BACKOFF_MAX_MS);
  return Math.max(doubled * (0.5 + fraction / 2), Math.min(retryAfterMs, 24 * 3_600_000));
}

// The rules of a session: how long it lasts, when its secret changes, what an old secret means.

export interface SessionBounds {
  /** Unused for so long, it is over. */
  readonly idleMs: number;
  /** Over after so long, used or not. */
  readonly absoluteMs: number;
  /** A secret older than this is replaced at the next request. */
  readonly rotateMs: number;
  /** Parallel requests may still carry the secret before. */
  readonly graceMs: number;
  /** Use is noted at most this often. */
  readonly touchMs: number;
}

export const SESSION_BOUNDS: SessionBounds = {
  idleMs: 8 * 3_600_000,
  absoluteMs: 7 * 24 * 3_600_000,
  rotateMs: 15 * 60_000,
  graceMs: 60_000,
  touchMs: 60_000,
};

export interface Session {
  readonly id: string;
  readonly personId: string;
  readonly csrf: string;
  readonly secretHash: string;
  readonly nextHash: string | null;
  readonly previousHash: string | null;
  readonly previousUntilMs: number;
  readonly rotatedAtMs: number;
  readonly seenAtMs: number;
  readonly expiresAtMs: number;
}

export type Standing =
  | { readonly kind: "current"; readonly rotate: boolean; readonly touch: boolean }
  /** The first use of the new secret: from now on it is the current one. */
  | { readonly kind: "next" }
  | { readonly kind: "grace" }
  /** A secret that was replaced long ago: somebody kept a copy. */
  | { readonly kind: "replayed" }
  | { readonly kind: "over" };

/** What a presented secret means, given that its hash is one of the session's three. */
export function standingOf(
  session: Session,
  presented: { readonly hash: string; readonly nowMs: number },
  bounds: SessionBounds,
): Standing {
  const { hash, nowMs } = presented;
  if (nowMs >= session.expiresAtMs || nowMs - session.seenAtMs >= bounds.idleMs)
    return { kind: "over" };
  if (hash === session.secretHash)
    return {
      kind: "current",
      rotate: nowMs - session.rotatedAtMs >= bounds.rotateMs,
      touch: nowMs - session.seenAtMs >= bounds.touchMs,
    };
  if (hash === session.nextHash) return { kind: "next" };
  if (hash !== session.previousHash) return { kind: "over" };
  return nowMs < session.previousUntilMs ? { kind: "grace" } : { kind: "replayed" };
}

// Starts a session for a person who has proved who they are.
import { ok, type Result } from "../../lib/result.ts";
import type { Tx } from "../../store/tx.ts";
import { record, type Fact, type IdentityCtx } from "../context.ts";
import { newSecret, secretHash } from "../secret.ts";
import { deleteOldSessions, endSession, insertSession } from "./queries.ts";
import { SESSION_BOUNDS } from "./session.ts";

/** Sessions that were over so long ago are forgotten; the ledger keeps that they were. */
const FORGET_MS = 30 * 24 * 3_600_000;

export interface SignIn {
  readonly personId: string;
  /** How they proved it, for the ledger. */
  readonly method: "invitation" | "login-link" | "setup-link";
  /** The session that the browser had before: it ends, so that no secret outlives a sign-in. */
  readonly endsSessionId: string | undefined;
}

export interface Started {
  readonly sessionId: string;
  readonly secret: string;
}

/** What a sign-in writes, to be put in the transaction of what proved it. */
export function prepareSession(ctx: IdentityCtx, input: SignIn) {
  const nowMs = ctx.clock.now();
  const started: Started = { sessionId: ctx.ids.next("ses"), secret: newSecret(ctx.ids) };
  const { sessionId, secret } = started;
  const { personId, method, endsSessionId } = input;
  const fact: Fact = {
    type: "session.started",
    data: { sessionId, personId, method, endsSessionId: endsSessionId ?? null },
  };
  const write = async (tx: Tx): Promise<void> => {
    const scope = { db: tx, orgId: ctx.orgId };
    if (endsSessionId) await endSession(scope, { id: endsSessionId, nowMs });
    await deleteOldSessions(scope, nowMs - FORGET_MS);
    await insertSession(scope, {
      id: sessionId,
      personId,
      secretHash: secretHash(secret),
      csrf: newSecret(ctx.ids),
      nowMs,
      expiresAtMs: nowMs + SESSION_BOUNDS.absoluteMs,
    });
  };
  return { started, fact, write };
}

export async function signIn(ctx: IdentityCtx, input: SignIn): Promise<Result<Started>> {
  const { started, fact, write } = prepareSession(ctx, input);
  const recorded = await record(ctx, fact, async (tx) => {
    await write(tx);
    return ok();
  });
  return recorded.ok ? ok(started) : recorded;
}

// From the secret in a cookie to the session that it opens, replacing the secret now and then.
import type { Principal } from "@stead/protocol";
import { fail, ok, type Result } from "../../lib/result.ts";
import { record, type IdentityCtx } from "../context.ts";
import { principalOf } from "../principal.ts";
import { newSecret, secretHash } from "../secret.ts";
import { endSession, findSession, offerSecret, promoteSecret, touchSession } from "./queries.ts";
import { SESSION_BOUNDS, standingOf, type Session, type Standing } from "./session.ts";

export interface Recognised {
  readonly principal: Principal;
  readonly sessionId: string;
  readonly csrf: string;
  /** The secret that the browser should carry from now on, when it changes. */
  readonly newSecret: string | undefined;
}

const OVER = fail("auth.invalid", "This session is over.", { hint: "Sign in again." });

export async function recogniseSession(
  ctx: IdentityCtx,
  secret: string,
): Promise<Result<Recognised>> {
  const hash = secretHash(secret);
  const nowMs = ctx.clock.now();
  const session = await findSession(ctx, hash);
  if (!session) return OVER;
  const standing = standingOf(session, { hash, nowMs }, SESSION_BOUNDS);
  if (standing.kind === "over") return OVER;
  if (standing.kind === "replayed") return endReplayed(ctx, session);
  const changed = await follow(ctx, session, { standing, hash, nowMs });
  const sessionId = session.id;
  const principal = await principalOf(ctx, session.personId, { kind: "session", sessionId });
  if (!principal.ok) return principal;
  const { csrf } = session;
  return ok({ principal: principal.value, sessionId, csrf, newSecret: changed });
}

interface Presented {
  readonly standing: Standing;
  readonly hash: string;
  readonly nowMs: number;
}

async function follow(
  ctx: IdentityCtx,
  session: Session,
  { standing, hash, nowMs }: Presented,
): Promise<string | undefined> {
  if (standing.kind === "next")
    await promoteSecret(ctx, { session, hash, nowMs, graceMs: SESSION_BOUNDS.graceMs });
  if (standing.kind !== "current") return undefined;
  if (standing.rotate) {
    const next = newSecret(ctx.ids);
    const won = await offerSecret(ctx, { session, nextHash: secretHash(next), nowMs });
    return won ? next : undefined;
  }
  if (standing.touch) await touchSession(ctx, { id: session.id, nowMs });
  return undefined;
}

/** An old secret came back after its grace: whoever holds it, both lose the session. */
async function endReplayed(ctx: IdentityCtx, session: Session): Promise<Result<never>> {
  const { id: sessionId, personId } = session;
  await record(ctx, { type: "session.replayed", data: { sessionId, personId } }, async (tx) => {
    const end = { id: sessionId, nowMs: ctx.clock.now() };
    const first = await endSession({ db: tx, orgId: ctx.orgId }, end);
    return first ? ok() : OVER;
  });
  return OVER;
}

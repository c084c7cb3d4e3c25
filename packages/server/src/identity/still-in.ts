// Whether what a person came in with still holds, for what stays open long after it was shown.
import type { Principal } from "@stead/protocol";
import type { Ctx } from "../store/context.ts";
import { keyHolds } from "./key/queries.ts";
import { principalOf } from "./principal.ts";
import { sessionHolds } from "./session/queries.ts";
import { SESSION_BOUNDS } from "./session/session.ts";

/** By id, not by secret: the secret of a session changes while a stream is open. */
export async function stillIn(ctx: Ctx, principal: Principal): Promise<boolean> {
  const { via, personId } = principal;
  const nowMs = ctx.clock.now();
  const holds =
    via.kind === "session"
      ? await sessionHolds(ctx, { id: via.sessionId, nowMs, idleMs: SESSION_BOUNDS.idleMs })
      : via.kind === "key" && (await keyHolds(ctx, { id: via.keyId, nowMs }));
  return holds && (await principalOf(ctx, personId, via)).ok;
}

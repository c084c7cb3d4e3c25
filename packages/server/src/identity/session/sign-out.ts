// Ends a session at once, for every copy of its secret.
import { ok, type Result } from "../../lib/result.ts";
import { record, type IdentityCtx } from "../context.ts";
import { endSession } from "./queries.ts";

export async function signOut(
  ctx: IdentityCtx,
  input: { sessionId: string; personId: string },
): Promise<Result<void>> {
  return record(ctx, { type: "session.ended", data: { ...input } }, async (tx) => {
    const end = { id: input.sessionId, nowMs: ctx.clock.now() };
    await endSession({ db: tx, orgId: ctx.orgId }, end);
    return ok();
  });
}

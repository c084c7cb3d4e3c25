// Revokes a key of one's own; it opens nothing from the next request on.
import { fail, ok, type Result } from "../../lib/result.ts";
import { record, type IdentityCtx } from "../context.ts";
import { revokeKey } from "./queries.ts";

export async function revoke(
  ctx: IdentityCtx,
  input: { keyId: string; personId: string },
): Promise<Result<void>> {
  const { keyId, personId } = input;
  return record(ctx, { type: "key.revoked", data: { keyId, personId } }, async (tx) => {
    const key = { id: keyId, personId, nowMs: ctx.clock.now() };
    const revoked = await revokeKey({ db: tx, orgId: ctx.orgId }, key);
    return revoked ? ok() : fail("resource.not_found", "You have no such key.");
  });
}

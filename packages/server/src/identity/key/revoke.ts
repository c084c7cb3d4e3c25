// Revokes a key of one's own, or as an administrator anybody's; it opens nothing from then on.
import type { Principal } from "@stead/protocol";
import { fail, ok, type Result } from "../../lib/result.ts";
import { record, type IdentityCtx } from "../context.ts";
import { revokeKey } from "./queries.ts";

export async function revoke(
  ctx: IdentityCtx,
  input: { keyId: string; principal: Principal },
): Promise<Result<void>> {
  const { keyId, principal } = input;
  const { personId, roles } = principal;
  return record(ctx, { type: "key.revoked", data: { keyId, by: personId } }, async (tx) => {
    const ownerId = roles.includes("administrator") ? null : personId;
    const key = { id: keyId, ownerId, nowMs: ctx.clock.now() };
    const revoked = await revokeKey({ db: tx, orgId: ctx.orgId }, key);
    return revoked ? ok() : fail("resource.not_found", "There is no such key of yours.");
  });
}

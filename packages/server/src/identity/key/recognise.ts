// From the secret in an Authorization header to the person whose key it is.
import type { Principal } from "@stead/protocol";
import { fail, type Result } from "../../lib/result.ts";
import type { Ctx } from "../../store/context.ts";
import { principalOf } from "../principal.ts";
import { secretHash } from "../secret.ts";
import { looksLikeKey } from "./key.ts";
import { findKey } from "./queries.ts";

const INVALID = fail("auth.invalid", "This API key is not valid: unknown, expired or revoked.");

export async function recogniseKey(ctx: Ctx, secret: string): Promise<Result<Principal>> {
  if (!looksLikeKey(secret)) return INVALID;
  const key = await findKey(ctx, { hash: secretHash(secret), nowMs: ctx.clock.now() });
  if (!key) return INVALID;
  return principalOf(ctx, key.personId, { kind: "key", keyId: key.id, scopes: key.scopes });
}

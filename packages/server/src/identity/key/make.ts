// Makes an API key for the person who asks. The secret leaves once and is not kept.
import type { EndpointReply, Endpoints, Principal } from "@stead/protocol";
import { idFrom } from "../../lib/ids.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { record, type IdentityCtx } from "../context.ts";
import { newSecret, secretHash } from "../secret.ts";
import { idleScopes, keyPrefix, keySecret } from "./key.ts";
import { insertKey, type KeyRow } from "./queries.ts";

const DAY_MS = 86_400_000;

export interface KeyWish {
  readonly principal: Principal;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly days: number;
  readonly idempotencyKey: string;
}

export async function makeKey(
  ctx: IdentityCtx,
  wish: KeyWish,
): Promise<Result<EndpointReply<Endpoints["key.create"]>>> {
  const sound = checkScopes(wish);
  if (!sound.ok) return sound;
  const secret = keySecret(newSecret(ctx.ids));
  const nowMs = ctx.clock.now();
  const row: KeyRow = {
    id: idFrom("key", wish.idempotencyKey),
    personId: wish.principal.personId,
    name: wish.name,
    prefix: keyPrefix(secret),
    scopes: [...new Set(wish.scopes)].toSorted(),
    createdAtMs: nowMs,
    expiresAtMs: nowMs + wish.days * DAY_MS,
    lastUsedAtMs: null,
  };
  const { id: keyId, personId, prefix, scopes } = row;
  const fact = { type: "key.made" as const, data: { keyId, personId, prefix, scopes } };
  const made = await record(ctx, fact, async (tx) => {
    const scope = { db: tx, orgId: ctx.orgId };
    const inserted = await insertKey(scope, { ...row, secretHash: secretHash(secret) });
    return inserted ? ok() : madeBefore();
  });
  return made.ok ? ok({ key: keyView(row), secret }) : made;
}

function checkScopes({ principal, scopes }: KeyWish): Result<void> {
  const idle = idleScopes(scopes);
  if (idle.length > 0)
    return fail("request.invalid", `No endpoint has the scope ${idle.join(", ")}.`, {
      data: { fields: [{ path: "body.scopes", message: `unknown: ${idle.join(", ")}` }] },
    });
  // A stolen key could live on in keys of its own making, after it has been revoked.
  if (principal.via.kind === "key")
    return fail("policy.denied", "A key can't make keys.", { hint: "Sign in and make it there." });
  return ok();
}

function madeBefore(): Result<never> {
  return fail(
    "request.conflict",
    "This key was made by an earlier attempt; its secret is shown once.",
    {
      hint: "Revoke it and make another.",
    },
  );
}

export function keyView(row: KeyRow): EndpointReply<Endpoints["key.create"]>["key"] {
  const { id, name, prefix, scopes, lastUsedAtMs } = row;
  return {
    id,
    name,
    prefix,
    scopes,
    createdAt: new Date(row.createdAtMs).toISOString(),
    expiresAt: new Date(row.expiresAtMs).toISOString(),
    lastUsedAt: lastUsedAtMs === null ? null : new Date(lastUsedAtMs).toISOString(),
  };
}

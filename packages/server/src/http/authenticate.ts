// From a request's credential to a principal: an API key, or a session with its CSRF token.
import type { Endpoint, Principal } from "@stead/protocol";
import type { Context } from "hono";
import { z } from "zod";
import type { IdentityCtx } from "../identity/context.ts";
import { scopesReach } from "../identity/key/key.ts";
import { recogniseKey } from "../identity/key/recognise.ts";
import type { KeyUse } from "../identity/key/use.ts";
import { recordRefusal } from "../identity/refuse.ts";
import { sameSecret } from "../identity/secret.ts";
import { recogniseSession } from "../identity/session/recognise.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { readCookie, sessionCookie } from "./cookie.ts";
import { fromElsewhere, fromOwnPage, isVisit } from "./headers.ts";
import type { Limiter } from "./limits.ts";

export interface Gate {
  readonly ctx: IdentityCtx;
  readonly keyUse: KeyUse;
  readonly strangers: Limiter;
  readonly secure: boolean;
}

export interface Caller {
  readonly principal: Principal;
  /** Empty for keys, which need none: no browser sends them by itself. */
  readonly csrf: string;
}

const SIGN_IN = fail("auth.required", "This needs a session or an API key.", {
  hint: "Open a login link, or send `Authorization: Bearer <key>`.",
});
const WRITES = new Set(["POST", "PUT", "DELETE"]);

export async function authenticate(
  c: Context,
  gate: Gate,
  { answerHeaders, page }: { readonly answerHeaders: Headers; readonly page: boolean },
): Promise<Result<Caller>> {
  const bearer = /^Bearer +(\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
  if (bearer !== undefined) return byKey(c, gate, bearer);
  const secret = readCookie(c.req.header("cookie"), gate.secure);
  if (secret === undefined) return SIGN_IN;
  if (fromElsewhere(c.req.raw.headers) && !(page && isVisit(c.req.raw.headers)))
    return fail("auth.csrf", "A page of another site asked for this.");
  const found = await recogniseSession(gate.ctx, secret);
  if (!found.ok) return notRecognised(c, gate, found);
  if (found.value.newSecret !== undefined)
    answerHeaders.append("set-cookie", sessionCookie(found.value.newSecret, gate.secure));
  const { principal, csrf } = found.value;
  if (WRITES.has(c.req.method) && !carriesCsrf(c, csrf))
    return fail("auth.csrf", "The CSRF token is missing or is not this session's.", {
      hint: "Send the `csrf` of GET /api/session as the header stead-csrf, from a page of our own.",
    });
  return ok({ principal, csrf });
}

function carriesCsrf(c: Context, csrf: string): boolean {
  return fromOwnPage(c.req.raw.headers) && sameSecret(c.req.header("stead-csrf") ?? "", csrf);
}

async function byKey(c: Context, gate: Gate, secret: string): Promise<Result<Caller>> {
  const found = await recogniseKey(gate.ctx, secret);
  if (!found.ok) {
    const refused = notRecognised(c, gate, found);
    const address = addressOf(c);
    if (refused.failure.code === "auth.invalid")
      await recordRefusal(gate.ctx, { method: "key", address });
    return refused;
  }
  const { via } = found.value;
  if (via.kind === "key") gate.keyUse.note(via.keyId);
  return ok({ principal: found.value, csrf: "" });
}

/** Guessing is slowed down; what is valid is never held up by a stranger at the same address. */
function notRecognised(
  c: Context,
  gate: Gate,
  failed: Result<never> & { ok: false },
): Result<never> & { ok: false } {
  const waitS = gate.strangers.take(addressOf(c));
  return waitS === 0 ? failed : tooMany(waitS);
}

export function tooMany(waitS: number): Result<never> & { ok: false } {
  return fail("request.rate_limited", `Try again in ${waitS} s.`, {
    data: { retryAfterS: waitS },
  });
}

const envSchema = z.object({
  incoming: z.object({ socket: z.object({ remoteAddress: z.string().optional() }) }),
});

/** The peer of the connection; a header could say anything. */
export function addressOf(c: Context): string {
  const env = envSchema.safeParse(c.env);
  return (env.success ? env.data.incoming.socket.remoteAddress : undefined) ?? "unknown";
}

/** A key reaches what its scopes name; a person's own session reaches everything of theirs. */
export function checkScope(principal: Principal, endpoint: Endpoint): Result<void> {
  if (principal.via.kind !== "key" || endpoint.action === "self") return ok();
  if (scopesReach(principal.via.scopes, endpoint.action)) return ok();
  return fail("policy.denied", `This key's scopes do not reach ${endpoint.action}.`, {
    hint: "Make a key with that scope.",
  });
}

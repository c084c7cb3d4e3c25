// A signed assertion for a token (RFC 7523): of the account itself, or of one user whom it may stand for.
import type { AssertionScheme } from "@stead/sdk";
import { importPKCS8, SignJWT } from "jose";
import { z } from "zod";
import { joinLabels } from "../../access/label.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import type { HostDeps, SourceWay } from "./deps.ts";

const GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const LIFETIME_SECONDS = 3600;
const TIMEOUT_MS = 20_000;
const answerSchema = z.object({ access_token: z.string(), expires_in: z.number().optional() });

export interface Bearer {
  readonly token: string;
  readonly untilMs: number;
}

export interface Asserted {
  readonly scheme: AssertionScheme;
  readonly tokenUrl: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly asUser: string | undefined;
  readonly way: SourceWay;
}

export async function bearerFor(deps: HostDeps, asked: Asserted): Promise<Result<Bearer>> {
  const { clock } = deps.ctx;
  const { tokenUrl } = asked;
  const assertion = await assertionOf(asked, Math.floor(clock.now() / 1000));
  if (!assertion.ok) return assertion;
  const body = new URLSearchParams({ grant_type: GRANT, assertion: assertion.value });
  const sent = await deps.egress.send(
    asked.way.permit,
    {
      url: tokenUrl,
      method: "POST",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        accept: "application/json",
      },
      body: body.toString(),
      secretBody: true,
      label: joinLabels([]),
      purpose: "oauth",
      to: { kind: "login" },
      timeoutMs: TIMEOUT_MS,
      idleTimeoutMs: TIMEOUT_MS,
      bytesMax: 256 * 1024,
      idempotent: true,
    },
    asked.way.journal,
  );
  if (!sent.ok) return sent;
  const text = await sent.value.text();
  if (!text.ok) return fail("source.failed", text.failure.detail);
  const { origin } = new URL(tokenUrl);
  const { status } = sent.value;
  // One that has too much to do has refused nothing.
  if (status >= 400 && status < 500 && status !== 429 && status !== 408)
    return fail("source.reconnect", `${origin} does not take the key${forWhom(asked.asUser)}.`, {
      hint: "Look at the key, its scopes, and for whom it may stand.",
    });
  const answer = answerSchema.safeParse(jsonOf(text.value));
  if (status !== 200 || !answer.success) return fail("source.failed", `${origin} gave no token.`);
  const seconds = answer.data.expires_in ?? LIFETIME_SECONDS;
  return ok({ token: answer.data.access_token, untilMs: clock.now() + seconds * 1000 });
}

async function assertionOf(
  { scheme, tokenUrl, fields, asUser }: Asserted,
  nowSeconds: number,
): Promise<Result<string>> {
  const issuer = fields["client_email"] ?? "";
  try {
    const key = await importPKCS8(fields["private_key"] ?? "", "RS256");
    const signed = await new SignJWT({ scope: scheme.scopes.join(" ") })
      .setProtectedHeader({ alg: "RS256", typ: "JWT" })
      .setIssuer(issuer)
      .setSubject(asUser ?? issuer)
      .setAudience(tokenUrl)
      .setIssuedAt(nowSeconds)
      .setExpirationTime(nowSeconds + LIFETIME_SECONDS)
      .sign(key);
    return ok(signed);
  } catch {
    return fail("source.reconnect", "The private key can't be read.", {
      hint: "Enter the key as it stands in the key file, from BEGIN to END.",
    });
  }
}

function forWhom(asUser: string | undefined): string {
  return asUser === undefined ? "" : ` for ${asUser}`;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// Who acts, told to an MCP server outside the arguments: a short-lived signed assertion.
import { exportJWK, generateKeyPair, SignJWT, type JWK } from "jose";
import type { Clock } from "../../lib/clock.ts";
import type { ToolCall } from "../tool.ts";

export const ACTING_META = "stead/acting";
export const KEY_META = "stead/key";
/** The environment variable in which a child finds the public key, as a JWK. */
export const ACTING_KEY_VARIABLE = "STEAD_ACTING_KEY";

const ISSUER = "stead";
const LIFETIME_S = 60;

type ActingCall = Pick<
  ToolCall,
  "actsAs" | "agent" | "callId" | "digest" | "key" | "principal" | "runId"
>;

export interface ActingKey {
  readonly publicJwk: JWK;
  /** For one call of one tool of one server; `tool` as that server calls it. */
  assert(
    call: ActingCall,
    to: { readonly serverId: string; readonly tool: string },
  ): Promise<string>;
}

/** A key pair of this process: its private half is never written down. */
export async function createActingKey(clock: Clock): Promise<ActingKey> {
  const { privateKey, publicKey } = await generateKeyPair("EdDSA");
  const publicJwk = { ...(await exportJWK(publicKey)), alg: "EdDSA", use: "sig" };
  return {
    publicJwk,
    assert(call, { serverId, tool }) {
      const now = Math.floor(clock.now() / 1000);
      const { runId, callId, key, digest, actsAs } = call;
      const { orgId: org } = call.principal;
      const claims = { ...actorOf(call), org, tool, digest, runId, callId, key, actsAs };
      return new SignJWT(claims)
        .setProtectedHeader({ alg: "EdDSA", typ: "JWT" })
        .setIssuer(ISSUER)
        .setAudience(serverId)
        .setIssuedAt(now)
        .setExpirationTime(now + LIFETIME_S)
        .sign(privateKey);
    },
  };
}

/** An agent or a fixed connection acts without the person's own name. */
function actorOf({ actsAs, principal, agent }: ActingCall): Record<string, unknown> {
  const { personId: sub, email, name, department, groups } = principal;
  if (actsAs === "caller") return { sub, email, name, department, groups };
  return { sub: actsAs === "agent" ? agent.id : "connection", name: agent.name };
}

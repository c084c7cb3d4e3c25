// Who acts, told to an MCP server outside the arguments: a short-lived signed assertion.
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from "jose";
import type { EndpointReply, Endpoints } from "@stead/protocol";
import type { Clock } from "../../lib/clock.ts";
import type { ToolCall } from "../tool.ts";

export const ACTING_META = "stead/acting";
export const KEY_META = "stead/key";
/** The environment variable in which a child finds the public key, as a JWK. */
export const ACTING_KEY_VARIABLE = "STEAD_ACTING_KEY";

const ISSUER = "stead";
const LIFETIME_S = 60;
/** So long a key stays published after its process last used it, and so often that is renewed. */
const PUBLISHED_MS = 24 * 3_600_000;
const RENEW_MS = 3_600_000;

export type PublicKey = EndpointReply<Endpoints["acting-key.list"]>["keys"][number];

/** Makes the key known to servers that fetch it, until then; false when it could not. */
export type Publish = (key: PublicKey, untilMs: number) => Promise<boolean>;

type ActingCall = Pick<
  ToolCall,
  "actsAs" | "agent" | "callId" | "digest" | "key" | "principal" | "runId"
>;

export interface ActingKey {
  readonly publicJwk: PublicKey;
  /** For one call of one tool of one server; `tool` as that server calls it. */
  assert(
    call: ActingCall,
    to: { readonly serverId: string; readonly tool: string },
  ): Promise<string>;
}

/** A key pair of this process: its private half is never written down. */
export async function createActingKey(clock: Clock, publish?: Publish): Promise<ActingKey> {
  const { privateKey, publicKey } = await generateKeyPair("EdDSA");
  const { x = "" } = await exportJWK(publicKey);
  const bare = { kty: "OKP", crv: "Ed25519", x } as const;
  const kid = await calculateJwkThumbprint(bare);
  const publicJwk = { ...bare, kid, alg: "EdDSA", use: "sig" } as const;
  let publishedMs = -Infinity;
  return {
    publicJwk,
    async assert(call, { serverId, tool }) {
      if (publish && clock.monotonicMs() - publishedMs > RENEW_MS) {
        const done = await publish(publicJwk, clock.now() + PUBLISHED_MS);
        if (done) publishedMs = clock.monotonicMs();
      }
      const now = Math.floor(clock.now() / 1000);
      const { runId, callId, key, digest, actsAs } = call;
      const { orgId: org } = call.principal;
      const claims = { ...actorOf(call), org, tool, digest, runId, callId, key, actsAs };
      return new SignJWT(claims)
        .setProtectedHeader({ alg: "EdDSA", typ: "JWT", kid })
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

// Endpoints of who acts: the keys of the vault, and what is done for a person: a part of endpoints.ts.
import { z } from "zod";
import { id } from "./endpoint-parts.ts";
import type { Endpoint } from "./endpoint.ts";

export const vaultSchema = z.object({
  /** Ids of the keys that wrap all others, never the keys; the current one wraps what is new. */
  keys: z.array(z.object({ id: z.string(), current: z.boolean(), rows: z.number() })),
  /** The last rotation; until it has ended old keys stand beside the new one. */
  rotation: z
    .object({
      keyId: z.string(),
      startedAt: z.string(),
      startedBy: z.string(),
      done: z.number(),
      endedAt: z.string().nullable(),
    })
    .nullable(),
});

export const ACTING_ENDPOINTS = {
  "vault.get": {
    method: "GET",
    path: "/api/vault",
    action: "vault.get",
    summary: "Which keys wrap what is sealed, and how far their rotation has come",
    reply: vaultSchema,
  },
  "vault.rotate": {
    method: "POST",
    path: "/api/vault/rotate",
    action: "vault.rotate",
    summary: "Wrap everything that is sealed with a new key, while it is in use",
    reply: vaultSchema,
  },
  "consent.begin": {
    method: "POST",
    path: "/api/approvals/:approvalId/consent",
    action: "source.link",
    summary: "Sign in with an account of one's own, for a call that waits for it",
    params: id("approvalId"),
    /** Left out: where one signs in at the provider. */
    body: z.object({ fields: z.record(z.string().max(100), z.string().max(20_000)).optional() }),
    reply: z.object({ url: z.string().nullable() }),
  },
} as const satisfies Record<string, Endpoint>;

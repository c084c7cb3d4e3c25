// What is kept of a person's grant at an MCP server, and how each part of it is bound to its place.
import { z } from "zod";
import type { SecretBinding, Vault } from "../../../egress/vault.ts";
import { asJsonObject } from "../../../lib/json.ts";
import { fail, ok, type Result } from "../../../lib/result.ts";
import type { Sealed } from "../../../ledger/keys.ts";

/** Where one signs in, as an administrator has seen it: another place is not signed in to. */
export const placeSchema = z.object({
  /** For which the tokens are, and which they are sent to. */
  resource: z.string(),
  issuer: z.string(),
  scope: z.string().optional(),
});
export type SignInPlace = z.infer<typeof placeSchema>;

export const clientSchema = z.looseObject({
  client_id: z.string(),
  client_secret: z.string().optional(),
});
export type Client = z.infer<typeof clientSchema>;

/** The service that gave it, with all that is needed to renew and to withdraw it there. */
const grantorSchema = z.object({
  url: z.string(),
  metadata: z.looseObject({}),
  client: clientSchema,
  resource: z.string(),
});
export type Grantor = z.infer<typeof grantorSchema>;

const grantSchema = z.object({
  grantor: grantorSchema,
  accessToken: z.string(),
  refreshToken: z.string().optional(),
});
export type Grant = z.infer<typeof grantSchema>;

const attemptSchema = z.object({ grantor: grantorSchema, verifier: z.string() });
export type Attempt = z.infer<typeof attemptSchema>;

export interface Owned {
  readonly orgId: string;
  readonly serverId: string;
}

export function accountBinding(
  { orgId: tenant, serverId }: Owned,
  { id: connection, personId: person, version }: { id: string; personId: string; version: number },
): SecretBinding {
  return { tenant, person, provider: `mcp ${serverId}`, connection, version };
}

/** A registration by the id that it has there, and a sign-in under way by its state. */
export function otherBinding(
  { orgId: tenant, serverId }: Owned,
  what: "client" | "attempt",
  connection: string,
): SecretBinding {
  return { tenant, person: what, provider: `mcp ${serverId}`, connection, version: 0 };
}

export function sealed(
  vault: Vault,
  what: Grant | Attempt | Client,
  binding: SecretBinding,
): Sealed {
  return vault.seal(asJsonObject(what), binding);
}

export const openedGrant = openedBy(grantSchema);
export const openedAttempt = openedBy(attemptSchema);
export const openedClient = openedBy(clientSchema);

function openedBy<T>(schema: z.ZodType<T>) {
  return (vault: Vault, row: Sealed, binding: SecretBinding): Result<T> => {
    const opened = vault.open(row, binding);
    if (!opened.ok) return opened;
    const parsed = schema.safeParse(opened.value);
    return parsed.success ? ok(parsed.data) : fail("source.reconnect", "What was stored is none.");
  };
}

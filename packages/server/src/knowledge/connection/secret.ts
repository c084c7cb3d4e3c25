// The secrets of a connection, sealed under a key of its own and bound to what it is for.
import { z } from "zod";
import type { SecretBinding, Vault } from "../../egress/vault.ts";
import { asJsonObject } from "../../lib/json.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import type { Sealed } from "../../ledger/keys.ts";
import type { ConnectionRow, Purpose } from "./queries.ts";

export const tokensSchema = z.object({
  kind: z.literal("tokens"),
  accessToken: z.string(),
  refreshToken: z.string().optional(),
});
export type Tokens = z.infer<typeof tokensSchema>;
const secretSchema = z.discriminatedUnion("kind", [
  tokensSchema,
  /** What a person filled in, by the names of the scheme's fields. */
  z.object({ kind: z.literal("fields"), fields: z.record(z.string(), z.string()) }),
]);
export type Secret = z.infer<typeof secretSchema>;

export interface Place {
  readonly orgId: string;
  readonly sourceId: string;
  readonly connector: string;
}

export function sealSecret(
  vault: Vault,
  place: Place,
  row: Pick<ConnectionRow, "id" | "personId" | "version"> & { readonly secret: Secret },
): Sealed {
  return vault.seal(asJsonObject(row.secret), bindingOf(place, row));
}

export function openSecret(vault: Vault, place: Place, row: ConnectionRow): Result<Secret> {
  const opened = vault.open(row, bindingOf(place, row));
  if (!opened.ok) return opened;
  const secret = secretSchema.safeParse(opened.value);
  return secret.success
    ? ok(secret.data)
    : fail("source.reconnect", "What was stored is no secret.");
}

export function bindingOf(
  { orgId, sourceId, connector }: Place,
  row: Pick<ConnectionRow, "id" | "personId" | "version">,
): SecretBinding {
  const { id, personId: person, version } = row;
  return { tenant: orgId, person, provider: `${connector} ${sourceId}`, connection: id, version };
}

/** Of a registration, and of a sign-in under way: these have no version. */
export function otherBinding(place: Place, what: Purpose | "attempt", id: string): SecretBinding {
  const { orgId, sourceId, connector } = place;
  return {
    tenant: orgId,
    person: what,
    provider: `${connector} ${sourceId}`,
    connection: id,
    version: 0,
  };
}

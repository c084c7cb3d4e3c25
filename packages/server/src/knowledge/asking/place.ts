// Where a list goes on after something that its reader may not read: sealed for them alone, for an id in the
// open would tell them what it is called, and any other id what there is and where it stands.
import { z } from "zod";
import type { SecretBinding, Vault } from "../../egress/vault.ts";

export interface Reader {
  readonly orgId: string;
  readonly personId: string;
}

const textSchema = z.tuple([z.base64url(), z.base64url()]);

export function sealPlace(vault: Vault, reader: Reader, id: string): string {
  const { sealed, wrapped } = vault.seal(id, bindingOf(reader));
  return [sealed, wrapped].map((part) => Buffer.from(part).toString("base64url")).join(".");
}

/** Undefined: it was not sealed here for this reader. */
export function openPlace(vault: Vault, reader: Reader, text: string): string | undefined {
  const parts = textSchema.safeParse(text.split("."));
  if (!parts.success) return undefined;
  const [sealed, wrapped] = parts.data.map((part) => Buffer.from(part, "base64url"));
  if (!sealed || !wrapped) return undefined;
  const id = vault.open({ sealed, wrapped }, bindingOf(reader));
  return id.ok && typeof id.value === "string" ? id.value : undefined;
}

function bindingOf({ orgId, personId }: Reader): SecretBinding {
  return {
    tenant: orgId,
    person: personId,
    provider: "list",
    connection: "place",
    version: 1,
  };
}

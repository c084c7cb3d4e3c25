// Secrets of connections, sealed: each under a key of its own, bound to whom and what it is for.
import { openBody, sealBody, type KeyRing, type Sealed } from "../ledger/keys.ts";
import { canonical, type Json } from "../lib/json.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { atHand } from "../store/available.ts";

/** Opens only under the same binding: moved to another row, person or version, it stays shut. */
export interface SecretBinding {
  readonly tenant: string;
  readonly person: string;
  readonly provider: string;
  readonly connection: string;
  readonly version: number;
}

export interface Vault {
  seal(secret: Json, binding: SecretBinding): Sealed;
  open(sealed: Sealed, binding: SecretBinding): Result<Json>;
}

export function createVault(keys: KeyRing): Vault {
  return {
    seal: (secret, binding) =>
      sealBody(keys, Buffer.from(JSON.stringify(secret)), vaultBindings(binding)),
    open(sealed, binding) {
      const found = atHand(() => openBody(keys, sealed, vaultBindings(binding)));
      if (!found.ok) return found;
      const plain = found.value;
      if (!plain) return fail("resource.not_found", "The stored secret can't be opened.");
      const secret: Json = JSON.parse(plain.toString("utf8"));
      return ok(secret);
    },
  };
}

/** What a secret's own key is bound to. */
export function vaultBindings(binding: SecretBinding): string {
  return `vault:${canonical({ ...binding })}`;
}

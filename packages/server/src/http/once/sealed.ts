// Seals a kept answer under a key derived from the client's idempotency key, which we do not keep.
import { createCipheriv, createDecipheriv, hkdfSync } from "node:crypto";
import type { Ids } from "../../lib/ids.ts";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

function keyFrom(secret: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", secret, "stead", "idempotent answer", 32));
}

export function seal(ids: Ids, secret: string, text: string): Uint8Array {
  const nonce = Buffer.from(ids.token(NONCE_BYTES), "base64url");
  const cipher = createCipheriv("aes-256-gcm", keyFrom(secret), nonce);
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
}

/** Throws when the bytes are not what was sealed: nobody but us writes them, so that is a bug. */
export function unseal(secret: string, bytes: Uint8Array): string {
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv("aes-256-gcm", keyFrom(secret), nonce);
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  const rest = bytes.subarray(NONCE_BYTES + TAG_BYTES);
  return Buffer.concat([decipher.update(rest), decipher.final()]).toString("utf8");
}

// Secrets that people and machines carry: 256 random bits; only their SHA-256 is ever stored.
import { timingSafeEqual } from "node:crypto";
import type { Ids } from "../lib/ids.ts";
import { sha256 } from "../lib/json.ts";

const BYTES = 32;
/** Longer than any secret of ours; more is not even hashed. */
const CHARS_MAX = 200;

export function newSecret(ids: Ids): string {
  return ids.token(BYTES);
}

/** Plain SHA-256 is enough here: nobody can guess 256 random bits. */
export function secretHash(secret: string): string {
  return sha256(secret.slice(0, CHARS_MAX + 1));
}

/** Compares in constant time, so that a guess can't be improved by measuring. */
export function sameSecret(given: string, right: string): boolean {
  const a = Buffer.from(secretHash(given), "hex");
  const b = Buffer.from(secretHash(right), "hex");
  return timingSafeEqual(a, b);
}

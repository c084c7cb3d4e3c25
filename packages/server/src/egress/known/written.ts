// A hash of how a value is written, to tell a value found as it was registered from one that was bent;
// the value itself is not kept.
import { HASH_PRIME, HASH_SEED } from "../detect/alphabet.ts";

export function writtenHash(text: string): number {
  let hash = HASH_SEED;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), HASH_PRIME);
  return hash >>> 0;
}

// Vectors as they are kept: eight bits a number, the largest of them 127. What is searched is made of these,
// whether they have just come or were read again after a restart.
import { sha256 } from "../../lib/json.ts";

export const HASH_BYTES = 16;

export function eightBit(vector: Float32Array): Int8Array {
  let largest = 0;
  for (const value of vector) largest = Math.max(largest, Math.abs(value));
  return Int8Array.from(vector, (value) => Math.round((value / largest) * 127));
}

/** Names a passage by its text. */
export function hashOf(text: string): string {
  return sha256(text).slice(0, HASH_BYTES * 2);
}

export interface KeptPassages {
  readonly hashes: Uint8Array;
  readonly vectors: Uint8Array;
}

/** Hash -> numbers. */
export function unpacked({ hashes, vectors }: KeptPassages, dimensions: number) {
  const kept = new Map<string, Int8Array>();
  const all = Int8Array.from(vectors);
  const count = hashes.length / HASH_BYTES;
  if (all.length !== count * dimensions) return kept;
  for (let i = 0; i < count; i++) {
    const hash = Buffer.from(hashes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES));
    kept.set(hash.toString("hex"), all.subarray(i * dimensions, (i + 1) * dimensions));
  }
  return kept;
}

/** Those of the passages that are known, in the order of the passages. */
export function packed(
  hashes: readonly string[],
  known: ReadonlyMap<string, Int8Array>,
): KeptPassages & { readonly whole: boolean } {
  const there = hashes.filter((hash) => known.has(hash));
  const numbers = there.map((hash) => Buffer.from(known.get(hash) ?? []));
  return {
    hashes: Buffer.from(there.join(""), "hex"),
    vectors: Buffer.concat(numbers),
    whole: there.length === hashes.length,
  };
}

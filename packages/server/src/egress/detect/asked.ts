// Sets of words that detectors ask for, and all of them together: most words of a text are in none,
// and a bit of the lexicon says so without a look into any set.
import { hashOf } from "./alphabet.ts";
import { ASKED } from "./bits.ts";

const all = new Map<number, number>();

/**
 * The hashes of words, which the lexicon knows by these bits besides; what is asked for in a set that
 * was made after the lexicon is not found.
 */
export function hashesOf(words: string, bits = 0): ReadonlySet<number> {
  const hashes = words
    .split(/\s+/)
    .filter((word) => word !== "")
    .map((word) => hashOf(word));
  for (const hash of hashes) all.set(hash, (all.get(hash) ?? 0) | bits | ASKED);
  return new Set(hashes);
}

/** Every hash that is asked for, with its bits. */
export function allAsked(): ReadonlyMap<number, number> {
  return all;
}

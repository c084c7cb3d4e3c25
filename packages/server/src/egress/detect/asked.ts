// Sets of words that detectors ask for, and all of them together: most words of a text are in none,
// and a bit of the lexicon says so without a look into any set.
import { hashOf } from "./alphabet.ts";

const all = new Set<number>();

/** The hashes of words; what is asked for in a set that was made after the lexicon is not found. */
export function hashesOf(words: string): ReadonlySet<number> {
  const hashes = words
    .split(/\s+/)
    .filter((word) => word !== "")
    .map((word) => hashOf(word));
  for (const hash of hashes) all.add(hash);
  return new Set(hashes);
}

export function allAsked(): ReadonlySet<number> {
  return all;
}

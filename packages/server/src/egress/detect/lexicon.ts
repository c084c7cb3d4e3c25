// What is known of a word: a name, a place, a word of the language, a title, ... One table of 32-bit
// hashes, filled when the first text is looked at; a hash met by chance is one word in 20,000.
import { readFileSync } from "node:fs";
import { hashOf } from "./alphabet.ts";
import { allAsked } from "./asked.ts";
import { COUNTRY, GIVEN, PLACE, PROPER, SURNAME, VOCABULARY } from "./bits.ts";
import { englishWords } from "./english.ts";
import { GROUPS } from "./groups.ts";
import { knownNames } from "./names.ts";

const SIZE = 1 << 19;
const MASK = SIZE - 1;

export class Lexicon {
  readonly #hashes = new Int32Array(SIZE);
  readonly #bits = new Uint32Array(SIZE);

  /** What is known of the word with this hash, as bits. */
  of(hash: number): number {
    let at = hash & MASK;
    while (this.#bits[at] !== 0) {
      if (this.#hashes[at] === hash) return this.#bits[at] ?? 0;
      at = (at + 1) & MASK;
    }
    return 0;
  }

  add(hash: number, bit: number): void {
    let at = hash & MASK;
    while (this.#bits[at] !== 0 && this.#hashes[at] !== hash) at = (at + 1) & MASK;
    this.#hashes[at] = hash;
    this.#bits[at] = ((this.#bits[at] ?? 0) | bit) >>> 0;
  }
}

let filled: Lexicon | undefined;

export function lexicon(): Lexicon {
  filled ??= fill();
  return filled;
}

function fill(): Lexicon {
  const made = new Lexicon();
  for (const { word, proper } of englishWords(readFileSync))
    made.add(hashOf(word), proper ? PROPER : VOCABULARY);
  const { given, surnames, places, countries } = knownNames(readFileSync);
  const lists: [Iterable<string>, number][] = [
    [given, GIVEN],
    [surnames, SURNAME],
    [places, PLACE],
    [countries, COUNTRY],
  ];
  for (const [list, bit] of lists) for (const word of list) made.add(hashOf(word), bit);
  for (const [bit, list] of GROUPS)
    for (const word of list.split(/\s+/)) made.add(hashOf(word), bit);
  for (const [hash, bits] of allAsked()) made.add(hash, bits);
  return made;
}

// Which recognisers may fit a run of words at all, by how many letters and digits it has, of how many
// words it is and what separates them: so that few expressions are tried of any run.
import { SCORE_MIN } from "./found.ts";
import type { Recogniser } from "./identifier.ts";
import { joinsOf, leastFirst, MIXED } from "./joins.ts";

export const WORDS_MAX = 8;
export const LETTERS_MAX = 17;
export const DIGITS_MAX = 19;

const LETTERS = LETTERS_MAX + 1;
const DIGITS = DIGITS_MAX + 1;
const JOINS = MIXED + 1;

export interface Able {
  readonly each: Recogniser;
  /** Its place among all. */
  readonly at: number;
  /** The separators that its shape knows, as bits. */
  readonly joins: number;
  /** Of how many characters the first word of several is, at least. */
  readonly first: number;
}

export function ables(recognisers: readonly Recogniser[]): Able[] {
  return recognisers.map((each, at) => ({
    each,
    at,
    joins: joinsOf(each.shape.source),
    first: leastFirst(each.shape.source),
  }));
}

const NONE: readonly Able[] = [];

export class IdTable {
  readonly #all: readonly Able[];
  readonly #sure: boolean;
  /** Filled as runs are met: 0 is not known yet, else which list. */
  readonly #known = new Uint16Array(LETTERS * DIGITS * WORDS_MAX * JOINS);
  readonly #lists: (readonly Able[])[] = [NONE, NONE];
  /** Of how many words a run may be that has so many letters and digits or more. */
  readonly #words = new Uint8Array(LETTERS * DIGITS);

  /** `sure`: those alone that need no word beside them. */
  constructor(all: readonly Able[], sure: boolean) {
    this.#all = all;
    this.#sure = sure;
    for (let letters = LETTERS_MAX; letters >= 0; letters--)
      for (let digits = DIGITS_MAX; digits >= 0; digits--)
        this.#words[letters * DIGITS + digits] = this.#wordsFrom(letters, digits);
  }

  #wordsFrom(letters: number, digits: number): number {
    let most = 0;
    for (const { each } of this.#all)
      if (this.#isWanted(each, 2) || this.#isWanted(each, 1))
        for (const [l, d] of each.sizes)
          if (l >= letters && d >= digits) most = Math.max(most, each.words);
    return most;
  }

  /** Of how many words a run may be that begins with so many letters and digits. */
  words(size: number): number {
    return this.#words[size] ?? 0;
  }

  /** `size`: of letters and digits; `join`: 0 for one word, the place of the one separator, or `MIXED`. */
  of(size: number, words: number, join: number): readonly Able[] {
    const known = this.#known[(size * WORDS_MAX + words - 1) * JOINS + join] ?? 0;
    return known > 0 ? (this.#lists[known] ?? NONE) : this.#fill(size, words, join);
  }

  #fill(size: number, words: number, join: number): readonly Able[] {
    const digits = size % DIGITS;
    const letters = (size - digits) / DIGITS;
    const list = this.#all.filter(
      ({ each, joins }) =>
        each.words >= words &&
        this.#isWanted(each, words) &&
        (join === 0 || join === MIXED || joins & (1 << (join - 1))) &&
        each.sizes.some(([l, d]) => l === letters && d === digits),
    );
    if (list.length > 0) this.#lists.push(list);
    this.#known[(size * WORDS_MAX + words - 1) * JOINS + join] =
      list.length > 0 ? this.#lists.length - 1 : 1;
    return list;
  }

  #isWanted({ score, formatted }: Recogniser, words: number): boolean {
    return !this.#sure || (words === 1 ? score : formatted) >= SCORE_MIN;
  }
}

/** So many letters and digits, as one number. */
export function sizeOf(letters: number, digits: number): number {
  return letters * DIGITS + digits;
}

/** The separators of a run as the place of the one that it has, or `MIXED`. */
export function joinPlace(joins: number): number {
  if (joins === 0) return 0;
  return (joins & (joins - 1)) === 0 ? 32 - Math.clz32(joins) : MIXED;
}

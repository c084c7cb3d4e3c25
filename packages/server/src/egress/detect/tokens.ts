// A text as words: maximal runs of letters and digits, with what the detectors ask of each, in
// typed arrays that are used again for every text. One pass, no string is made.
import {
  CLASS_OF,
  DIGIT,
  FOLDED,
  HASH_SEED,
  LOWER,
  MARK,
  NEWLINE,
  OTHER,
  SPACE,
  UNCASED,
  UPPER,
} from "./alphabet.ts";
import type { Lexicon } from "./lexicon.ts";

/** Words read at once; longer texts are read in stretches that overlap by `OVERLAP`. */
export const WORDS_MAX = 16_384;
export const OVERLAP = 256;

/** Shapes of a word, as bits. */
export const HAS_DIGIT = 1;
export const HAS_LOWER = 2;
export const HAS_UPPER = 4;
/** Its first letter is upper case. */
export const CAPITAL = 8;
export const HAS_UNCASED = 16;
/** A line break stands between the word before and this one. */
export const NEW_LINE = 32;
/** Only spaces (no line break, no sign) stand between the word before and this one. */
export const AFTER_SPACE = 64;

const HASH_PRIME = 0x01000193;

export class Tokens {
  readonly from = new Int32Array(WORDS_MAX + 1);
  readonly to = new Int32Array(WORDS_MAX + 1);
  readonly hash = new Int32Array(WORDS_MAX + 1);
  readonly shape = new Uint8Array(WORDS_MAX + 1);
  readonly digits = new Uint8Array(WORDS_MAX + 1);
  /** What the lexicon says of the word, as bits. */
  readonly known = new Uint32Array(WORDS_MAX + 1);
  readonly #lexicon: Lexicon;
  count = 0;
  text = "";
  /** Where the reading began and where it stopped; the text may go on. */
  start = 0;
  end = 0;

  constructor(lexicon: Lexicon) {
    this.#lexicon = lexicon;
  }

  /** Reads words from `start` until there is no room; returns where the next stretch begins. */
  read(text: string, start: number): number {
    this.text = text;
    this.start = start;
    let at = start;
    let index = 0;
    let between = OTHER;
    while (at < text.length && index < WORDS_MAX) {
      const kind = CLASS_OF[text.charCodeAt(at)] ?? OTHER;
      if (kind < DIGIT) {
        between = betweenOf(between, kind);
        at++;
        continue;
      }
      at = this.#word(index, at);
      const shape = this.shape[index] ?? 0;
      this.shape[index] = between === SPACE ? shape | AFTER_SPACE : shape | lineBit(between);
      between = 0;
      index++;
    }
    this.count = index;
    this.end = at;
    if (at >= text.length) return text.length;
    return Math.max(this.from[index - OVERLAP] ?? at, start + 1);
  }

  #word(index: number, from: number): number {
    const { text } = this;
    let hash = HASH_SEED;
    let at = from;
    let shape = 0;
    let digits = 0;
    for (; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      const kind = CLASS_OF[unit] ?? OTHER;
      if (kind < DIGIT || (kind === UNCASED ? shape & CASED : shape && isBreak(kind, shape))) break;
      shape |= SHAPE_OF[kind] ?? 0;
      if (kind === DIGIT) digits++;
      hash = Math.imul(hash ^ (FOLDED[unit] ?? unit), HASH_PRIME);
    }
    if ((CLASS_OF[text.charCodeAt(from)] ?? 0) === UPPER) shape |= CAPITAL;
    this.from[index] = from;
    this.to[index] = at;
    this.hash[index] = hash;
    this.shape[index] = shape;
    this.digits[index] = Math.min(digits, 255);
    this.known[index] = shape & HAS_DIGIT ? 0 : this.#lexicon.of(hash);
    return at;
  }
}

const CASED = HAS_DIGIT | HAS_LOWER | HAS_UPPER;

/** Writing without spaces: a number or a Latin word ends where other letters begin. */
function isBreak(kind: number, shape: number): boolean {
  return kind !== MARK && shape === HAS_UNCASED;
}

const SHAPE_OF = new Uint8Array(8);
SHAPE_OF[DIGIT] = HAS_DIGIT;
SHAPE_OF[LOWER] = HAS_LOWER;
SHAPE_OF[UPPER] = HAS_UPPER;
SHAPE_OF[UNCASED] = HAS_UNCASED;

const SIGN = 4;
const START = 0;

/** START, then SPACE while only spaces came, NEWLINE as bit 2 beside, SIGN once anything else. */
function betweenOf(before: number, kind: number): number {
  if (kind === OTHER) return before | SIGN;
  if (kind === NEWLINE) return before | NEWLINE;
  return before === START ? SPACE : before | SPACE;
}

function lineBit(between: number): number {
  return between & NEWLINE ? NEW_LINE : 0;
}

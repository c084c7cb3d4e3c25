// A text as words: maximal runs of letters and digits, with what the detectors ask of each, in
// typed arrays that are used again for every text. One pass, no string is made.
import {
  CODE_OF,
  DIGIT,
  HASH_PRIME,
  HASH_SEED,
  LOWER,
  MARK,
  NEWLINE,
  SPACE,
  UNCASED,
  UPPER,
} from "./alphabet.ts";
import { ID_WORD, PHONE_WORD } from "./bits.ts";
import type { Lexicon } from "./lexicon.ts";

/** Units read at once; longer texts are read in stretches that overlap. */
const UNITS_MAX = 65_536;
const OVERLAP_UNITS = 4_096;
const OVERLAP_WORDS = 128;
const WORDS_MAX = UNITS_MAX / 2 + 1;

/** Shapes of a word, as bits. */
export const HAS_DIGIT = 1;
export const HAS_LOWER = 2;
export const HAS_UPPER = 4;
/** Its first letter is upper case. */
export const CAPITAL = 8;
const HAS_UNCASED = 16;
/** A line break stands between the word before and this one. */
export const NEW_LINE = 32;
/** Only spaces (no line break, no sign) stand between the word before and this one. */
export const AFTER_SPACE = 64;

const CASED = HAS_DIGIT | HAS_LOWER | HAS_UPPER;
const SHAPE_OF = new Uint8Array(8);
SHAPE_OF[DIGIT] = HAS_DIGIT;
SHAPE_OF[LOWER] = HAS_LOWER;
SHAPE_OF[UPPER] = HAS_UPPER;
SHAPE_OF[UNCASED] = HAS_UNCASED;

export class Tokens {
  readonly from = new Int32Array(WORDS_MAX + 1);
  readonly to = new Int32Array(WORDS_MAX + 1);
  readonly hash = new Int32Array(WORDS_MAX + 1);
  readonly shape = new Uint8Array(WORDS_MAX + 1);
  readonly digits = new Uint8Array(WORDS_MAX + 1);
  /** The units right before and right behind the word; 0 where the text ends. */
  readonly before = new Uint16Array(WORDS_MAX + 1);
  readonly after = new Uint16Array(WORDS_MAX + 1);
  /** What the lexicon says of the word, as bits. */
  readonly known = new Uint32Array(WORDS_MAX + 1);
  /** How many words before each say what an identity number, or a telephone number, beside them is. */
  readonly idsBefore = new Int32Array(WORDS_MAX + 2);
  readonly phonesBefore = new Int32Array(WORDS_MAX + 2);
  readonly #bytes = Buffer.alloc(UNITS_MAX * 2);
  readonly #units = new Uint16Array(this.#bytes.buffer, this.#bytes.byteOffset, UNITS_MAX);
  readonly #lexicon: Lexicon;
  #length = 0;
  count = 0;
  text = "";
  /** Where the reading began and where it stopped; the text may go on. */
  start = 0;
  end = 0;

  constructor(lexicon: Lexicon) {
    this.#lexicon = lexicon;
  }

  /** Reads words from `start` on; returns where the next stretch begins, or the text's end. */
  read(text: string, start: number): number {
    this.text = text;
    this.start = start;
    this.end = Math.min(start + UNITS_MAX, text.length);
    this.#length = this.end - start;
    this.#bytes.write(text.slice(start, this.end), "utf16le");
    this.#words();
    if (this.end >= text.length) return text.length;
    const back = this.from[this.count - OVERLAP_WORDS] ?? this.end;
    return Math.max(back, this.end - OVERLAP_UNITS);
  }

  #words(): void {
    const units = this.#units;
    const length = this.#length;
    let at = 0;
    let index = 0;
    let between = 0;
    while (at < length) {
      const kind = (CODE_OF[units[at] ?? 0] ?? 0) >>> 16;
      if (kind < DIGIT) {
        between |= kind === SPACE ? SPACE_BIT : kind === NEWLINE ? LINE_BIT : SIGN_BIT;
        at++;
        continue;
      }
      at = this.#word(index, at);
      if (between === SPACE_BIT) this.shape[index] = (this.shape[index] ?? 0) | AFTER_SPACE;
      else if (between & LINE_BIT) this.shape[index] = (this.shape[index] ?? 0) | NEW_LINE;
      between = 0;
      index++;
    }
    this.count = index;
  }

  #word(index: number, from: number): number {
    const units = this.#units;
    const length = this.#length;
    let hash = HASH_SEED;
    let at = from;
    let shape = 0;
    let digits = 0;
    for (; at < length; at++) {
      const code = CODE_OF[units[at] ?? 0] ?? 0;
      const kind = code >>> 16;
      if (kind < DIGIT) break;
      if (kind >= UNCASED || shape === HAS_UNCASED) if (isBreak(kind, shape)) break;
      if (kind === DIGIT) digits++;
      shape |= SHAPE_OF[kind] ?? 0;
      hash = Math.imul(hash ^ (code & 0xffff), HASH_PRIME);
    }
    if ((CODE_OF[units[from] ?? 0] ?? 0) >>> 16 === UPPER) shape |= CAPITAL;
    this.from[index] = this.start + from;
    this.to[index] = this.start + at;
    this.hash[index] = hash;
    this.shape[index] = shape;
    this.digits[index] = digits < 255 ? digits : 255;
    this.before[index] = from > 0 ? (units[from - 1] ?? 0) : 0;
    this.after[index] = at < length ? (units[at] ?? 0) : 0;
    const known = shape & HAS_DIGIT ? 0 : this.#lexicon.of(hash);
    this.known[index] = known;
    this.idsBefore[index + 1] = (this.idsBefore[index] ?? 0) + (known & ID_WORD ? 1 : 0);
    this.phonesBefore[index + 1] = (this.phonesBefore[index] ?? 0) + (known & PHONE_WORD ? 1 : 0);
    return at;
  }
}

const SPACE_BIT = 1;
const LINE_BIT = 2;
const SIGN_BIT = 4;

/** Writing without spaces: a number or a Latin word ends where other letters begin. */
function isBreak(kind: number, shape: number): boolean {
  if (kind === MARK) return false;
  return kind === UNCASED ? (shape & CASED) !== 0 : shape === HAS_UNCASED;
}

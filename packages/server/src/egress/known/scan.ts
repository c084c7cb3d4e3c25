// Goes through a text once, forward or backward, and says where values stand in it, folded: in whatever
// case, spacing, accents and look-alikes.
import { DIGITS, hashIn, LEVELS, passes, PROMISED_MIN, WEAK, type Automaton } from "./automaton.ts";
import { isCommon } from "./ordinary.ts";
import { foldAt, kindOf, quickCode, widthAt } from "./fold.ts";
import { CODES_MAX, rolled } from "./rolling.ts";

export interface Hit {
  /** Units of the text that was gone through. */
  readonly from: number;
  readonly to: number;
  readonly source: Automaton;
  readonly value: number;
  readonly isBackward: boolean;
}

export interface Hits {
  readonly strong: Hit[];
  /** Of values that count beside another of their record only. */
  readonly weak: Hit[];
}

const ROOM = 1 << 14;
/** No character folds to more codes. */
const FOLDED_MAX = 32;
/** From this length on a value is found within a word too; under it only between two. */
const FREE_MIN = 8;
/** Digits meet by chance more often. */
const FREE_DIGITS_MIN = 10;

export class Scanner {
  readonly #sources: readonly Automaton[];
  readonly #codes = new Uint16Array(ROOM);
  readonly #at = new Uint32Array(ROOM);
  readonly #sums = new Uint32Array(ROOM + 1);
  #used = 0;
  #units: Uint16Array = new Uint16Array(0);
  #isBackward = false;

  constructor(sources: readonly Automaton[]) {
    this.#sources = sources;
  }

  scan(units: Uint16Array, isBackward: boolean, hits: Hits): void {
    this.#units = units;
    this.#isBackward = isBackward;
    this.#used = 0;
    const end = units.length;
    for (let done = 0; done < end;) {
      done = isBackward ? this.#fillBack(done) : this.#fill(done);
      const tail = done < end ? CODES_MAX : 0;
      const until = Math.max(0, this.#used - tail);
      this.#search(until, hits);
      this.#codes.copyWithin(0, until, this.#used);
      this.#at.copyWithin(0, until, this.#used);
      this.#used -= until;
    }
  }

  #fill(from: number): number {
    const units = this.#units;
    const codes = this.#codes;
    const at = this.#at;
    let used = this.#used;
    let i = from;
    for (; i < units.length && used < ROOM - FOLDED_MAX; i++) {
      const code = quickCode(units[i] ?? 0);
      if (code === undefined) {
        for (const each of foldAt(units, i)) {
          codes[used] = each;
          at[used++] = i;
        }
        i += widthAt(units, i) - 1;
      } else if (code !== 0) {
        codes[used] = code;
        at[used++] = i;
      }
    }
    this.#used = used;
    return i;
  }

  /** `done` counts from the end. */
  #fillBack(done: number): number {
    const units = this.#units;
    let used = this.#used;
    let i = units.length - 1 - done;
    for (; i >= 0 && used < ROOM - FOLDED_MAX; i--) {
      const code = quickCode(units[i] ?? 0);
      if (code === undefined) {
        if (i > 0 && widthAt(units, i - 1) === 2) i--;
        for (const each of foldAt(units, i)) {
          this.#codes[used] = each;
          this.#at[used++] = i;
        }
      } else if (code !== 0) {
        this.#codes[used] = code;
        this.#at[used++] = i;
      }
    }
    this.#used = used;
    return units.length - 1 - i;
  }

  #search(until: number, hits: Hits): void {
    const sums = this.#sums;
    const used = this.#used;
    for (let i = 0; i < used; i++) sums[i + 1] = rolled(sums[i] ?? 0, this.#codes[i] ?? 0);
    const last = used - PROMISED_MIN;
    for (const source of this.#sources) {
      const { gate, shortLengths } = source.tables;
      for (let k = 0; k < until && k <= last; k++) {
        const hash = hashIn(sums, k, PROMISED_MIN);
        if (passes(gate, hash)) this.#longest(source, k, hits);
      }
      if (shortLengths === 0 || this.#isBackward) continue;
      for (let k = 0; k < until; k++)
        if (this.#isEdge((this.#at[k] ?? 0) - 1)) this.#short(source, k, hits);
    }
  }

  #longest(source: Automaton, k: number, hits: Hits): void {
    let best: Hit | undefined;
    for (const level of LEVELS) {
      if (k + level > this.#used) break;
      const lengths = source.lengthsAt(hashIn(this.#sums, k, level));
      if (lengths === undefined) break;
      for (let rest = lengths; rest !== 0; rest = (rest & (rest - 1)) >>> 0) {
        const length = level + 31 - Math.clz32(rest & -rest);
        if (k + length > this.#used) break;
        const hit = this.#hit(source, k, length);
        if (!hit) continue;
        if (((source.tables.flags[hit.value] ?? 0) & WEAK) === 0) {
          if (this.#counts(hit, length)) best = hit;
        } else if (!this.#isBackward && this.#isWord(hit, length)) hits.weak.push(hit);
      }
    }
    if (best) hits.strong.push(best);
  }

  #short(source: Automaton, k: number, hits: Hits): void {
    for (let length = 1; length < PROMISED_MIN && k + length <= this.#used; length++) {
      if (((source.tables.shortLengths >>> length) & 1) === 0) continue;
      const hit = this.#hit(source, k, length);
      if (hit && this.#isWord(hit, length)) hits.weak.push(hit);
    }
  }

  #hit(source: Automaton, k: number, length: number): Hit | undefined {
    const value = source.valueAt(hashIn(this.#sums, k, length), {
      codes: this.#codes,
      from: k,
      length,
    });
    if (value < 0) return undefined;
    const [a, b] = [this.#at[k] ?? 0, this.#at[k + length - 1] ?? 0];
    const isBackward = this.#isBackward;
    const to = Math.max(a, b);
    const width = widthAt(this.#units, to);
    return { from: Math.min(a, b), to: to + width, source, value, isBackward };
  }

  #counts(hit: Hit, length: number): boolean {
    const isDigits = ((hit.source.tables.flags[hit.value] ?? 0) & DIGITS) !== 0;
    if (length >= (isDigits ? FREE_DIGITS_MIN : FREE_MIN)) return true;
    if (!this.#isEdge(hit.from - 1) || !this.#isEdge(hit.to - 1)) return false;
    if (!this.#isBackward) return true;
    // "lever" is a word, and no Revel turned around.
    return !isCommon(String.fromCharCode(...this.#units.subarray(hit.from, hit.to)));
  }

  /** As it is written, with at most two characters between its own. */
  #isWord({ from, to }: Hit, length: number): boolean {
    return to - from <= length + 2 && this.#isEdge(from - 1) && this.#isEdge(to - 1);
  }

  /** Whether a word may end behind the unit at `i`. */
  #isEdge(i: number): boolean {
    const units = this.#units;
    if (i < 0 || i >= units.length - 1) return true;
    const [before, after] = [kindOf(units[i] ?? 0), kindOf(units[i + 1] ?? 0)];
    if (before === GLUED || after === GLUED) return false;
    if (before === 0 || after === 0) return true;
    if (before === DIGIT || after === DIGIT) return before !== after;
    return before === LOWER && after === UPPER;
  }
}

const LOWER = 1;
const UPPER = 2;
const DIGIT = 3;
const GLUED = 4;

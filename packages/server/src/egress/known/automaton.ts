// The values of one source in memory, off the heap: at any place of a folded text it says which of them
// begin there. Prefixes of growing length lead to the lengths that values have; no state is kept.
import { CODES_MAX, pieceHash } from "./rolling.ts";

/** Of the shortest value that is found without another beside it. */
export const PROMISED_MIN = 5;
export const GATE_BITS = 24;

/** Prefixes that are looked up, by length: a longer one only where the shorter one is there. */
export const LEVELS: readonly number[] = [
  PROMISED_MIN,
  8,
  16,
  32,
  ...Array.from({ length: CODES_MAX / 32 - 1 }, (_, i) => 64 + 32 * i),
];

/** Found only beside another field of the same record. */
export const WEAK = 1;
export const DIGITS = 2;
/** No value of its own: a name that is registered with its words in another order. */
export const OTHER_ORDER = 4;

export interface Column {
  readonly field: string;
  readonly class: string;
}

export interface Tables {
  readonly columns: readonly Column[];
  readonly size: number;
  /** Where each value's codes begin; one more than there are values. */
  readonly starts: Uint32Array;
  readonly codes: Uint16Array;
  readonly flags: Uint8Array;
  readonly column: Uint8Array;
  readonly record: Uint32Array;
  /** Of the value as it was written. */
  readonly written: Uint32Array;
  /** Slots of values by the hash of all their codes: number + 1. */
  readonly ends: Uint32Array;
  readonly levelKeys: Uint32Array;
  readonly levelLengths: Uint32Array;
  readonly gate: Uint32Array;
  /** Which lengths under PROMISED_MIN there are. */
  readonly shortLengths: number;
  /** Values that stand in one record, one of them weak. */
  readonly pairs: Float64Array;
}

interface Piece {
  readonly codes: Uint16Array;
  readonly from: number;
  readonly length: number;
}

const PAIR = 2 ** 26;

export function pairKey(weak: number, other: number): number {
  return (weak + 1) * PAIR + other;
}

export function pairSlot(key: number, slots: number): number {
  const hash = Math.imul(key % 0x1_0000_0000, 0x9e37_79b1) ^ Math.imul(key / PAIR, 0x85eb_ca6b);
  return ((hash ^ (hash >>> 15)) >>> 0) & (slots - 1);
}

export class Automaton {
  readonly tables: Tables;

  constructor(tables: Tables) {
    this.tables = tables;
  }

  get bytes(): number {
    return Object.values(this.tables)
      .filter((each) => ArrayBuffer.isView(each))
      .reduce((sum, each) => sum + each.byteLength, 0);
  }

  /** The lengths at this level, as bits above it; undefined: nothing begins like this. */
  lengthsAt(hash: number): number | undefined {
    const { levelKeys: keys, levelLengths } = this.tables;
    const mask = keys.length - 1;
    const key = hash || 1;
    for (let slot = hash & mask; keys[slot] !== 0; slot = (slot + 1) & mask)
      if (keys[slot] === key) return levelLengths[slot] ?? 0;
    return undefined;
  }

  /** The value that these codes are, or -1. */
  valueAt(hash: number, piece: Piece): number {
    const { ends } = this.tables;
    const mask = ends.length - 1;
    for (let slot = hash & mask; ends[slot] !== 0; slot = (slot + 1) & mask) {
      const value = (ends[slot] ?? 0) - 1;
      if (this.#is(value, piece)) return value;
    }
    return -1;
  }

  #is(value: number, { codes, from, length }: Piece): boolean {
    const { starts, codes: own } = this.tables;
    const start = starts[value] ?? 0;
    if ((starts[value + 1] ?? 0) - start !== length) return false;
    for (let i = 0; i < length; i++) if (own[start + i] !== codes[from + i]) return false;
    return true;
  }

  isBeside(weak: number, other: number): boolean {
    const { pairs } = this.tables;
    if (pairs.length === 0) return false;
    const key = pairKey(weak, other);
    const mask = pairs.length - 1;
    for (let slot = pairSlot(key, pairs.length); pairs[slot] !== 0; slot = (slot + 1) & mask)
      if (pairs[slot] === key) return true;
    return false;
  }
}

/** Whether a prefix of PROMISED_MIN codes may be there; says no at nearly all places of a text. */
export function passes(gate: Uint32Array, hash: number): boolean {
  return (((gate[hash >>> (32 - GATE_BITS + 5)] ?? 0) >>> ((hash >>> 3) & 31)) & 1) === 1;
}

/** The hash of a piece of a text whose sums are known. */
export function hashIn(sums: Uint32Array, from: number, length: number): number {
  return pieceHash(sums[from] ?? 0, sums[from + length] ?? 0, length);
}

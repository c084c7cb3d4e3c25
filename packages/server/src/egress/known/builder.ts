// Makes the automaton of one source, record by record.
import {
  Automaton,
  DIGITS,
  GATE_BITS,
  LEVELS,
  OTHER_ORDER,
  PROMISED_MIN,
  WEAK,
} from "./automaton.ts";
import { hashIn, pairKey, pairSlot, type Column } from "./automaton.ts";
import { isCommon } from "./ordinary.ts";
import { fold } from "./fold.ts";
import { CODES_MAX, pieceHash, rolled } from "./rolling.ts";
import { writtenHash } from "./written.ts";

export interface KnownField {
  /** Of the source's columns. */
  readonly column: number;
  readonly value: string;
}

export interface Weighed {
  readonly promised: number;
  readonly weak: number;
}

const FIRST = 1 << 12;
const LOAD_MAX = 0.6;
/** Weak values of one record are few, or else each is beside all others. */
const PAIRS_MAX = 64;

export class AutomatonBuilder {
  readonly #columns: readonly Column[];
  #size = 0;
  #codesUsed = 0;
  #starts = new Uint32Array(FIRST);
  #codes = new Uint16Array(FIRST * 16);
  #flags = new Uint8Array(FIRST);
  #column = new Uint8Array(FIRST);
  #record = new Uint32Array(FIRST);
  #written = new Uint32Array(FIRST);
  #ends = new Uint32Array(FIRST * 2);
  #pairs = new Float64Array(FIRST);
  #pairsUsed = 0;
  #shortLengths = 0;
  readonly #scratch = new Uint16Array(CODES_MAX);

  constructor(columns: readonly Column[]) {
    this.#columns = columns;
  }

  get size(): number {
    return this.#size;
  }

  /** The number of the record is part of its values' ids. */
  add(record: number, fields: readonly KnownField[]): void {
    const there: number[] = [];
    for (const field of fields) {
      const value = this.#value(record, field);
      if (value >= 0 && !there.includes(value)) there.push(value);
      const turned = value >= 0 ? lastFirst(field.value) : undefined;
      if (turned !== undefined) this.#value(record, { ...field, value: turned }, OTHER_ORDER);
    }
    let left = PAIRS_MAX;
    for (const weak of there) {
      if (((this.#flags[weak] ?? 0) & WEAK) === 0) continue;
      for (const other of there) if (other !== weak && left-- > 0) this.#pair(pairKey(weak, other));
    }
  }

  #value(record: number, { column, value }: KnownField, order = 0): number {
    const codes = fold(value);
    if (codes.length === 0 || codes.length > CODES_MAX) return -1;
    let sum = 0;
    for (const [i, code] of codes.entries()) {
      this.#scratch[i] = code;
      sum = rolled(sum, code);
    }
    const hash = pieceHash(0, sum, codes.length);
    const before = this.#find(hash, codes.length);
    if (before >= 0) {
      if (order === 0) this.#flags[before] = (this.#flags[before] ?? 0) & ~OTHER_ORDER;
      return before;
    }
    this.#room(codes.length);
    const number = this.#size++;
    this.#codes.set(this.#scratch.subarray(0, codes.length), this.#codesUsed);
    this.#codesUsed += codes.length;
    this.#starts[number + 1] = this.#codesUsed;
    this.#flags[number] = flagsOf(value, codes) | order;
    this.#column[number] = column;
    this.#record[number] = record;
    this.#written[number] = writtenHash(value);
    if (codes.length < PROMISED_MIN) this.#shortLengths |= 1 << codes.length;
    put(this.#ends, hash, number + 1);
    return number;
  }

  #find(hash: number, length: number): number {
    const mask = this.#ends.length - 1;
    for (let slot = hash & mask; this.#ends[slot] !== 0; slot = (slot + 1) & mask) {
      const value = (this.#ends[slot] ?? 0) - 1;
      const start = this.#starts[value] ?? 0;
      if ((this.#starts[value + 1] ?? 0) - start !== length) continue;
      let same = 0;
      while (same < length && this.#codes[start + same] === this.#scratch[same]) same++;
      if (same === length) return value;
    }
    return -1;
  }

  #room(more: number): void {
    if (this.#codesUsed + more > this.#codes.length)
      this.#codes = grown(this.#codes, new Uint16Array(this.#codes.length * 1.5));
    if (this.#size + 2 > this.#starts.length) {
      const size = Math.ceil(this.#starts.length * 1.5);
      this.#starts = grown(this.#starts, new Uint32Array(size));
      this.#flags = grown(this.#flags, new Uint8Array(size));
      this.#column = grown(this.#column, new Uint8Array(size));
      this.#record = grown(this.#record, new Uint32Array(size));
      this.#written = grown(this.#written, new Uint32Array(size));
    }
    if (this.#size > this.#ends.length * LOAD_MAX) this.#rehash();
  }

  #rehash(): void {
    this.#ends = new Uint32Array(this.#ends.length * 2);
    for (let value = 0; value < this.#size; value++) {
      const start = this.#starts[value] ?? 0;
      const end = this.#starts[value + 1] ?? 0;
      let sum = 0;
      for (let i = start; i < end; i++) sum = rolled(sum, this.#codes[i] ?? 0);
      put(this.#ends, pieceHash(0, sum, end - start), value + 1);
    }
  }

  #pair(key: number): void {
    if (this.#pairsUsed > this.#pairs.length * LOAD_MAX) {
      const old = this.#pairs;
      this.#pairs = new Float64Array(old.length * 2);
      for (const each of old) if (each !== 0) putPair(this.#pairs, each);
    }
    if (putPair(this.#pairs, key)) this.#pairsUsed++;
  }

  /** What was found promised and not; the builder is of no use after it. */
  finish(): { automaton: Automaton; weighed: Weighed } {
    const size = this.#size;
    const starts = this.#starts.slice(0, size + 1);
    const codes = this.#codes.slice(0, this.#codesUsed);
    const flags = this.#flags.slice(0, size);
    const weak = flags.reduce((sum, each) => sum + (each & WEAK), 0);
    const tables = {
      columns: this.#columns,
      size,
      starts,
      codes,
      flags,
      column: this.#column.slice(0, size),
      record: this.#record.slice(0, size),
      written: this.#written.slice(0, size),
      ends: this.#ends,
      ...levelsOf(starts, codes, size),
      shortLengths: this.#shortLengths,
      pairs: this.#pairsUsed === 0 ? new Float64Array(0) : this.#pairs,
    };
    return { automaton: new Automaton(tables), weighed: { promised: size - weak, weak } };
  }
}

const NAME = /^\p{L}[\p{L}\p{M}'’.-]+(?:\s+\p{L}[\p{L}\p{M}'’.-]+){1,3}$/u;

/** "Duarte, Ines" of "Ines Duarte"; undefined: it is no name of several words. */
function lastFirst(value: string): string | undefined {
  const name = value.trim();
  if (!NAME.test(name)) return undefined;
  const words = name.split(/\s+/);
  return `${words.at(-1)} ${words.slice(0, -1).join(" ")}`;
}

function flagsOf(value: string, codes: readonly number[]): number {
  const isDigits = !/\p{L}/u.test(value);
  const isWeak = codes.length < PROMISED_MIN || isCommon(value);
  return (isWeak ? WEAK : 0) | (isDigits ? DIGITS : 0);
}

function grown<Of extends Uint32Array | Uint16Array | Uint8Array>(old: Of, fresh: Of): Of {
  fresh.set(old);
  return fresh;
}

function put(slots: Uint32Array, hash: number, entry: number): void {
  const mask = slots.length - 1;
  let slot = hash & mask;
  while (slots[slot] !== 0) slot = (slot + 1) & mask;
  slots[slot] = entry;
}

function putPair(slots: Float64Array, key: number): boolean {
  const mask = slots.length - 1;
  let slot = pairSlot(key, slots.length);
  for (; slots[slot] !== 0; slot = (slot + 1) & mask) if (slots[slot] === key) return false;
  slots[slot] = key;
  return true;
}

interface Levels {
  readonly levelKeys: Uint32Array;
  readonly levelLengths: Uint32Array;
  readonly gate: Uint32Array;
}

/** Prefixes are counted first, or at worst: the table has room for each value's own. */
function levelsOf(starts: Uint32Array, codes: Uint16Array, size: number): Levels {
  const gate = new Uint32Array(1 << (GATE_BITS - 5));
  let slots = FIRST;
  let keys = new Uint32Array(slots);
  let lengths = new Uint32Array(slots);
  let used = 0;
  const sums = new Uint32Array(CODES_MAX + 1);
  const more = (): void => {
    const [oldKeys, oldLengths] = [keys, lengths];
    slots *= 2;
    keys = new Uint32Array(slots);
    lengths = new Uint32Array(slots);
    for (let i = 0; i < oldKeys.length; i++) {
      const key = oldKeys[i] ?? 0;
      if (key === 0) continue;
      let slot = key & (slots - 1);
      while (keys[slot] !== 0) slot = (slot + 1) & (slots - 1);
      keys[slot] = key;
      lengths[slot] = oldLengths[i] ?? 0;
    }
  };
  for (let value = 0; value < size; value++) {
    const start = starts[value] ?? 0;
    const length = (starts[value + 1] ?? 0) - start;
    for (let i = 0; i < length; i++) sums[i + 1] = rolled(sums[i] ?? 0, codes[start + i] ?? 0);
    for (const [n, level] of LEVELS.entries()) {
      if (level > length) break;
      const key = hashIn(sums, 0, level) || 1;
      if (n === 0)
        gate[key >>> (37 - GATE_BITS)] =
          (gate[key >>> (37 - GATE_BITS)] ?? 0) | (1 << ((key >>> 3) & 31));
      let slot = key & (slots - 1);
      while (keys[slot] !== 0 && keys[slot] !== key) slot = (slot + 1) & (slots - 1);
      if (keys[slot] === 0) used++;
      keys[slot] = key;
      if (length < (LEVELS[n + 1] ?? Infinity))
        lengths[slot] = ((lengths[slot] ?? 0) | (1 << (length - level))) >>> 0;
      if (used > slots * LOAD_MAX) more();
    }
  }
  return { levelKeys: keys, levelLengths: lengths, gate };
}

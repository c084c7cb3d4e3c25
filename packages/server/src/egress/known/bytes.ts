// Bytes that came out of a decoding, read as text: the pieces of them that are text, for what is decoded by
// chance is noise.
import { GLUE, WALL } from "./fold.ts";
import { PROMISED_MIN } from "./automaton.ts";

export interface BytesText {
  readonly units: Uint16Array;
  /** The byte that each unit begins with. */
  readonly starts: Uint32Array;
  /** Whether a piece of it is no chance. */
  readonly isBelieved: boolean;
}

/** A piece of this many bytes is no chance: short values are believed in it. */
const BELIEVED_MIN = 20;
/** So many bytes around its only piece are padding. */
const AROUND_MAX = 4;

const BAD = 0;
const PLAIN = 1;
const WORD = 2;

/** How many bytes the character at `i` has, 0 where it is none. */
function lengthAt(bytes: Uint8Array, i: number, end: number): number {
  const first = bytes[i] ?? 0;
  if (first < 0x80) return 1;
  const more = first < 0xc2 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf5 ? 3 : 0;
  if (more === 0 || i + more >= end) return 0;
  for (let k = 1; k <= more; k++) if (((bytes[i + k] ?? 0) & 0xc0) !== 0x80) return 0;
  return more + 1;
}

const ASCII = new Uint8Array(128);
for (let byte = 0; byte < 128; byte++) {
  const char = String.fromCharCode(byte);
  const isSpace = byte === 0 || byte === 9 || byte === 10 || byte === 13 || byte >= 32;
  ASCII[byte] = /[a-z0-9]/i.test(char) ? WORD : isSpace && byte !== 127 ? PLAIN : BAD;
}

/** Whether a value may stand in them at all: quick, for it is asked of every word of every text. */
export function mayHold(bytes: Uint8Array, end: number): boolean {
  return mayBeText(bytes, end) || mayBeArchive(bytes, end);
}

/** Of what `openArchive` knows, the first bytes, anywhere: of zlib only at the beginning. */
function mayBeArchive(bytes: Uint8Array, end: number): boolean {
  if (bytes[0] === 0x78 && end > 8) return true;
  for (let i = 0; i + 4 < end; i++) {
    const next = MAGIC[bytes[i] ?? 0];
    if (next !== 0 && bytes[i + 1] === next) return true;
  }
  return false;
}

const MAGIC = new Uint8Array(256);
for (const [first, second] of [
  ...([
    [0x50, 0x4b],
    [0x1f, 0x8b],
    [0x28, 0xb5],
    [0x42, 0x5a],
  ] as const),
  ...([
    [0xfd, 0x37],
    [0x37, 0x7a],
    [0x52, 0x61],
    [0x04, 0x22],
  ] as const),
])
  MAGIC[first] = second;

function mayBeText(bytes: Uint8Array, end: number): boolean {
  let words = 0;
  let bad = 0;
  for (let i = 0; i < end;) {
    const length = lengthAt(bytes, i, end);
    const kind = length > 1 ? WORD : length === 0 ? BAD : (ASCII[bytes[i] ?? 0] ?? 0);
    if (kind === BAD) {
      if (++bad === 2) words = 0;
    } else {
      bad = 0;
      if (kind === WORD && ++words >= PROMISED_MIN) return true;
    }
    i += length || 1;
  }
  return false;
}

/** One bad byte alone is passed over: a letter in another code page, or a disturbance. */
export function textOfBytes(bytes: Uint8Array): BytesText {
  const out = new Pieces(bytes.length);
  let bad = 0;
  for (let i = 0; i < bytes.length;) {
    const length = lengthAt(bytes, i, bytes.length);
    const byte = bytes[i] ?? 0;
    if (length === 0 || (length === 1 && ASCII[byte] === BAD)) {
      if (++bad === 2) out.end(i);
      if (bad === 1) out.disturbed(byte, i);
      i++;
      continue;
    }
    bad = 0;
    out.add(length === 1 ? byte : pointAt(bytes, i, length), i);
    i += length;
  }
  out.end(bytes.length);
  return out.made();
}

function pointAt(bytes: Uint8Array, i: number, length: number): number {
  let point = (bytes[i] ?? 0) & (0x7f >> length);
  for (let k = 1; k < length; k++) point = (point << 6) | ((bytes[i + k] ?? 0) & 0x3f);
  return point > 0x10ffff ? 0xfffd : point;
}

class Pieces {
  readonly #units: Uint16Array;
  readonly #starts: Uint32Array;
  readonly #bytes: number;
  #used = 0;
  #begin = 0;
  #words = 0;
  #bad = 0;
  #isBelieved = false;

  constructor(bytes: number) {
    // A bad byte lies between two pieces at least, and a piece has a wall of its own.
    this.#units = new Uint16Array(bytes + 4);
    this.#starts = new Uint32Array(bytes + 4);
    this.#bytes = bytes;
  }

  add(point: number, at: number): void {
    if (point >= 0x80 || ASCII[point] === WORD) this.#words++;
    if (point > 0xffff) {
      this.#put(0xd800 + ((point - 0x1_0000) >> 10), at);
      this.#put(0xdc00 + ((point - 0x1_0000) & 0x3ff), at);
    } else this.#put(point, at);
  }

  /** A byte that is no text: a letter all the same in another code page. */
  disturbed(byte: number, at: number): void {
    this.#bad++;
    if (byte >= 0xa0) this.#put(byte, at);
  }

  /** What is too short is forgotten; what may be chance gets edges that are none. */
  end(at: number): void {
    const begin = this.#begin;
    if (this.#words < PROMISED_MIN) this.#used = begin;
    else {
      const from = this.#starts[begin] ?? 0;
      const isClean = this.#bad <= 1 + (at - from) / 16;
      const isLong = at - from >= BELIEVED_MIN || this.#bytes - (at - from) <= AROUND_MAX;
      const isBelieved = isClean && isLong;
      this.#isBelieved ||= isBelieved;
      if (!isBelieved) {
        while (this.#isPlain(this.#used - 1)) this.#used--;
        let first = begin;
        while (this.#isPlain(first)) this.#units[first++] = GLUE;
        if (begin > 0) this.#units[begin - 1] = GLUE;
      }
      this.#put(isBelieved ? WALL : GLUE, at - 1);
    }
    this.#begin = this.#used;
    this.#words = 0;
    this.#bad = 0;
  }

  #isPlain(i: number): boolean {
    const unit = this.#units[i] ?? 0;
    return unit < 128 && ASCII[unit] !== WORD;
  }

  #put(unit: number, at: number): void {
    this.#units[this.#used] = unit;
    this.#starts[this.#used++] = at;
  }

  made(): BytesText {
    const units = this.#units.subarray(0, this.#used);
    const starts = this.#starts.subarray(0, this.#used);
    return { units, starts, isBelieved: this.#isBelieved };
  }
}

// Takes escapes out of a text: of URLs, HTML, JSON and programs, of mail bodies; what nobody sees; and
// letters that only look like those of an encoding.
import { textOfEscapes } from "./escaped-bytes.ts";
import { entityAt } from "./entity.ts";
import { hexDigit, hexNumber, unitsOfPoint, type Escape } from "./escape.ts";
import type { KnownEncoding } from "./finding.ts";
import { asciiLook, plainly, widthAt } from "./fold.ts";
import { Changes } from "./changes.ts";
import { eachFrom, type Decoded } from "./layer.ts";

const PERCENT = 37;
const AMPERSAND = 38;
const BACKSLASH = 92;
const EQUALS = 61;

/** One alone is the end of base64, or an equation. */
const MAIL_MIN = 2;

export type EscapeStyle = "common" | "mail";

/** Undefined where there is nothing to take out. */
export function unescaped(units: Uint16Array, style: EscapeStyle): Decoded | undefined {
  if (!mayHoldAny(units, style)) return undefined;
  const out = new Unescaped(units.length);
  let encoding: KnownEncoding | undefined;
  let isChanged = false;
  let escapes = 0;
  // Escapes are told with the letters that theirs look like: all bytes of a character come out together.
  const told = style === "mail" ? units : plainly(units);
  for (let i = 0; i < units.length;) {
    const unit = units[i] ?? 0;
    const escape = style === "mail" ? mailAt(units, i) : escapeAt(told, i);
    if (escape) {
      escapes++;
      const mark = told[i];
      encoding ??= mark === PERCENT ? "url" : mark === AMPERSAND ? "html" : "json";
      out.add(escape, i);
      i = escape.to;
      continue;
    }
    const width = unit < 0x80 || style === "mail" ? 1 : widthAt(units, i);
    const look = unit < 0x80 || style === "mail" ? undefined : asciiLook(units, i);
    if (look === undefined) out.copy(units, i, width);
    else {
      isChanged = true;
      out.add({ to: i + width, units: look }, i);
    }
    i += width;
  }
  if (escapes < (style === "mail" ? MAIL_MIN : 1) && !isChanged) return undefined;
  const made = out.made();
  return {
    units: made.units,
    encoding: encoding ?? "look-alike",
    origin: eachFrom(made.starts, made.ends),
    isScanned: encoding !== undefined,
  };
}

/** Most texts hold none, and are gone through no further. */
function mayHoldAny(units: Uint16Array, style: EscapeStyle): boolean {
  if (style === "mail") return units.includes(EQUALS);
  for (let i = 0; i < units.length; i++) {
    const unit = units[i] ?? 0;
    if (unit >= 0x80 || unit === PERCENT || unit === AMPERSAND || unit === BACKSLASH) return true;
  }
  return false;
}

function escapeAt(units: Uint16Array, i: number): Escape | undefined {
  const unit = units[i];
  if (unit === PERCENT) return isU(units[i + 1]) ? unicodeAt(units, i + 2) : hexByte(units, i + 1);
  if (unit === AMPERSAND) return entityAt(units, i);
  return unit === BACKSLASH ? backslashAt(units, i) : undefined;
}

function mailAt(units: Uint16Array, i: number): Escape | undefined {
  if (units[i] !== EQUALS) return undefined;
  if (units[i + 1] === 10) return { to: i + 2, units: [] };
  if (units[i + 1] === 13 && units[i + 2] === 10) return { to: i + 3, units: [] };
  return hexByte(units, i + 1);
}

function hexByte(units: Uint16Array, i: number): Escape | undefined {
  const byte = hexNumber(units, i, 2);
  return byte === undefined ? undefined : { to: i + 2, byte };
}

const LETTERS = new Map(Array.from("nrtbfv0", (char) => [char.charCodeAt(0), 32]));

function backslashAt(units: Uint16Array, i: number): Escape | undefined {
  const next = units[i + 1] ?? 0;
  if (isU(next)) return unicodeAt(units, i + 2);
  if (next === 120 || next === 88) return hexByte(units, i + 2);
  const octal = octalAt(units, i + 1);
  if (octal !== undefined) return { to: i + 4, byte: octal };
  const letter = LETTERS.get(next);
  if (letter !== undefined) return { to: i + 2, units: [next === 110 ? 10 : letter] };
  const isMark = next > 32 && next < 127 && !/[a-z0-9]/i.test(String.fromCharCode(next));
  return isMark ? { to: i + 2, units: [next] } : undefined;
}

function isU(unit = 0): boolean {
  return (unit | 32) === 117;
}

/** A byte in three digits, `101`. */
function octalAt(units: Uint16Array, i: number): number | undefined {
  let number = 0;
  for (let at = i; at < i + 3; at++) {
    const digit = (units[at] ?? 0) - 48;
    if (digit < 0 || digit > 7) return undefined;
    number = number * 8 + digit;
  }
  return number < 256 ? number : undefined;
}

/** `u0041`, `u{1F600}` and `U00000041`, behind the letter. */
function unicodeAt(units: Uint16Array, i: number): Escape | undefined {
  if (units[i] === 123) {
    let end = i + 1;
    while (end < i + 8 && hexDigit(units[end] ?? 0) >= 0) end++;
    const point = units[end] === 125 ? hexNumber(units, i + 1, end - i - 1) : undefined;
    return point === undefined ? undefined : { to: end + 1, units: unitsOfPoint(point) };
  }
  if (units[i - 1] === 85) {
    const long = hexNumber(units, i, 8);
    if (long !== undefined) return { to: i + 8, units: unitsOfPoint(long) };
  }
  const unit = hexNumber(units, i, 4);
  return unit === undefined ? undefined : { to: i + 4, units: [unit] };
}

/** Gathers what comes out; bytes that follow each other are read together. */
class Unescaped {
  #units: Uint16Array;
  #starts: Uint32Array;
  #ends: Uint32Array;
  #used = 0;
  /** Where something came out that did not stand there. */
  readonly #changes = new Changes();
  #bytes: number[] = [];
  #bytesAt: [from: number, to: number][] = [];

  constructor(length: number) {
    // An entity may come out longer than it is, by one unit of four.
    this.#units = new Uint16Array(length + 8);
    this.#starts = new Uint32Array(length + 8);
    this.#ends = new Uint32Array(length + 8);
  }

  copy(units: Uint16Array, i: number, width: number): void {
    if (this.#bytes.length > 0) this.#flush();
    for (let k = i; k < i + width; k++) this.#put(units[k] ?? 0, i, i + width);
  }

  add({ to, units, byte }: Escape, from: number): void {
    if (byte !== undefined) {
      this.#bytes.push(byte);
      this.#bytesAt.push([from, to]);
      return;
    }
    if (this.#bytes.length > 0) this.#flush();
    this.#changes.at(this.#used);
    for (const unit of units ?? []) this.#put(unit, from, to);
  }

  #flush(): void {
    if (this.#bytes.length > 0) this.#changes.at(this.#used, this.#bytes.length);
    for (const { unit, from, to } of textOfEscapes(this.#bytes))
      this.#put(unit, this.#bytesAt[from]?.[0] ?? 0, this.#bytesAt[to - 1]?.[1] ?? 0);
    this.#bytes = [];
    this.#bytesAt = [];
  }

  #put(unit: number, from: number, to: number): void {
    if (this.#used === this.#units.length) return;
    this.#units[this.#used] = unit;
    this.#starts[this.#used] = from;
    this.#ends[this.#used++] = to;
  }

  made(): { units: Uint16Array; starts: Uint32Array; ends: Uint32Array } {
    this.#flush();
    const used = this.#used;
    const whole = {
      units: this.#units.subarray(0, used),
      starts: this.#starts.subarray(0, used),
      ends: this.#ends.subarray(0, used),
    };
    return this.#changes.around(whole);
  }
}

// Hexadecimal in a text: digits in a row, or with separators and prefixes between them.
import type { Bytes } from "./base64.ts";
import { mayHold } from "./bytes.ts";
import { GLUE, kindOf } from "./fold.ts";
import { hexDigit } from "./escape.ts";

/** Five bytes at least. */
const RUN_MIN = 10;
const GAP_MAX = 16;
const X = 120;

export function* hexRuns(units: Uint16Array): Generator<Bytes> {
  let digits = new Uint8Array(256);
  for (let i = 0; i < units.length;) {
    if (hexDigit(units[i] ?? 0) < 0) {
      i++;
      continue;
    }
    const from = i;
    let used = 0;
    for (let gap = 0; i + gap < units.length && gap <= GAP_MAX;) {
      const unit = units[i + gap] ?? 0;
      const digit = hexDigit(unit);
      const isPrefix = digit === 0 && ((units[i + gap + 1] ?? 0) | 32) === X;
      if (digit === 0 && isTurnedPrefix(units, i + gap)) gap++;
      else if (digit >= 0 && !isPrefix) {
        if (used === digits.length) digits = grown(digits);
        digits[used++] = digit;
        i += gap + 1;
        gap = 0;
      } else if (isPrefix) gap += 2;
      else if (isSeparator(unit)) gap++;
      else break;
    }
    if (used < RUN_MIN) {
      i = Math.max(i, from + 1);
      continue;
    }
    const run = { from: isPrefixed(units, from - 1) ? from - 2 : from, to: i };
    if (isPrefixed(units, i)) run.to += 2;
    for (const bytes of decoded(digits, used)) yield { bytes, origin: () => run };
  }
}

/** `0x` or `\x`, in either direction. */
function isPrefixed(units: Uint16Array, x: number): boolean {
  return (
    ((units[x] ?? 0) | 32) === X && [units[x - 1], units[x + 1]].some((unit) => MARKS.has(unit))
  );
}

/** The last of `x0` in `14x0`: a prefix turned around. */
function isTurnedPrefix(units: Uint16Array, i: number): boolean {
  const [before = 0, x = 0, after = 0] = [units[i - 2], units[i - 1], units[i + 1]];
  return (x | 32) === X && hexDigit(before) >= 0 && hexDigit(after) < 0;
}

const MARKS = new Set<number | undefined>([48, 92]);

function isSeparator(unit: number): boolean {
  return (unit < GLUE && kindOf(unit) === 0) || (unit | 32) === X;
}

function grown(old: Uint8Array): Uint8Array<ArrayBuffer> {
  const fresh = new Uint8Array(old.length * 2);
  fresh.set(old);
  return fresh;
}

let scratch = new Uint8Array(256);

function* decoded(digits: Uint8Array, used: number): Generator<Uint8Array> {
  if (scratch.length < used) scratch = new Uint8Array(used * 2);
  for (const isTurned of [false, true])
    for (const shift of [0, 1]) {
      let out = 0;
      for (let i = shift; i + 1 < used; i += 2) {
        const [a, b] = isTurned ? [used - 1 - i, used - 2 - i] : [i, i + 1];
        scratch[out++] = ((digits[a] ?? 0) << 4) | (digits[b] ?? 0);
      }
      if (mayHold(scratch, out)) yield scratch.slice(0, out);
    }
}

// A text turned around, and one with what was put between its characters taken out: only where escapes
// can be told in it, for folding sees through both by itself.
import { GLUE, kindOf, plainly } from "./fold.ts";
import { eachFrom, type Decoded, type Span } from "./layer.ts";

const PERCENT = 37;
const AMPERSAND = 38;
const HASH = 35;
const SEMICOLON = 59;
const BACKSLASH = 92;

/** Spaces or punctuation within an escape. */
const GAP = "[^\\w%&#\\\\]{1,4}";
const MAYBE = "[^\\w%&#\\\\]{0,4}";

/** Where an escape would begin, if it stood the other way around; spaced or not. */
const TURNED = new RegExp(
  [
    `(?:[0-9a-f]${MAYBE}){2}%`,
    `;${MAYBE}(?:[0-9a-z]${MAYBE}){2,8}&`,
    `[0-9a-fx]${MAYBE}#${MAYBE}&`,
    `(?:[0-9a-f]${MAYBE}){4}u${MAYBE}[\\\\%]`,
    `(?:[0-7]${MAYBE}){3}\\\\`,
    `(?:[0-9a-f]${MAYBE}){2}x${MAYBE}\\\\`,
    `\\}${MAYBE}(?:[0-9a-f]${MAYBE}){2,6}\\{${MAYBE}u`,
  ].join("|"),
  "i",
);

export function turned(units: Uint16Array): Decoded | undefined {
  // Forwards, what only looks like an escape may be read as another: both ways begin with the same letters.
  const plain = plainly(units);
  if (!hasAny(plain) || !anyMatch(plain, TURNED)) return undefined;
  const last = units.length;
  return {
    units: plain.toReversed(),
    encoding: "reversed",
    origin: ({ from, to }) => ({ from: last - to, to: last - from }),
    isScanned: false,
    isTurned: true,
  };
}

export const SPACE = 32;

/** Each word turned around in its place; undefined: there is one at most, which is read backwards anyhow. */
export function wordsTurned(units: Uint16Array): Pick<Decoded, "units" | "origin"> | undefined {
  if (!units.includes(SPACE)) return undefined;
  const out = units.slice();
  const isEnd = (i: number): boolean => i < 0 || i >= units.length || (units[i] ?? 0) <= SPACE;
  for (let from = 0; from < units.length; from++) {
    if (isEnd(from)) continue;
    let to = from;
    while (!isEnd(to)) to++;
    out.subarray(from, to).reverse();
    from = to;
  }
  const origin = ({ from, to }: Span): Span => {
    while (!isEnd(from - 1)) from--;
    while (!isEnd(to)) to++;
    return { from, to };
  };
  return { units: out, origin };
}

const SPACED = new RegExp(
  [
    `%${MAYBE}[0-9a-f]${GAP}[0-9a-f]`,
    `%${GAP}[0-9a-f]`,
    `&${GAP}#`,
    `&#${GAP}[x\\d]`,
    `&${MAYBE}#${MAYBE}x?${MAYBE}[0-9a-f]{1,3}${GAP}[0-9a-f;]`,
    `[\\\\%]${GAP}[ux]`,
    `[\\\\%]u${MAYBE}[0-9a-f]{0,3}${GAP}[0-9a-f]`,
    `\\\\${MAYBE}[0-3]${GAP}[0-7]${MAYBE}[0-7]`,
  ].join("|"),
  "i",
);

export function squeezed(written: Uint16Array): Decoded | undefined {
  const units = plainly(written);
  if (!hasAny(units) || !anyMatch(units, SPACED)) return undefined;
  const out = new Uint16Array(units.length);
  const starts = new Uint32Array(units.length);
  let used = 0;
  for (let i = 0; i < units.length; i++) {
    const unit = units[i] ?? 0;
    if (!KEPT.has(unit) && unit < GLUE && kindOf(unit) === 0) continue;
    out[used] = unit;
    starts[used++] = i;
  }
  if (used === units.length) return undefined;
  const ends = starts.map((at) => at + 1);
  return {
    units: out.subarray(0, used),
    encoding: "spacing",
    origin: eachFrom(starts, ends),
    isScanned: false,
  };
}

const KEPT = new Set([PERCENT, AMPERSAND, HASH, SEMICOLON, BACKSLASH]);

function hasAny(units: Uint16Array): boolean {
  return units.includes(PERCENT) || units.includes(AMPERSAND) || units.includes(BACKSLASH);
}

const PIECE = 1 << 13;
const OVER = 64;

/** In pieces, for a pattern is asked of text. */
function anyMatch(units: Uint16Array, pattern: RegExp): boolean {
  for (let from = 0; from < units.length; from += PIECE - OVER)
    if (pattern.test(String.fromCharCode(...units.subarray(from, from + PIECE)))) return true;
  return false;
}

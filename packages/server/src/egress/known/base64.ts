// Base64 and base64url in a text: whole runs, with their line breaks, and letters of such a run that
// spaces or punctuation were put between. Where a run begins nobody knows, so each alignment is tried.
import { mayHold } from "./bytes.ts";
import { GLUE, widthAt } from "./fold.ts";
import type { Span } from "./layer.ts";
import { CAPITAL, DIGIT, SMALL, stretches } from "./stretch.ts";

export interface Bytes {
  readonly bytes: Uint8Array;
  /** Where a span of the bytes stands. */
  readonly origin: (span: Span) => Span;
}

const NONE = 255;
const PAD = 64;
const SIX = new Uint8Array(128).fill(NONE);
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
for (let i = 0; i < ALPHABET.length; i++) SIX[ALPHABET.charCodeAt(i)] = i;
for (const [char, six] of [
  ["+", 62],
  ["-", 62],
  ["/", 63],
  ["_", 63],
  ["=", PAD],
] as const)
  SIX[char.charCodeAt(0)] = six;

/** Five bytes at least. */
const RUN_MIN = 7;
/** A line of base64 has so many letters, or the next line is another run. */
const LINE_MIN = 16;
const INDENT_MAX = 8;
/** Lines are of 64 or 76 letters. */
const WHOLE_LINE = 60;

function sixOf(unit: number): number {
  return unit < 128 ? (SIX[unit] ?? NONE) : NONE;
}

/** All that may be text in the runs of a layer. */
export function* base64Runs(units: Uint16Array): Generator<Bytes> {
  let six = new Uint8Array(256);
  for (let i = 0; i < units.length;) {
    if (sixOf(units[i] ?? 0) >= PAD) {
      i += 1;
      continue;
    }
    const from = i;
    let used = 0;
    let line = 0;
    let isFirst = true;
    for (;;) {
      const value = sixOf(units[i] ?? 0);
      if (i < units.length && value <= PAD) {
        if (used === six.length) six = grown(six);
        if (value < PAD) six[used++] = value;
        line++;
        i++;
        continue;
      }
      const next = line >= LINE_MIN || isFirst ? behindBreak(units, i) : undefined;
      if (next === undefined || (line < LINE_MIN && !isWholeLine(units, next))) break;
      isFirst = false;
      line = LINE_MIN;
      i = next;
    }
    if (used < RUN_MIN) continue;
    const run = { from, to: i };
    for (const bytes of decoded(six, used)) yield { bytes: bytes.bytes, origin: () => run };
  }
}

/** Where the next line of the same run begins. */
function behindBreak(units: Uint16Array, at: number): number | undefined {
  let i = at;
  let isBroken = false;
  for (; i < units.length && i - at < INDENT_MAX; i++) {
    const unit = units[i] ?? 0;
    if (unit === 10 || unit === 13) isBroken = true;
    else if (unit !== 32 && unit !== 9 && unit !== 62) break;
  }
  return isBroken && sixOf(units[i] ?? 0) < PAD ? i : undefined;
}

/** Turned around, what is written in lines begins with the rest. */
function isWholeLine(units: Uint16Array, from: number): boolean {
  for (let i = from; i < from + WHOLE_LINE; i++) if (sixOf(units[i] ?? 0) >= PAD) return false;
  return true;
}

function grown(old: Uint8Array): Uint8Array<ArrayBuffer> {
  const fresh = new Uint8Array(old.length * 2);
  fresh.set(old);
  return fresh;
}

interface Shifted {
  readonly bytes: Uint8Array;
  readonly shift: number;
  readonly isTurned: boolean;
}

let scratch = new Uint8Array(256);

/** The alignments, forward and backward, in which something may be read. */
function* decoded(six: Uint8Array, used: number): Generator<Shifted> {
  if (scratch.length < used) scratch = new Uint8Array(used * 2);
  for (const isTurned of [false, true])
    for (let shift = 0; shift < 4; shift++) {
      const length = decode(six, { used, shift, isTurned });
      if (length >= 5 && mayHold(scratch, length))
        yield { bytes: scratch.slice(0, length), shift, isTurned };
    }
}

interface Alignment {
  readonly used: number;
  readonly shift: number;
  readonly isTurned: boolean;
}

function decode(six: Uint8Array, { used, shift, isTurned }: Alignment): number {
  const step = isTurned ? -1 : 1;
  let at = isTurned ? used - 1 - shift : shift;
  let out = 0;
  for (let left = used - shift; left >= 4; left -= 4) {
    const [a, b, c, d] = [
      six[at] ?? 0,
      six[at + step] ?? 0,
      six[at + 2 * step] ?? 0,
      six[at + 3 * step] ?? 0,
    ];
    at += 4 * step;
    scratch[out++] = (a << 2) | (b >> 4);
    scratch[out++] = (b << 4) | (c >> 2);
    scratch[out++] = (c << 6) | d;
  }
  const rest = (used - shift) % 4;
  const [a, b, c] = [six[at] ?? 0, six[at + step] ?? 0, six[at + 2 * step] ?? 0];
  if (rest >= 2) scratch[out++] = (a << 2) | (b >> 4);
  if (rest === 3) scratch[out++] = (b << 4) | (c >> 2);
  return out;
}

/** So much of a text is looked at at once, and so much of it again with the next. */
const CHUNK = 1 << 18;
const AGAIN = 1 << 12;
const SPACED_MIN = 7;
const DASH = 45;
const LINE = 95;

function kindOf(unit: number): number {
  const six = sixOf(unit);
  if (six >= PAD || unit === DASH || unit === LINE) return 0;
  if (six < 26) return CAPITAL;
  return six < 52 ? SMALL : DIGIT;
}

/** What stands in all letters of a stretch together, whatever is between them but a wall. */
export function* base64Spaced(units: Uint16Array): Generator<Bytes> {
  for (const span of stretches(units, kindOf)) {
    const part = units.subarray(span.from, span.to);
    const hasDash = part.includes(DASH) || part.includes(LINE);
    for (const dashes of hasDash ? DASHES : ONLY_BETWEEN)
      for (const { bytes, origin } of spacedIn(part, dashes)) {
        const placed = (inside: Span): Span => {
          const { from, to } = origin(inside);
          return { from: from + span.from, to: to + span.from };
        };
        yield { bytes, origin: placed };
      }
  }
}

/** What dashes and low lines are: between letters, letters, or every second one of them a letter. */
type Dashes = "between" | "letters" | "both";
const DASHES: readonly Dashes[] = ["between", "letters", "both"];
const ONLY_BETWEEN: readonly Dashes[] = ["between"];

function* spacedIn(units: Uint16Array, dashes: Dashes): Generator<Bytes> {
  const six = new Uint8Array(Math.min(units.length, CHUNK));
  const at = new Uint32Array(six.length);
  for (let from = 0; from < units.length;) {
    let used = 0;
    let gaps = 0;
    let inRow = 0;
    let i = from;
    for (const end = Math.min(units.length, from + CHUNK); i < end; i++) {
      const unit = units[i] ?? 0;
      if (unit >= GLUE) break;
      const value = sixOf(unit);
      const isDash = unit === DASH || unit === LINE;
      inRow = isDash ? inRow + 1 : 0;
      if (value >= PAD || (isDash && !isLetter(dashes, inRow))) continue;
      if (used > 0 && at[used - 1] !== i - 1) gaps++;
      six[used] = value;
      at[used++] = i;
    }
    if (gaps > 0 && used >= SPACED_MIN)
      for (const { bytes, shift, isTurned } of decoded(six, used)) {
        const kept = at.slice(0, used);
        yield { bytes, origin: (span) => spacedOrigin({ units, at: kept, shift, isTurned }, span) };
      }
    if (i === units.length) break;
    from = i === from + CHUNK ? i - AGAIN : i + 1;
  }
}

function isLetter(dashes: Dashes, inRow: number): boolean {
  return dashes === "letters" || (dashes === "both" && inRow % 2 === 0);
}

interface Spaced {
  readonly units: Uint16Array;
  readonly at: Uint32Array;
  readonly shift: number;
  readonly isTurned: boolean;
}

/** From the first to the last letter that has a part in it, and on to the ends of their words. */
function spacedOrigin({ units, at, shift, isTurned }: Spaced, span: Span): Span {
  const first = shift + Math.floor((span.from * 8) / 6);
  const last = Math.min(at.length - 1, shift + Math.floor((span.to * 8 - 1) / 6));
  const [a, b] = isTurned ? [at.length - 1 - last, at.length - 1 - first] : [first, last];
  let from = at[a] ?? 0;
  let to = (at[b] ?? 0) + 1;
  while (from > 0 && sixOf(units[from - 1] ?? 0) <= PAD) from--;
  while (to < units.length && sixOf(units[to] ?? 0) <= PAD) to++;
  return { from, to: to + widthAt(units, to - 1) - 1 };
}

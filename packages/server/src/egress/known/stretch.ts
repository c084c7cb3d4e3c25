// Where in a text the letters of base64 could stand with something between them: words as no language has them,
// some of any dozen. Elsewhere decoding would only make noise.
import type { Span } from "./layer.ts";

const WINDOW = 12;
const ODD_MIN = 3;

/** The kind of a unit that may be of base64: 0 it is none, else digit, small letter, capital letter or sign. */
export type KindOf = (unit: number) => number;
export const DIGIT = 1;
export const SMALL = 2;
export const CAPITAL = 3;

export function stretches(units: Uint16Array, kindOf: KindOf): Span[] {
  const words = wordsOf(units, kindOf);
  const count = words.length;
  if (count <= WINDOW) return words.some(({ isOdd }) => isOdd) ? [spanOf(words, 0, count)] : [];
  const found: Span[] = [];
  let odd = 0;
  let from = -1;
  let until = -1;
  for (let i = 0; i < count; i++) {
    if (words[i]?.isOdd) odd++;
    if (i >= WINDOW && words[i - WINDOW]?.isOdd) odd--;
    if (odd < ODD_MIN || i < WINDOW - 1) continue;
    const first = i - WINDOW + 1;
    if (first > until) {
      if (from >= 0) found.push(spanOf(words, from, until));
      from = first;
    }
    until = i + 1;
  }
  if (from >= 0) found.push(spanOf(words, from, until));
  return found;
}

interface Word extends Span {
  readonly isOdd: boolean;
}

function spanOf(words: readonly Word[], first: number, end: number): Span {
  return { from: words[first]?.from ?? 0, to: words[end - 1]?.to ?? 0 };
}

function wordsOf(units: Uint16Array, kindOf: KindOf): Word[] {
  const words: Word[] = [];
  for (let i = 0; i < units.length; i++) {
    let kind = kindOf(units[i] ?? 0);
    if (kind === 0) continue;
    const from = i;
    let isOdd = false;
    for (;;) {
      const next = kindOf(units[i + 1] ?? 0);
      if (i + 1 >= units.length || next === 0) break;
      // "aB", "a1" and "1a" are in no word; "Ab" and "AB" are.
      isOdd ||= next !== kind && !(kind === CAPITAL && next === SMALL);
      kind = next;
      i++;
    }
    words.push({ from, to: i + 1, isOdd: isOdd || i === from });
  }
  return words;
}

// Questions about words in a row that the detectors of names and addresses share.
import * as bit from "./bits.ts";
import { CAPITAL, HAS_DIGIT, HAS_LOWER, NEW_LINE } from "./tokens.ts";
import type { Tokens } from "./tokens.ts";

const ANY_NAME = bit.GIVEN | bit.SURNAME;
/** Known, so that a capital letter alone makes it no name. */
const KNOWN =
  bit.VOCABULARY |
  bit.PROPER |
  bit.FUNCTION_WORD |
  bit.TECHNICAL |
  bit.MONTH |
  bit.WEEKDAY |
  bit.TITLE |
  bit.COMPANY |
  bit.INSTITUTION |
  bit.NATIONALITY |
  bit.COUNTRY |
  bit.STREET;

/** Written with a capital and without a digit. */
export function isCapital({ shape }: Tokens, at: number): boolean {
  return ((shape[at] ?? 0) & (CAPITAL | HAS_DIGIT)) === CAPITAL;
}

export function has({ known }: Tokens, at: number, bits: number): boolean {
  return ((known[at] ?? 0) & bits) !== 0;
}

export function isName(tokens: Tokens, at: number): boolean {
  return has(tokens, at, ANY_NAME);
}

/** No list and no dictionary has it: names mostly, and what was made up. */
export function isUnknown(tokens: Tokens, at: number): boolean {
  return !has(tokens, at, KNOWN | ANY_NAME | bit.PLACE) && lengthOf(tokens, at) > 1;
}

/** In all capitals, of more than one letter. */
export function isShouted({ shape, from, to }: Tokens, at: number): boolean {
  return ((shape[at] ?? 0) & HAS_LOWER) === 0 && (to[at] ?? 0) - (from[at] ?? 0) > 1;
}

export function lengthOf({ from, to }: Tokens, at: number): number {
  return (to[at] ?? 0) - (from[at] ?? 0);
}

/** What stands between this word and the one before. */
export function gapBefore({ text, from, to, start }: Tokens, at: number): string {
  const previous = at === 0 ? start : (to[at - 1] ?? 0);
  return text.slice(Math.max(previous, (from[at] ?? 0) - 40), from[at] ?? 0);
}

export function gapAfter({ text, from, to, count }: Tokens, at: number): string {
  const next = at + 1 < count ? (from[at + 1] ?? 0) : text.length;
  return text.slice(to[at] ?? 0, Math.min(next, (to[at] ?? 0) + 40));
}

/** A sentence, a line or a quotation begins here, so a capital says nothing. */
export function isOpening(tokens: Tokens, at: number): boolean {
  if (at === 0 || (tokens.shape[at] ?? 0) & NEW_LINE) return true;
  return /[.!?:;"“”„»«>•*|[(–—]/.test(gapBefore(tokens, at)) && !isAbbreviated(tokens, at - 1);
}

/** "Mr." or "J.": its full stop ends no sentence. */
function isAbbreviated(tokens: Tokens, at: number): boolean {
  if (!/^\. ?$/.test(gapAfter(tokens, at))) return false;
  return has(tokens, at, bit.TITLE) || (lengthOf(tokens, at) === 1 && isCapital(tokens, at));
}

export function isLineStart(tokens: Tokens, at: number): boolean {
  return at === 0 ? tokens.start === 0 : ((tokens.shape[at] ?? 0) & NEW_LINE) !== 0;
}

export function isLineEnd(tokens: Tokens, at: number): boolean {
  if (at + 1 >= tokens.count) return tokens.end >= tokens.text.length;
  return ((tokens.shape[at + 1] ?? 0) & NEW_LINE) !== 0;
}

const LOWER_MIN = 6;
const ENGLISH_SHARE = 0.12;

/**
 * Whether unknown capitals may be taken for names: in English yes; in German, where every noun has
 * one, only what the lists know.
 */
export function isEnglish({ count, shape, known }: Tokens): boolean {
  let lower = 0;
  let english = 0;
  for (let at = 0; at < count; at++) {
    if ((shape[at] ?? 0) !== (HAS_LOWER | ((shape[at] ?? 0) & ~(CAPITAL | HAS_DIGIT | 4))))
      continue;
    lower++;
    if ((known[at] ?? 0) & bit.FUNCTION_WORD) english++;
  }
  return lower < LOWER_MIN || english / lower >= ENGLISH_SHARE;
}

const PROSE_MIN = 3;

/** Sentences, not codes or headings: some words without which there are none. */
export function isProse({ count, known }: Tokens): boolean {
  let met = 0;
  for (let at = 0; at < count && met < PROSE_MIN; at++)
    if ((known[at] ?? 0) & bit.FUNCTION_WORD) met++;
  return met >= PROSE_MIN;
}

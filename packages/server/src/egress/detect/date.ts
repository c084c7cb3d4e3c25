// Dates, weekdays and ages. A year alone is none: Safe Harbor lets it stand.
import { ASKED, MONTH, WEEKDAY } from "./bits.ts";
import { isDay } from "./checksum.ts";
import type { Found } from "./found.ts";
import { hashesOf } from "./asked.ts";
import { AFTER_SPACE, CAPITAL } from "./tokens.ts";
import type { Tokens } from "./tokens.ts";

const NUMERIC =
  /(\d{1,4})([-./])(\d{1,2})\2(\d{1,4})(?:[T ]{1,2}\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?: ?[AaPp][Mm])?(?:Z|[+-]\d{2}:?\d{2})?)?(?![-/\d])/y;
const SHORT = /(\d{1,2})\/(\d{2}|\d{4})(?![-./\d])/y;
const NAMED = /(\d{1,2})(?:st|nd|rd|th|\.)?(?:[- ]| of )/y;
const DASH = 45;
const DOT = 46;
const SLASH = 47;
const YEAR = /^(?:1[89]|20)\d\d$/;
const BIRTH = hashesOf("birth birthday born dob birthdate geboren geburtsdatum né née nato nacido");
const AGE_BEFORE = hashesOf("age aged turn turned turning turns");
const AGE_AFTER = hashesOf("year years yr yrs yo");
const AGE_LAST = hashesOf("old");

/** A date in digits that begins with this word. */
export function dateAt(tokens: Tokens, at: number, found: Found): void {
  const sign = tokens.after[at] ?? 0;
  const signed = sign === DASH || sign === DOT || sign === SLASH;
  const named = isMonth(tokens, at + 1) || isMonth(tokens, at + 2);
  if (!named && !signed) return;
  const { text } = tokens;
  const from = tokens.from[at] ?? 0;
  const glue = tokens.before[at] ?? 0;
  if (glue >= DASH && glue <= SLASH) return;
  NUMERIC.lastIndex = from;
  const match = signed ? NUMERIC.exec(text) : undefined;
  if (match && isDate(match[1] ?? "", match[3] ?? "", match[4] ?? "")) {
    const dots = match[2] === "." && (match[4] ?? "").length === 2 && !isDateBefore(tokens, at);
    const to = from + match[0].length;
    tell(tokens, { at, from, to, score: dots ? 0.4 : 0.7 }, found);
    return;
  }
  SHORT.lastIndex = from;
  const short = signed ? SHORT.exec(text) : undefined;
  if (short) {
    const [all, first = "", second = ""] = short;
    const month = Number(first) >= 1 && Number(first) <= 12;
    const fits = second.length === 4 ? month && YEAR.test(second) : month && Number(second) <= 31;
    const score = second.length === 4 ? 0.6 : isDateBefore(tokens, at) ? 0.55 : 0.3;
    if (fits) tell(tokens, { at, from, to: from + all.length, score }, found);
    return;
  }
  NAMED.lastIndex = from;
  const day = named ? NAMED.exec(text) : undefined;
  if (day && Number(day[1]) <= 31) afterDay(tokens, { at, monthFrom: from + day[0].length }, found);
}

const DATE_BEFORE = hashesOf(
  "on is date today until since by due dated am vom bis le du el del dob born",
);

function isDateBefore(tokens: Tokens, at: number): boolean {
  return DATE_BEFORE.has(tokens.hash[at - 1] ?? 0);
}

function isDate(first: string, second: string, last: string): boolean {
  if (first.length === 4) return YEAR.test(first) && isDay(Number(second), Number(last));
  if (first.length > 2 || last.length === 3 || last.length === 1) return false;
  if (last.length === 4 && !YEAR.test(last)) return false;
  return isDay(Number(first), Number(second)) || isDay(Number(second), Number(first));
}

/** `5 May 2021`, `5th of May`, `05-May`: the month stands at `monthFrom`. */
function afterDay(
  tokens: Tokens,
  { at, monthFrom }: { at: number; monthFrom: number },
  found: Found,
): void {
  for (let month = at + 1; month <= at + 2 && month < tokens.count; month++) {
    if (tokens.from[month] !== monthFrom || !isMonth(tokens, month)) continue;
    const from = tokens.from[at] ?? 0;
    tell(tokens, { at, from, to: yearAfter(tokens, month), score: 0.65 }, found);
  }
}

/** A month or weekday by name: `May 5, 2021`, `May-2021`, `Tuesday`. */
export function namedDateAt(tokens: Tokens, at: number, found: Found): void {
  const from = tokens.from[at] ?? 0;
  const to = tokens.to[at] ?? 0;
  if ((tokens.known[at] ?? 0) & WEEKDAY && (tokens.shape[at] ?? 0) & CAPITAL)
    found.add({ from, to, type: "DATE_TIME", class: "quasi", score: 0.55 });
  if (!isMonth(tokens, at)) return;
  const next = tokens.text.slice(tokens.from[at + 1] ?? 0, tokens.to[at + 1] ?? 0);
  const gap = tokens.text.slice(to, tokens.from[at + 1] ?? 0);
  if (at + 1 >= tokens.count || !/^[ .,-]{1,2}$/.test(gap)) return;
  const end = yearAfter(tokens, at);
  if (/^\d{1,2}(?:st|nd|rd|th)?$/.test(next)) {
    const day = yearAfter(tokens, at + 1);
    tell(tokens, { at, from, to: Math.max(day, tokens.to[at + 1] ?? 0), score: 0.6 }, found);
  } else if (end > to) tell(tokens, { at, from, to: end, score: 0.6 }, found);
}

function isMonth(tokens: Tokens, at: number): boolean {
  return ((tokens.known[at] ?? 0) & MONTH) !== 0 && ((tokens.shape[at] ?? 0) & CAPITAL) !== 0;
}

/** Where the date ends that goes on with a year behind this word, or where the word ends. */
function yearAfter(tokens: Tokens, at: number): number {
  const to = tokens.to[at] ?? 0;
  const next = tokens.from[at + 1] ?? 0;
  const year = tokens.text.slice(next, tokens.to[at + 1] ?? 0);
  const gap = tokens.text.slice(to, next);
  return YEAR.test(year) && /^[ .,-]{1,2}$/.test(gap) ? (tokens.to[at + 1] ?? to) : to;
}

interface Told {
  readonly at: number;
  readonly from: number;
  readonly to: number;
  readonly score: number;
}

const BIRTH_WORDS = 6;

/** A date of birth is personal by itself; another only beside other things. */
function tell(tokens: Tokens, { at, from, to, score }: Told, found: Found): void {
  let born = false;
  for (let index = Math.max(at - BIRTH_WORDS, 0); index < at; index++)
    born ||= BIRTH.has(tokens.hash[index] ?? 0);
  found.add({ from, to, type: "DATE_TIME", class: born ? "pii" : "quasi", score });
}

/** A number of one to three digits that is somebody's age. */
export function ageAt(tokens: Tokens, at: number, found: Found): void {
  const { known } = tokens;
  if ((((known[at + 1] ?? 0) | (known[at - 1] ?? 0)) & ASKED) === 0) return;
  const from = tokens.from[at] ?? 0;
  const to = tokens.to[at] ?? 0;
  const age = Number(tokens.text.slice(from, to));
  if (to - from > 3 || age > 120 || age < 1) return;
  const { hash } = tokens;
  const old = AGE_AFTER.has(hash[at + 1] ?? 0) && AGE_LAST.has(hash[at + 2] ?? 0);
  const short = YO.has(hash[at + 1] ?? 0);
  const before =
    AGE_BEFORE.has(hash[at - 1] ?? 0) ||
    (AGE_BEFORE.has(hash[at - 2] ?? 0) && AGE_LINK.has(hash[at - 1] ?? 0));
  if (!old && !short && !before) return;
  if (!old && !((tokens.shape[at] ?? 0) & AFTER_SPACE) && !before) return;
  const of = age > 89 ? "pii" : "quasi";
  found.add({ from, to, type: "AGE", class: of, score: 0.6 });
}

const AGE_LINK = hashesOf("of is was");
const YO = hashesOf("yo yrs y");

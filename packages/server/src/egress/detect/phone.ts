// Telephone and fax numbers: digits in groups, told by their plan (+49, (415), 0x) or a word beside.
import { CLASS_OF, DIGIT } from "./alphabet.ts";
import { ASKED } from "./bits.ts";
import { SCORE_MIN } from "./found.ts";
import type { Found } from "./found.ts";
import { hashesOf } from "./asked.ts";
import type { Tokens } from "./tokens.ts";

const CHARS_MAX = 26;
const DIGITS_MIN = 6;
const DIGITS_MAX = 15;
const BESIDE = hashesOf(
  `phone telephone tel call mobile cell cellphone fax telefax number contact whatsapp sms text reach
  dial office home work hotline ring telefon handy mobil rufnummer téléphone portable teléfono
  móvil telefono cellulare telefone celular no nr ph mob landline pager voicemail cep`,
);
const STRONG = hashesOf(
  `phone telephone tel call mobile cell cellphone fax telefax whatsapp sms dial hotline telefon
  handy rufnummer téléphone teléfono móvil telefono cellulare telefone celular landline office`,
);
const WORDS_BEFORE = 6;
const WORDS_AFTER = 3;

const BETWEEN = " ().-/\u00a0\u2011\u2013";

interface Form {
  readonly shape: RegExp;
  readonly score: number;
  /** What it may begin with. */
  readonly leads: string;
}

/** From the surest to the least sure; the first that fits decides. */
const FORMS: readonly Form[] = [
  {
    shape: /^\+(?=(?:\D*\d){8})\d{1,15}(?:[ .-]?\(\d{1,5}\) ?\d{0,13})?(?:[ .-]\d{1,13}){0,6}$/,
    score: 0.75,
    leads: "+",
  },
  { shape: /^(?:(?:\+|00)?1[ .-]?)?\(\d{3}\) ?\d{3}[ .-]?\d{4}$/, score: 0.75, leads: "+(01" },
  { shape: /^(?:(?:001|1|91|0)[ .-])?\d{3}([.-])\d{3}\1\d{4}$/, score: 0.65, leads: "0123456789" },
  { shape: /^\(?0\d{1,5}\)?[ /.-]\d{2,4}(?:[ .-]\d{2,5}){1,4}$/, score: 0.6, leads: "(0" },
  { shape: /^00\d{1,3}[ .-]\d{1,4}(?:[ .-]\d{2,5}){1,5}$/, score: 0.65, leads: "0" },
  { shape: /^0\d{1,4}[-/]\d{5,8}$/, score: 0.5, leads: "0" },
  { shape: /^\(\d{2,5}\)[ -]?\d{3,5}(?:[ .-]\d{2,5}){0,3}$/, score: 0.6, leads: "(" },
  { shape: /^0\d{1,5}[ /-]\d{4,8}$/, score: 0.45, leads: "0" },
  { shape: /^\d{2}(?:[ .]\d{2}){4}$/, score: 0.5, leads: "0123456789" },
  { shape: /^\d{3} \d{3} \d{4}$/, score: 0.45, leads: "0123456789" },
  { shape: /^[2-9]\d{2}([ .-])\d{3}\1\d{2}\1\d{2}$/, score: 0.35, leads: "23456789" },
  { shape: /^0[579]\d{9}$/, score: 0.5, leads: "0" },
  { shape: /^(?:1[3-9]\d{9}|[2-5]\d{9}|0[1-9]\d{8,9})$/, score: 0.25, leads: "012345" },
  { shape: /^\d{1,4}(?:[ .-]\d{2,5}){1,5}$/, score: 0.2, leads: "0123456789" },
  { shape: /^\d{7,12}$/, score: 0.15, leads: "0123456789" },
];

/** By the sign that they may begin with: few forms are tried of any candidate. */
const FORMS_OF = new Map<string, readonly Form[]>(
  Array.from("+(0123456789", (sign): [string, readonly Form[]] => [
    sign,
    FORMS.filter(({ leads }) => leads.includes(sign)),
  ]),
);

/** The longest telephone number that begins with this word (or the + or bracket before it). */
export function phoneAt(tokens: Tokens, at: number, found: Found): void {
  const { text } = tokens;
  const word = tokens.from[at] ?? 0;
  const from = leadOf(text, word);
  if (from > 0 && isGlue(text.charCodeAt(from - 1)) && !isWordBefore(text, from)) return;
  const ends: number[] = [];
  let figures = 0;
  for (let last = at; last < tokens.count; last++) {
    const start = tokens.from[last] ?? 0;
    const end = tokens.to[last] ?? 0;
    if (end - from > CHARS_MAX || (tokens.digits[last] ?? 0) !== end - start) break;
    if (last > at && !isBetween(text, tokens.to[last - 1] ?? 0, start)) break;
    if (last > at && end - start === 1 && from === word) break;
    figures += end - start;
    if (figures > DIGITS_MAX) break;
    ends.push(figures < DIGITS_MIN ? -1 : end);
  }
  for (let index = ends.length - 1; index >= 0; index--) {
    const to = ends[index] ?? -1;
    if (to > 0 && tryPhone({ tokens, at, last: at + index, from, to }, found)) return;
  }
}

interface Candidate {
  readonly tokens: Tokens;
  readonly at: number;
  readonly last: number;
  readonly from: number;
  readonly to: number;
}

function tryPhone(candidate: Candidate, found: Found): boolean {
  const { tokens, from, to } = candidate;
  const { text } = tokens;
  const forms = FORMS_OF.get(text.charAt(from));
  if (!forms || isGoingOn(text, to)) return false;
  const more = context(candidate);
  if (more === 0 && isOnlySpaced(candidate)) return false;
  let slice: string | undefined;
  for (const { shape, score } of forms) {
    if (score + more < SCORE_MIN) continue;
    slice ??= text.slice(from, to).replaceAll("\u00a0", " ").replace("(0)", "");
    if (!shape.test(slice)) continue;
    if (isDate(slice)) return false;
    const sum = Math.min(score + more, 0.95);
    found.add({ from, to, type: "PHONE_NUMBER", class: "pii", score: sum });
    return true;
  }
  return false;
}

/** Groups with spaces, of which without a word beside only pairs of digits are a number. */
function isOnlySpaced({ tokens, at, from }: Candidate): boolean {
  if (tokens.after[at] !== SPACE_UNIT || (tokens.to[at] ?? 0) - from === 2) return false;
  const lead = tokens.text.charCodeAt(from);
  return lead > ZERO && lead <= NINE;
}

const SPACE_UNIT = 32;
const ZERO = 48;
const NINE = 57;

/** More of a code stands behind: 12-345 before "-A". */
function isGoingOn(text: string, to: number): boolean {
  const next = "-./_".includes(text.charAt(to)) ? to + 1 : to;
  return next < text.length && (CLASS_OF[text.charCodeAt(next)] ?? 0) === DIGIT;
}

function context({ tokens, at, last }: Candidate): number {
  let most = 0;
  const weigh = (index: number): void => {
    if (((tokens.known[index] ?? 0) & ASKED) === 0) return;
    const hash = tokens.hash[index] ?? 0;
    if (STRONG.has(hash)) most = Math.max(most, 0.4);
    else if (BESIDE.has(hash)) most = Math.max(most, 0.25);
  };
  for (let index = Math.max(at - WORDS_BEFORE, 0); index < at; index++) weigh(index);
  const end = Math.min(last + WORDS_AFTER, tokens.count - 1);
  for (let index = last + 1; index <= end; index++) weigh(index);
  return most > 0 ? most : last - at + 1 === tokens.count ? 0.25 : 0;
}

function isDate(slice: string): boolean {
  return /^(?:19|20)\d\d[-./ ]\d{1,2}[-./ ]\d{1,2}$|^\d{1,2}[-./]\d{1,2}[-./](?:19|20)?\d\d$/.test(
    slice,
  );
}

/** A letter, a digit or a sign of codes: no number begins behind it. */
function isGlue(unit: number): boolean {
  return (CLASS_OF[unit] ?? 0) >= DIGIT || unit === 95 || (unit >= 45 && unit <= 47);
}

function leadOf(text: string, word: number): number {
  let from = word;
  if (text.charAt(from - 1) === "(") from--;
  if (text.charAt(from - 1) === "+") from--;
  return from;
}

/** "is415-555-0132": what is before is a word, not a code. */
function isWordBefore(text: string, from: number): boolean {
  return text.charAt(from) === "(" || text.charAt(from) === "+";
}

function isBetween(text: string, to: number, from: number): boolean {
  if (from - to > 3) return false;
  if (from - to === 1) return BETWEEN.includes(text.charAt(to));
  return /^[ \u00a0]?[().\-/ \u2011\u2013]?[ (]?$/.test(text.slice(to, from));
}

// Telephone and fax numbers: digits in groups, told by their plan (+49, (415), 0x) or a word beside.
import { CLASS_OF, DIGIT } from "./alphabet.ts";
import { hashesOf } from "./asked.ts";
import { PHONE_STRONG, PHONE_WORD } from "./bits.ts";
import { SCORE_MIN } from "./found.ts";
import type { Found } from "./found.ts";
import { DIGITS_MAX, DIGITS_MIN, formsOf } from "./phone-forms.ts";
import type { Form } from "./phone-forms.ts";
import type { Tokens } from "./tokens.ts";

const CHARS_MAX = 26;
/** With a bracketed 0. */
const GROUPS_MAX = 10;
const WORDS_BEFORE = 6;
const WORDS_AFTER = 3;
/** More groups in a row are a table of figures. */
const ROW_MAX = 40;
const BETWEEN = " ().-/\u00a0\u2011\u2013";

hashesOf(
  `phone telephone tel call mobile cell cellphone fax telefax number contact whatsapp sms text reach
  dial office home work hotline ring telefon handy mobil rufnummer téléphone portable teléfono
  móvil telefono cellulare telefone celular no nr ph mob landline pager voicemail cep`,
  PHONE_WORD,
);
hashesOf(
  `phone telephone tel call mobile cell cellphone fax telefax whatsapp sms dial hotline telefon
  handy rufnummer téléphone teléfono móvil telefono cellulare telefone celular landline office`,
  PHONE_STRONG,
);

/** A number from its first sign up to the word `last`. */
interface Candidate {
  readonly at: number;
  readonly last: number;
  readonly from: number;
  readonly to: number;
  /** A word nearby may say that it is one, or nothing else stands in the text. */
  readonly asked: boolean;
}

export class PhoneScan {
  readonly #tokens: Tokens;
  readonly #found: Found;
  /** Up to each of the groups that begin at a word: how many, without a bracketed 0. */
  readonly #groups = new Uint8Array(GROUPS_MAX);
  readonly #digits = new Uint8Array(GROUPS_MAX);
  /** The row of groups that was read last: its first word, and behind its last. */
  #rowStart = 0;
  #rowEnd = 0;
  /** The stretch found last: a number that begins within it matters only where it goes on further. */
  #from = 0;
  #to = -1;
  #score = 0;

  constructor(tokens: Tokens, found: Found) {
    this.#tokens = tokens;
    this.#found = found;
  }

  /** The longest telephone number that begins with this word (or the + or bracket before it). */
  at(at: number): void {
    const { text } = this.#tokens;
    const word = this.#tokens.from[at] ?? 0;
    const from = leadOf(text, word);
    if (from > 0 && isGlue(text.charCodeAt(from - 1)) && from === word) return;
    const asked = this.#isAsked(at);
    if (!asked && (this.#isOnlySpaced(at, from) || this.#isTable(at))) return;
    for (let index = this.#readGroups(at, from) - 1; index >= 0; index--) {
      const to = this.#tokens.to[at + index] ?? 0;
      if (to <= this.#to || (this.#digits[index] ?? 0) < DIGITS_MIN) return;
      if (this.#try({ at, last: at + index, from, to, asked })) return;
    }
  }

  /** Tells what was found last. */
  end(): void {
    if (this.#to < 0) return;
    this.#found.add({ ...PHONE, from: this.#from, to: this.#to, score: this.#score });
    this.#to = -1;
  }

  /** How many words from `at` on are groups of one number, at most. */
  #readGroups(at: number, from: number): number {
    const { text, digits, from: starts, to } = this.#tokens;
    const rowEnd = this.#endOfRow(at);
    const plus = text.charCodeAt(from) === PLUS;
    let figures = 0;
    let nought = 0;
    let last = at;
    for (; last < rowEnd && last - at < GROUPS_MAX; last++) {
      const length = digits[last] ?? 0;
      const start = starts[last] ?? 0;
      if ((to[last] ?? 0) - from > CHARS_MAX || figures + length > DIGITS_MAX) break;
      const bracketed = length === 1 && text.startsWith("(0)", start - 1);
      if (length === 1 && !plus && !bracketed && (last > at || from < start)) break;
      figures += length;
      if (bracketed) nought++;
      this.#digits[last - at] = figures - nought;
      this.#groups[last - at] = last - at + 1 - nought;
    }
    return last - at;
  }

  /** Behind the last of the words from `at` on that are digits and stand near each other. */
  #endOfRow(at: number): number {
    if (at < this.#rowEnd) return this.#rowEnd;
    const { text, count, digits, from, to } = this.#tokens;
    let end = at + 1;
    while (
      end < count &&
      digits[end] === (to[end] ?? 0) - (from[end] ?? 0) &&
      isBetween(text, to[end - 1] ?? 0, from[end] ?? 0)
    )
      end++;
    this.#rowStart = at;
    this.#rowEnd = end;
    return end;
  }

  #isTable(at: number): boolean {
    return this.#endOfRow(at) - this.#rowStart > ROW_MAX;
  }

  #try(candidate: Candidate): boolean {
    const { text } = this.#tokens;
    const { at, last, from, to, asked } = candidate;
    const digits = this.#digits[last - at] ?? 0;
    const groups = this.#groups[last - at] ?? 0;
    const forms = formsOf({ lead: text.charCodeAt(from), groups, digits }, !asked);
    if (forms.length === 0 || isGoingOn(text, to)) return false;
    const more = asked ? this.#context(candidate) : 0;
    if (more === 0 && this.#isOnlySpaced(at, from)) return false;
    const fits = fitting(forms, text.slice(from, to), SCORE_MIN - more);
    if (!fits) return false;
    this.#tell(candidate, Math.min(fits.score + more, 0.95));
    return true;
  }

  #tell({ from, to }: Candidate, score: number): void {
    const beside = from < this.#to ? this.#score : 0;
    if (from >= this.#to) {
      this.end();
      this.#from = from;
    }
    this.#to = to;
    this.#score = Math.max(score, beside);
  }

  /** Groups with spaces, of which without a word beside only pairs of digits are a number. */
  #isOnlySpaced(at: number, from: number): boolean {
    const { after, to, text } = this.#tokens;
    if (after[at] !== SPACE_UNIT || (to[at] ?? 0) - from === 2) return false;
    const lead = text.charCodeAt(from);
    return lead > ZERO && lead <= NINE;
  }

  #isAsked(at: number): boolean {
    const { count, phonesBefore } = this.#tokens;
    const end = Math.min(at + GROUPS_MAX + WORDS_AFTER, count);
    if (phonesBefore[Math.max(at - WORDS_BEFORE, 0)] !== phonesBefore[end]) return true;
    return at === 0 && count <= GROUPS_MAX;
  }

  #context({ at, last }: Candidate): number {
    const { count, known, phonesBefore } = this.#tokens;
    const first = Math.max(at - WORDS_BEFORE, 0);
    const end = Math.min(last + 1 + WORDS_AFTER, count);
    if (phonesBefore[first] !== phonesBefore[end]) {
      let bits = 0;
      for (let index = first; index < at; index++) bits |= known[index] ?? 0;
      for (let index = last + 1; index < end; index++) bits |= known[index] ?? 0;
      if (bits & PHONE_STRONG) return 0.4;
      if (bits & PHONE_WORD) return 0.25;
    }
    return last - at + 1 === count ? 0.25 : 0;
  }
}

const PHONE = { type: "PHONE_NUMBER", class: "pii" };

/** The first form that it has and that is sure enough; a date has none. */
function fitting(forms: readonly Form[], written: string, least: number): Form | undefined {
  let slice: string | undefined;
  for (const form of forms) {
    if (form.score < least) continue;
    slice ??= plainly(written);
    if (form.shape.test(slice))
      return slice.length <= DATE_CHARS && isDate(slice) ? undefined : form;
  }
  return undefined;
}

function plainly(written: string): string {
  const spaced = written.includes("\u00a0") ? written.replaceAll("\u00a0", " ") : written;
  return spaced.includes("(0)") ? spaced.replace("(0)", "") : spaced;
}

const DATE_CHARS = 10;
const SPACE_UNIT = 32;
const ZERO = 48;
const NINE = 57;
const UNDERSCORE = 95;
const OPEN = 40;
const PLUS = 43;
const DASH = 45;
const SLASH = 47;

/** More of a code stands behind: 12-345 before "-A". */
function isGoingOn(text: string, to: number): boolean {
  const sign = text.charCodeAt(to);
  const next = (sign >= DASH && sign <= SLASH) || sign === UNDERSCORE ? to + 1 : to;
  return next < text.length && (CLASS_OF[text.charCodeAt(next)] ?? 0) === DIGIT;
}

function isDate(slice: string): boolean {
  return /^(?:19|20)\d\d[-./ ]\d{1,2}[-./ ]\d{1,2}$|^\d{1,2}[-./]\d{1,2}[-./](?:19|20)?\d\d$/.test(
    slice,
  );
}

/** A letter, a digit or a sign of codes: no number begins behind it. */
function isGlue(unit: number): boolean {
  return (CLASS_OF[unit] ?? 0) >= DIGIT || unit === UNDERSCORE || (unit >= DASH && unit <= SLASH);
}

function leadOf(text: string, word: number): number {
  let from = word;
  if (from > 0 && text.charCodeAt(from - 1) === OPEN) from--;
  if (from > 0 && text.charCodeAt(from - 1) === PLUS) from--;
  return from;
}

function isBetween(text: string, to: number, from: number): boolean {
  if (from - to === 1) return BETWEEN.includes(text.charAt(to));
  if (from - to > 3) return false;
  return /^[ \u00a0]?[().\-/ \u2011\u2013]?[ (]?$/.test(text.slice(to, from));
}

// Finds identity numbers in a row of words: runs of up to eight words, told apart first by how many
// letters and digits they have, so that few recognisers look at any run.
import { CLASS_OF, DIGIT } from "./alphabet.ts";
import { hashesOf } from "./asked.ts";
import { FUNCTION_WORD, ID_WORD } from "./bits.ts";
import { ASIA } from "./ids/asia.ts";
import { BRITAIN } from "./ids/britain.ts";
import { EUROPE } from "./ids/europe.ts";
import { FINANCE } from "./ids/finance.ts";
import { GERMANY } from "./ids/germany.ts";
import { NORTH } from "./ids/north.ts";
import { NORTH_AMERICA } from "./ids/north-america.ts";
import { SOUTH } from "./ids/south.ts";
import { SCORE_MIN } from "./found.ts";
import type { Found } from "./found.ts";
import type { Recogniser } from "./identifier.ts";
import {
  ables,
  DIGITS_MAX,
  IdTable,
  joinPlace,
  LETTERS_MAX,
  sizeOf,
  WORDS_MAX,
} from "./id-table.ts";
import type { Able } from "./id-table.ts";
import { JOINS } from "./joins.ts";
import { HAS_DIGIT } from "./tokens.ts";
import type { Tokens } from "./tokens.ts";

export const RECOGNISERS: readonly Recogniser[] = [
  ...NORTH_AMERICA,
  ...BRITAIN,
  ...GERMANY,
  ...EUROPE,
  ...NORTH,
  ...ASIA,
  ...SOUTH,
  ...FINANCE,
];

const CHARS_MAX = 48;
/** A word beside it says what it is. */
const BESIDE = 0.4;
/** Nothing else stands in the text: a field of a form or a table, where no word could stand. */
const ALONE = 0.25;
const SURE_SCORE = 0.8;
const WORDS_BEFORE = 8;
const WORDS_AFTER = 6;

const ALL = ables(RECOGNISERS);

const PARTS = Math.ceil(ALL.length / 32);
/** By the hash of a word: which recognisers it stands beside, as bits of all. */
const SPOKEN_OF = new Map<number, Uint32Array>();
for (const { each, at } of ALL)
  for (const hash of each.beside) {
    const kinds = SPOKEN_OF.get(hash) ?? new Uint32Array(PARTS);
    kinds[at >>> 5] = (kinds[at >>> 5] ?? 0) | (1 << (at & 31));
    SPOKEN_OF.set(hash, kinds);
  }

const ANY = new IdTable(ALL, false);
const SURE = new IdTable(ALL, true);

interface Run {
  readonly first: number;
  readonly last: number;
  readonly from: number;
  readonly to: number;
  /** The separators between its words, as bits. */
  readonly joins: number;
  /** A word nearby may say what it is. */
  readonly asked: boolean;
}

export class IdScan {
  readonly #tokens: Tokens;
  readonly #found: Found;
  readonly #spoken = new Uint32Array(PARTS);
  #alone = false;
  /** The last word of what was surely found: no other number begins within. */
  #until = -1;

  constructor(tokens: Tokens, found: Found) {
    this.#tokens = tokens;
    this.#found = found;
  }

  begin(): void {
    this.#alone = isBare(this.#tokens);
    this.#until = -1;
  }

  /** Runs that begin with the word at `first`. */
  at(first: number): void {
    const { from, to, digits, count, text } = this.#tokens;
    const start = from[first] ?? 0;
    if (first <= this.#until || !this.#mayBegin(first) || isGluedBefore(text, start)) return;
    const asked = this.#alone || this.#isAsked(first);
    const table = asked ? ANY : SURE;
    let letters = 0;
    let figures = 0;
    let joins = 0;
    for (let last = first; last < count; last++) {
      const end = to[last] ?? 0;
      const begin = from[last] ?? 0;
      if (last > first) {
        const join = begin - (to[last - 1] ?? 0) === 1 ? joinAt(text, begin - 1) : 0;
        if (join === 0) return;
        joins |= join;
      }
      const more = digits[last] ?? 0;
      figures += more;
      letters += end - begin - more;
      if (letters > LETTERS_MAX || figures > DIGITS_MAX || end - start > CHARS_MAX) return;
      const words = last - first + 1;
      const size = sizeOf(letters, figures);
      if (words > table.words(size)) return;
      const able = table.of(size, words, joinPlace(joins));
      if (able.length > 0) this.#try(able, { first, last, from: start, to: end, joins, asked });
    }
  }

  /** A word nearby may say what this is: else only what needs none is worth a look. */
  #isAsked(first: number): boolean {
    const { idsBefore, count } = this.#tokens;
    const end = Math.min(first + WORDS_MAX + WORDS_AFTER + 1, count);
    return idsBefore[Math.max(first - WORDS_BEFORE, 0)] !== idsBefore[end];
  }

  /** A digit in it, or up to three letters and a digit in one of the next two words. */
  #mayBegin(first: number): boolean {
    const { from, to, shape } = this.#tokens;
    if ((shape[first] ?? 0) & HAS_DIGIT) return true;
    if ((to[first] ?? 0) - (from[first] ?? 0) > 3) return false;
    if ((shape[first + 1] ?? 0) & HAS_DIGIT) return true;
    return ((shape[first + 2] ?? 0) & HAS_DIGIT) !== 0;
  }

  #try(able: readonly Able[], run: Run): void {
    const { text } = this.#tokens;
    const { first, last, from } = run;
    const spoken = run.asked && this.#listen(run);
    const more = this.#alone ? ALONE : 0;
    let slice: string | undefined;
    let compact: string | undefined;
    let to = run.to;
    const lead = last > first ? (this.#tokens.to[first] ?? 0) - from : CHARS_MAX;
    for (const { each, at, joins, first: least } of able) {
      if (lead < least || run.joins & ~joins) continue;
      const beside = spoken && ((this.#spoken[at >>> 5] ?? 0) >>> (at & 31)) & 1;
      const score = (last > first ? each.formatted : each.score) + (beside ? BESIDE : more);
      if (score < SCORE_MIN) continue;
      if (slice === undefined) {
        if (isGluedAfter(text, to)) return;
        if (text.charAt(to) === ")" && text.slice(from, to).includes("(")) to++;
        slice = text.slice(from, to);
      }
      if (!each.shape.test(slice)) continue;
      compact ??= this.#compact(run);
      if (!each.check(compact)) continue;
      const { type, class: of } = each;
      this.#found.add({ from, to, type, class: of, score: Math.min(score, 1) });
      if (score >= SURE_SCORE) this.#until = last;
    }
  }

  /** Letters and digits alone, in upper case. */
  #compact({ first, last, from }: Run): string {
    const { text, to, from: starts } = this.#tokens;
    let compact = text.slice(from, to[first]);
    for (let at = first + 1; at <= last; at++) compact += text.slice(starts[at], to[at]);
    return compact.toUpperCase();
  }

  /** Gathers what the words before and behind the run speak of; false: nothing. */
  #listen({ first, last }: Run): boolean {
    const { idsBefore, count, known, hash } = this.#tokens;
    const start = Math.max(first - WORDS_BEFORE, 0);
    const end = Math.min(last + 1 + WORDS_AFTER, count);
    if (idsBefore[start] === idsBefore[end]) return false;
    this.#spoken.fill(0);
    for (let at = start; at < end; at++) {
      if (at === first) at = last + 1;
      if (at >= end || !((known[at] ?? 0) & ID_WORD)) continue;
      const kinds = SPOKEN_OF.get(hash[at] ?? 0);
      if (!kinds) continue;
      for (let part = 0; part < PARTS; part++)
        this.#spoken[part] = (this.#spoken[part] ?? 0) | (kinds[part] ?? 0);
    }
    return true;
  }
}

const BARE_WORDS = 12;

/** Codes and nothing else. */
function isBare(tokens: Tokens): boolean {
  const { known, count, shape, from, to, start, text, end } = tokens;
  if (count > BARE_WORDS || start > 0 || end < text.length) return false;
  for (let at = 0; at < count; at++)
    if (
      !((shape[at] ?? 0) & HAS_DIGIT) &&
      ((to[at] ?? 0) - (from[at] ?? 0) > 3 ||
        ((known[at] ?? 0) & FUNCTION_WORD && !isBetweenCodes(tokens, at)))
    )
      return false;
  return true;
}

const AND = hashesOf("and or");

/** "and" joins codes, and a single letter is a part of one. */
function isBetweenCodes({ from, to, hash }: Tokens, at: number): boolean {
  return (to[at] ?? 0) - (from[at] ?? 0) === 1 || AND.has(hash[at] ?? 0);
}

/** A look-up by code unit: 1 for each of these signs. */
function signs(of: string): Uint8Array {
  const table = new Uint8Array(0x2020);
  for (const sign of of) table[sign.charCodeAt(0)] = 1;
  return table;
}

/** A separator that a number may have, as its bit: a space, a dash, a dot, a slash, a bracket. */
function joinAt(text: string, at: number): number {
  return JOINS[text.charCodeAt(at)] ?? 0;
}

const GLUE = signs("-./_@+:");
const PLUS = 43;
const COLON = 58;

/** A longer code goes on before it: the end of ABC-123-45 is no number of its own. */
function isGluedBefore(text: string, from: number): boolean {
  if (from === 0) return false;
  const sign = text.charCodeAt(from - 1);
  if (sign === PLUS) return true;
  return GLUE[sign] === 1 && sign !== COLON && isWordAt(text, from - 2);
}

function isGluedAfter(text: string, to: number): boolean {
  return to < text.length && GLUE[text.charCodeAt(to)] === 1 && isWordAt(text, to + 1);
}

function isWordAt(text: string, at: number): boolean {
  return at >= 0 && at < text.length && (CLASS_OF[text.charCodeAt(at)] ?? 0) >= DIGIT;
}

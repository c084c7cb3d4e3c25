// Street addresses: a number beside a street's name, and what belongs to it up to the country.
import * as bit from "./bits.ts";
import type { Found } from "./found.ts";
import { hashesOf } from "./asked.ts";
import { AFTER_SPACE, HAS_DIGIT } from "./tokens.ts";
import type { Tokens } from "./tokens.ts";
import * as word from "./words.ts";

const NAME_WORDS = 6;
const TAIL_WORDS = 16;
const CONTEXT_WORDS = 9;
const NUMBER_CHARS = 6;
/** Ends of street names that are one word: Hauptstraße, Storgatan, Koskikatu. */
const ENDING =
  /(?:stra(?:ß|ss)e|str|gasse|weg|platz|allee|gatan|gata|gate|vägen|veien|vegen|vej|vænget|gade|stræde|katu|tie|kuja|polku|laan|straat|plein|dijk|kade|gracht|braut|götu|utca|út|ova|eva|ská|ského)$/iu;
const NEAR = /^(?:-|'|’|\. ?)$/;
const NEAR_BACK = /^(?:-|\. ?|, ?)$/;
const NEAR_NUMBER = /^, ?$/;
const LANDMARK = hashesOf("corner intersection crossing junction");

interface Span {
  readonly first: number;
  readonly last: number;
  readonly score: number;
}

export class AddressScan {
  readonly #tokens: Tokens;
  readonly #found: Found;
  /** The last word of the address before: none is told twice. */
  #told = -1;

  constructor(tokens: Tokens, found: Found) {
    this.#tokens = tokens;
    this.#found = found;
  }

  begin(): void {
    this.#told = -1;
  }

  /** Addresses whose house number is this word, or that a corner begins. */
  at(at: number): void {
    if (at <= this.#told) return;
    if (this.#isBox(at)) return this.#tell(this.#boxStart(at), this.#tail(at + 1), 0.6);
    if (LANDMARK.has(this.#tokens.hash[at] ?? 0)) return this.#corner(at);
    if (!this.#isNumber(at) || this.#tokens.after[at] === COLON) return;
    const core = this.#numberFirst(at) ?? this.#numberLast(at);
    if (!core || core.score < 0.5) return;
    this.#tell(core.first, this.#tail(core.last), core.score);
  }

  #tell(first: number, last: number, score: number): void {
    const { from, to } = this.#tokens;
    this.#told = last;
    this.#found.add({
      from: from[first] ?? 0,
      to: to[last] ?? 0,
      type: "STREET_ADDRESS",
      class: "pii",
      score,
    });
  }

  /** `P.O. Box 104`, `Suite 282`, `PSC 6293, Box 8158`: with its number and what follows. */
  #isBox(at: number): boolean {
    const tokens = this.#tokens;
    if (!word.isCapital(tokens, at) || !word.has(tokens, at, bit.UNIT)) return false;
    if (!this.#isNumber(at + 1) || !/^\.? #?$/.test(word.gapAfter(tokens, at))) return false;
    return (
      SURE_UNIT.has(tokens.hash[at] ?? 0) || this.#tail(at + 1) > at + 2 || this.#context(at) > 0.2
    );
  }

  /** From the P of `P.O. Box`. */
  #boxStart(at: number): number {
    const { text, from } = this.#tokens;
    const before = text.slice(Math.max((from[at] ?? 0) - 6, 0), from[at]);
    return /(?:^|\W)P\. ?O\. ?$/i.test(before)
      ? at - 2
      : /(?:^|\W)PO $/i.test(before)
        ? at - 1
        : at;
  }

  /** `12 Main Street`, `12B rue de la Paix`; two numbers may stand before a name. */
  #numberFirst(at: number): Span | undefined {
    const tokens = this.#tokens;
    let first = at + 1;
    if (this.#isNumber(first) && this.#isNear(first, NEAR_NUMBER)) first++;
    if (!this.#isStreetWord(first) || !this.#isNear(first, NEAR_NUMBER)) return undefined;
    let last = first;
    let street = this.#streetScore(first);
    while (last - first < NAME_WORDS && this.#goesOn(last)) {
      last++;
      street = Math.max(street, this.#streetScore(last));
    }
    if (this.#isNumber(last + 1) && /^ $/.test(word.gapAfter(tokens, last))) last++;
    const score = street + this.#context(at) + (first === at + 2 ? 0.1 : 0);
    return { first: at, last, score: Math.min(score, 0.9) };
  }

  /** `Hauptstraße 5`, `Via Roma 12`, `Puruntie 82`. */
  #numberLast(at: number): Span | undefined {
    const tokens = this.#tokens;
    let first = at;
    let street = 0;
    while (at - first < NAME_WORDS && this.#goesBack(first)) {
      first--;
      street = Math.max(street, this.#streetScore(first));
    }
    if (first === at) return undefined;
    if (this.#isNumber(first - 1) && /^ $/.test(word.gapBefore(tokens, first))) first--;
    return { first, last: at, score: Math.min(street + this.#context(first), 0.9) };
  }

  #goesOn(at: number): boolean {
    return this.#isStreetWord(at + 1) && this.#isNear(at + 1, NEAR);
  }

  /** Only a space before it, or what the form allows. */
  #isNear(at: number, form: RegExp): boolean {
    const tokens = this.#tokens;
    if ((tokens.shape[at] ?? 0) & AFTER_SPACE) return true;
    return tokens.from[at] !== (tokens.to[at - 1] ?? 0) && form.test(word.gapBefore(tokens, at));
  }

  #goesBack(at: number): boolean {
    return at > 0 && this.#isStreetWord(at - 1) && this.#isNear(at, NEAR_BACK);
  }

  #isNumber(at: number): boolean {
    const { count, shape, digits } = this.#tokens;
    if (at >= count || at < 0 || !((shape[at] ?? 0) & HAS_DIGIT)) return false;
    const letters = word.lengthOf(this.#tokens, at) - (digits[at] ?? 0);
    return (digits[at] ?? 0) < NUMBER_CHARS && letters <= 1;
  }

  /** A word of a street's name: with a capital, or a particle, or a word for street. */
  #isStreetWord(at: number): boolean {
    const tokens = this.#tokens;
    if (at >= tokens.count || at < 0 || (tokens.shape[at] ?? 0) & HAS_DIGIT) return false;
    if (word.has(tokens, at, bit.STREET | bit.STREET_LEAD | bit.PARTICLE)) return true;
    if (word.has(tokens, at, bit.FUNCTION_WORD | bit.MONTH | bit.WEEKDAY | bit.UNIT)) return false;
    if (!word.isCapital(tokens, at)) return this.#streetScore(at) >= 0.5;
    return !word.has(tokens, at, bit.TITLE) || word.lengthOf(tokens, at) < 3;
  }

  /** How surely the word says street. */
  #streetScore(at: number): number {
    const tokens = this.#tokens;
    const capital = word.isCapital(tokens, at);
    if (word.has(tokens, at, bit.STREET | bit.STREET_LEAD)) return capital ? 0.6 : 0.4;
    const length = word.lengthOf(tokens, at);
    if (length > 5 && length < 40) {
      const text = tokens.text.slice(tokens.from[at], tokens.to[at]);
      if (ENDING.test(text) && !word.has(tokens, at, bit.VOCABULARY)) return 0.55;
    }
    if (!capital) return 0;
    if (word.isUnknown(tokens, at)) return 0.3;
    return word.isName(tokens, at) || word.has(tokens, at, bit.PLACE) ? 0.25 : 0.1;
  }

  /** A word for address before it, or a line of its own, or a line below a name. */
  #context(first: number): number {
    const tokens = this.#tokens;
    for (let at = first - 1; at >= Math.max(first - CONTEXT_WORDS, 0); at--)
      if (word.has(tokens, at, bit.ADDRESS)) return 0.3;
    if (first > 0 && word.isLineStart(tokens, first)) return 0.3;
    if (word.has(tokens, first - 1, bit.BEFORE_PLACE)) return 0.15;
    return this.#isUnitBefore(first) ? 0.3 : 0;
  }

  /** `Suite 541 6343 Skogstien 106`. */
  #isUnitBefore(first: number): boolean {
    return this.#isNumber(first - 1) && word.has(this.#tokens, first - 2, bit.UNIT);
  }

  /** Up to where flat, town, region, code and country follow. */
  #tail(from: number): number {
    const tokens = this.#tokens;
    let last = from;
    for (let at = from + 1; at < tokens.count && at - from <= TAIL_WORDS; at++) {
      const gap = word.gapBefore(tokens, at);
      if (!/^[\s,.>()/#-]{0,12}$/.test(gap)) break;
      if (/\n\s*>?\s*\n/.test(gap)) break;
      const kind = this.#tailKind(at, gap);
      if (kind === 0) break;
      if (kind === 2) last = at;
    }
    return last;
  }

  /** 2: belongs to the address; 1: belongs if more of it follows; 0: does not. */
  #tailKind(at: number, gap: string): 0 | 1 | 2 {
    const tokens = this.#tokens;
    const { shape, digits } = tokens;
    const stopped = /\.\s/.test(gap);
    if ((shape[at] ?? 0) & HAS_DIGIT)
      return (digits[at] ?? 0) <= 6 && word.lengthOf(tokens, at) <= 8 ? 2 : 0;
    if (word.has(tokens, at, bit.UNIT | bit.STREET | bit.COUNTRY | bit.REGION)) return 2;
    if (word.has(tokens, at, bit.TITLE) && word.lengthOf(tokens, at) > 2) return 0;
    if (word.has(tokens, at, bit.PARTICLE)) return 1;
    if (!word.isCapital(tokens, at)) return 0;
    if (word.isShouted(tokens, at) && word.lengthOf(tokens, at) === 2) return 2;
    if (word.has(tokens, at, bit.FUNCTION_WORD)) return NEW.has(tokens.hash[at] ?? 0) ? 1 : 0;
    if (stopped && !/\n/.test(gap)) return 0;
    return stopped && word.has(tokens, at, bit.VOCABULARY) ? 0 : 2;
  }

  /** `the corner of Via Nuova 85 and Mill Lane`. */
  #corner(at: number): void {
    const tokens = this.#tokens;
    if (!OF.has(tokens.hash[at + 1] ?? 0)) return;
    let last = at + 1;
    let names = 0;
    for (let on = at + 2; on < tokens.count && on - at < TAIL_WORDS; on++) {
      const gap = word.gapBefore(tokens, on);
      if (!/^[ .,'-]{1,2}$/.test(gap)) break;
      const joins = AND.has(tokens.hash[on] ?? 0);
      if (!joins && !this.#isStreetWord(on) && !this.#isNumber(on)) break;
      if (/\./.test(gap) && !joins && !word.has(tokens, on, bit.STREET) && names > 1) break;
      if (!joins) last = on;
      else names++;
    }
    if (names === 0 || last <= at + 2) return;
    const first = word.has(tokens, at - 1, bit.FUNCTION_WORD) ? at - 1 : at;
    this.#tell(first, last, 0.75);
  }
}

const COLON = 58;
const OF = hashesOf("of");
const NEW = hashesOf("new north south east west upper lower old");
const SURE_UNIT = hashesOf("suite ste apt apartment psc box apo fpo dpo");
const AND = hashesOf("and");

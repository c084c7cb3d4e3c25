// Names of people, places and organisations: words with capitals in a row, judged by the lists they
// stand in, by what stands beside them, and by standing in no dictionary.
import { hashOf } from "./alphabet.ts";
import * as bit from "./bits.ts";
import type { Found } from "./found.ts";
import { hashesOf } from "./asked.ts";
import { lexicon } from "./lexicon.ts";
import type { Tokens } from "./tokens.ts";
import * as word from "./words.ts";

const WORDS_MAX = 7;
const PLACE_BITS = bit.PLACE | bit.COUNTRY | bit.REGION;

interface Run {
  readonly first: number;
  readonly last: number;
}

interface Verdict {
  readonly type: string;
  readonly class: string;
  readonly score: number;
}

const PERSON = { type: "PERSON", class: "pii" };
const PLACE = { type: "LOCATION", class: "quasi" };
const ORGANISATION = { type: "ORGANIZATION", class: "quasi" };
const GROUP = { type: "NRP", class: "quasi" };

export class NameScan {
  readonly #tokens: Tokens;
  readonly #found: Found;
  #english = true;
  #prose = false;

  constructor(tokens: Tokens, found: Found) {
    this.#tokens = tokens;
    this.#found = found;
  }

  all(): void {
    const tokens = this.#tokens;
    this.#english = word.isEnglish(tokens);
    this.#prose = this.#english && word.isProse(tokens);
    for (let at = 0; at < tokens.count; at++) {
      if (!word.isCapital(tokens, at)) {
        at = this.#lower(at);
        continue;
      }
      const last = this.#runEnd(at);
      this.#judge({ first: at, last });
      at = last;
    }
  }

  /** A name without a capital, as people type: only given names that are no word besides. */
  #lower(at: number): number {
    const tokens = this.#tokens;
    if (word.has(tokens, at, bit.NATIONALITY)) this.#tell({ first: at, last: at }, lowGroup());
    if (!this.#prose || !word.has(tokens, at, bit.GIVEN) || word.lengthOf(tokens, at) < 4)
      return at;
    const plain =
      bit.VOCABULARY | bit.FUNCTION_WORD | bit.PARTICLE | bit.TECHNICAL | bit.NATIONALITY;
    if (word.has(tokens, at, plain)) return at;
    const on = at + 1;
    const goesOn =
      word.gapAfter(tokens, at) === " " &&
      !word.has(tokens, on, plain) &&
      (word.isName(tokens, on) || word.isUnknown(tokens, on)) &&
      on < tokens.count;
    const last = goesOn ? on : at;
    this.#tell({ first: at, last }, { ...PERSON, score: goesOn ? 0.6 : 0.5 });
    return last;
  }

  /** The last word of the run of capitals that begins here. */
  #runEnd(first: number): number {
    const tokens = this.#tokens;
    let last = first;
    while (last + 1 < tokens.count && last - first < WORDS_MAX) {
      const next = this.#nextInRun(last);
      if (next === last) break;
      last = next;
    }
    return last;
  }

  #nextInRun(at: number): number {
    const tokens = this.#tokens;
    const gap = word.gapAfter(tokens, at);
    if (word.isCapital(tokens, at + 1)) {
      if (/^(?: {1,2}|-|'|’| ?& ?)$/.test(gap)) return at + 1;
      const short = word.has(tokens, at, bit.TITLE) || word.lengthOf(tokens, at) === 1;
      return short && /^\. ?$/.test(gap) ? at + 1 : at;
    }
    if (gap !== " " || !word.has(tokens, at + 1, bit.PARTICLE)) return at;
    for (let on = at + 2; on <= at + 3 && on < tokens.count; on++) {
      if (!/^[ '’]$/.test(word.gapAfter(tokens, on - 1))) return at;
      if (word.isCapital(tokens, on)) return this.#isLinked(at, on) ? on : at;
      if (!word.has(tokens, on, bit.PARTICLE)) return at;
    }
    return at;
  }

  /** "Anna la Paz" but not "Paris y Madrid": on both sides what could be a name. */
  #isLinked(at: number, on: number): boolean {
    const tokens = this.#tokens;
    const could = (index: number): boolean =>
      word.isName(tokens, index) ||
      word.isUnknown(tokens, index) ||
      word.has(tokens, index, PLACE_BITS);
    return could(at) && could(on);
  }

  #judge(whole: Run): void {
    const tokens = this.#tokens;
    let { first, last } = whole;
    if (this.#tell(whole, this.#organisation(whole))) return;
    if (!this.#english) while (first < last && word.has(tokens, first, bit.PARTICLE)) first++;
    while (first < last && this.#isPlain(first) && !word.has(tokens, first, bit.TITLE)) first++;
    while (last > first && this.#isPlain(last)) last--;
    const run = { first, last };
    for (let at = first + 1; at < last; at++)
      if (this.#isPlain(at)) {
        this.#judge({ first, last: at - 1 });
        this.#judge({ first: at + 1, last });
        return;
      }
    const verdict =
      this.#organisation(run) ?? this.#titled(run) ?? this.#place(run) ?? this.#person(run);
    this.#tell(run, verdict);
  }

  /** An ordinary word that happens to have a capital: "The", "Billing". */
  #isPlain(at: number): boolean {
    const tokens = this.#tokens;
    if (word.lengthOf(tokens, at) === 1) return false;
    if (word.has(tokens, at, bit.FUNCTION_WORD)) return true;
    if (
      word.has(tokens, at, bit.TECHNICAL | bit.MONTH | bit.WEEKDAY) &&
      !word.has(tokens, at, bit.GIVEN)
    )
      return true;
    return (
      word.has(tokens, at, bit.VOCABULARY) &&
      !word.isName(tokens, at) &&
      !word.has(tokens, at, PLACE_BITS | bit.NATIONALITY)
    );
  }

  #organisation({ first, last }: Run): Verdict | undefined {
    const tokens = this.#tokens;
    if (last > first && word.has(tokens, last, bit.COMPANY))
      return { ...ORGANISATION, score: 0.75 };
    if (last === first) return undefined;
    for (let at = first; at <= last; at++)
      if (word.has(tokens, at, bit.INSTITUTION) && !word.has(tokens, first, bit.FUNCTION_WORD))
        return (word.isOpening(tokens, first) || word.isShouted(tokens, at)) &&
          this.#allPlain({ first, last })
          ? undefined
          : { ...ORGANISATION, score: 0.6 };
    return undefined;
  }

  #allPlain({ first, last }: Run): boolean {
    const tokens = this.#tokens;
    for (let at = first; at <= last; at++)
      if (!this.#isPlain(at) && word.lengthOf(tokens, at) > 1) return false;
    return true;
  }

  /** "Mr. May", "Dr Who": whatever follows is a name. */
  #titled({ first, last }: Run): Verdict | undefined {
    const tokens = this.#tokens;
    if (!word.has(tokens, first, bit.TITLE) || last === first) return undefined;
    if (word.has(tokens, first + 1, bit.FUNCTION_WORD)) return undefined;
    return { ...PERSON, score: 0.85 };
  }

  #place(run: Run): Verdict | undefined {
    const tokens = this.#tokens;
    const { first, last } = run;
    const known =
      first === last
        ? (tokens.known[first] ?? 0)
        : lexicon().of(hashOf(tokens.text, tokens.from[first], tokens.to[last]));
    if (known & bit.NATIONALITY) return { ...GROUP, score: 0.6 };
    if (known & (bit.COUNTRY | bit.REGION)) return { ...PLACE, score: 0.65 };
    if (!(known & bit.PLACE)) return undefined;
    const led = word.has(tokens, first - 1, bit.BEFORE_PLACE);
    if (known & (bit.GIVEN | bit.SURNAME) && !led) return undefined;
    if (known & bit.VOCABULARY && !led) return undefined;
    return { ...PLACE, score: led ? 0.7 : 0.6 };
  }

  #person(run: Run): Verdict | undefined {
    const tokens = this.#tokens;
    const { first, last } = run;
    let named = 0;
    let unknown = 0;
    let common = 0;
    for (let at = first; at <= last; at++) {
      if (this.#isAbbreviation(at)) continue;
      if (word.isName(tokens, at)) {
        if (word.has(tokens, at, bit.VOCABULARY)) common++;
        else named++;
      } else if (word.isUnknown(tokens, at) && !this.#isCoined(at)) unknown++;
    }
    const by = this.#beside(run);
    if (first === last) return this.#single(first, { named, unknown, common, by });
    if (named > 0) return this.#kind(run, 0.8 + by);
    if (word.isShouted(tokens, first) && by <= 0) return undefined;
    if (unknown > 0 && (common > 0 || this.#english)) return this.#kind(run, 0.6 + by);
    return common > 1 && word.has(tokens, first, bit.GIVEN)
      ? { ...PERSON, score: 0.6 + by }
      : undefined;
  }

  /** One word alone needs more: what is an ordinary word besides must be led to or followed. */
  #single(
    at: number,
    { named, unknown, common, by }: Record<"named" | "unknown" | "common" | "by", number>,
  ): Verdict | undefined {
    const tokens = this.#tokens;
    const run = { first: at, last: at };
    if (word.has(tokens, at, bit.TECHNICAL | bit.MONTH | bit.WEEKDAY)) return undefined;
    if (word.isShouted(tokens, at) && by <= 0) return undefined;
    if (word.has(tokens, at, bit.PROPER) && !word.isName(tokens, at))
      return word.has(tokens, at - 1, bit.BEFORE_PLACE) ? { ...PLACE, score: 0.55 } : undefined;
    const sure = this.#english || by > 0 || word.has(tokens, at, bit.GIVEN);
    if (named > 0) return sure ? this.#kind(run, 0.6 + by) : undefined;
    if (unknown > 0 && this.#english) return this.#kind(run, 0.5 + by);
    if (common > 0 && by > 0 && !word.isOpening(tokens, at)) return { ...PERSON, score: 0.4 + by };
    return undefined;
  }

  /** Up to five capitals that are no given name: RTF, IBAN. */
  #isAbbreviation(at: number): boolean {
    const tokens = this.#tokens;
    return (
      word.isShouted(tokens, at) &&
      word.lengthOf(tokens, at) < 6 &&
      !word.has(tokens, at, bit.GIVEN)
    );
  }

  /** What stands beside raises it; the beginning of a sentence and capitals throughout lower it. */
  #beside({ first, last }: Run): number {
    const tokens = this.#tokens;
    const before = word.gapBefore(tokens, first);
    if (/^ ?$|: *$/.test(before)) {
      if (word.has(tokens, first - 1, bit.BEFORE_PERSON | bit.ROLE)) return 0.15;
      if (word.has(tokens, first - 1, bit.BEFORE_PLACE)) return 0.1;
    }
    if (this.#isListed(first, last)) return 0.15;
    if (word.has(tokens, first - 1, bit.PERSON_VERB) && before === " ") return 0.1;
    if (word.has(tokens, last + 1, bit.PERSON_VERB) && word.gapAfter(tokens, last) === " ")
      return 0.15;
    if (word.isLineStart(tokens, first) && word.isLineEnd(tokens, last)) return 0.05;
    return word.isOpening(tokens, first) && first === last ? -0.05 : 0;
  }

  /** Another name stands beside it: "Dale and White", "White, Willis". */
  #isListed(first: number, last: number): boolean {
    const tokens = this.#tokens;
    const after = word.gapAfter(tokens, last);
    if (/^, ?$/.test(after) && this.#isSureName(last + 1)) return true;
    if (/^, ?$/.test(word.gapBefore(tokens, first)) && this.#isSureName(first - 1)) return true;
    if (AND.has(tokens.hash[last + 1] ?? 0) && after === " " && this.#isSureName(last + 2))
      return true;
    return AND.has(tokens.hash[first - 1] ?? 0) && this.#isSureName(first - 2);
  }

  #isSureName(at: number): boolean {
    const tokens = this.#tokens;
    if (at < 0 || at >= tokens.count || !word.isCapital(tokens, at)) return false;
    if (word.has(tokens, at, bit.VOCABULARY | bit.PROPER) && !word.has(tokens, at, bit.GIVEN))
      return false;
    return word.isName(tokens, at) || (word.isUnknown(tokens, at) && !this.#isCoined(at));
  }

  /** A person unless what is before says otherwise. */
  #kind({ first }: Run, score: number): Verdict {
    const tokens = this.#tokens;
    if (word.has(tokens, first - 1, bit.BEFORE_PLACE) && /^ ?$/.test(word.gapBefore(tokens, first)))
      return { ...PLACE, score };
    return { ...PERSON, score };
  }

  /** An abbreviation or a name of a product: NATO, PostgreSQL. */
  #isCoined(at: number): boolean {
    const { text, from, to } = this.#tokens;
    const length = word.lengthOf(this.#tokens, at);
    if (word.isShouted(this.#tokens, at)) return length < 6;
    return /\p{Ll}\p{Lu}|\p{Lu}{2}/u.test(
      text.slice(from[at] ?? 0, Math.min(to[at] ?? 0, (from[at] ?? 0) + 40)),
    );
  }

  #tell({ first, last }: Run, verdict: Verdict | undefined): boolean {
    if (!verdict) return false;
    const { from, to } = this.#tokens;
    const score = Math.min(verdict.score, 0.95);
    this.#found.add({ ...verdict, score, from: from[first] ?? 0, to: to[last] ?? 0 });
    return true;
  }
}

const AND = hashesOf("and und et y e &");

function lowGroup(): Verdict {
  return { ...GROUP, score: 0.55 };
}

// The placeholders of one run, or of one errand without a run: issued on the way out, and what they stand
// for put back on the way in. Nothing is stored: the key makes the same ones again.
import type { Json, JsonObject } from "../../lib/json.ts";
import {
  digitsOf,
  isExact,
  makePlaceholder,
  NUMBER_LENGTH,
  numbersIn,
  openFrom,
  placeholdersIn,
  readyKey,
  shapeOf,
  wordOf,
  type Like,
  type Shape,
} from "./placeholder.ts";

/** What a person reads where something was that stands for nothing they may see. */
export const WITHHELD = "[withheld]";

/** The same in a call's arguments: the call is refused for it, and the model told why. */
const STRAY = "STEAD_WITHHELD_0";

/** Whether something stands in a call's arguments that stands for no value. */
export function hasStray(given: JsonObject): boolean {
  const text = JSON.stringify(given);
  return placeholdersIn(text).length > 0;
}

/** What a person wrote that looks like a placeholder stands for itself. */
export const TYPED = "typed";

export interface Restored {
  readonly text: string;
  /** Placeholders that stand for nothing here: mangled or made up. */
  readonly withheld: number;
}

export interface Scope {
  /** The groups of the person it is for, as they are now; undefined: for nobody in particular. */
  readonly groups: (() => readonly string[]) | undefined;
}

/** Beyond this the oldest are forgotten, and read as withheld. */
const ISSUED_MAX = 200_000;
const HEAD_DIGITS = 8;

export class Placeholders implements Scope {
  readonly groups: (() => readonly string[]) | undefined;
  readonly #key: Uint8Array;
  #readyKey: ReturnType<typeof readyKey> | undefined;
  /** By placeholder; of numbers by their digits alone. */
  #values = new Map<string, string>();
  #numbers = new Map<string, string>();
  /** How each of the numbers begins: one that begins so and is none of them was mangled. */
  #heads = new Set<string>();
  /** Numbers issued ever: one that comes by another way is not ours. */
  readonly #everNumbers = new Set<string>();
  /** Of classes that placeholders were issued for, as they stand in these. */
  #words: readonly string[] = [];
  #active = false;

  constructor(key: Uint8Array, groups?: () => readonly string[]) {
    this.#key = key;
    this.groups = groups;
  }

  /** True once something went out through it with placeholders in force. */
  get active(): boolean {
    return this.#active;
  }

  /** A new request holds all that its answer may speak of: what it does not is no longer restored. */
  renew(): void {
    this.#values = new Map();
    this.#numbers = new Map();
    this.#heads = new Set();
    this.#active = false;
  }

  activate(): void {
    this.#active = true;
  }

  issue(value: string, dataClass: string, shape: Shape = shapeOf(value)): string {
    this.#readyKey ??= readyKey(this.#key);
    const key = this.#readyKey;
    const word = wordOf(dataClass);
    if (!this.#words.includes(word)) this.#words = [...this.#words, word].toSorted();
    for (let round = 0; ; round++) {
      const made = makePlaceholder(key, { value, class: dataClass, shape }, round);
      const isNumber = shape === "number" || shape === "phone";
      const values = isNumber ? this.#numbers : this.#values;
      const name = isNumber ? digitsOf(made) : made;
      const known = values.get(name);
      if (known !== undefined && known !== value) continue;
      if (known === undefined && values.size >= ISSUED_MAX) forgetFirst(values);
      values.set(name, value);
      if (isNumber) {
        this.#heads.add(name.slice(0, HEAD_DIGITS));
        this.#everNumbers.add(name);
      }
      return made;
    }
  }

  /** What stands in a text about to leave as if it were one of ours: it was not put there by us. */
  foreignIn(text: string): Like[] {
    const letters = placeholdersIn(text, this.#words);
    if (this.#everNumbers.size === 0) return letters;
    const numbers = numbersIn(text).filter((like) => this.#everNumbers.has(digitsOf(like.text)));
    return numbers.length === 0 ? letters : [...letters, ...numbers];
  }

  restore(text: string, instead = WITHHELD): Restored {
    if (!this.#active) return { text, withheld: 0 };
    const found = [
      ...placeholdersIn(text, this.#words),
      ...(this.#numbers.size > 0 ? numbersIn(text) : []),
    ];
    let withheld = 0;
    const restored = replaced(text, found, (like) => {
      const meant = this.#meant(like);
      if (meant === null) withheld++;
      return meant === null ? instead : meant?.whole;
    });
    return { text: restored, withheld };
  }

  /** Of what a system beside us tells: what it was given comes back, all else is its own. */
  restoreOwn(text: string): string {
    if (!this.#active) return text;
    const found = [
      ...placeholdersIn(text, this.#words),
      ...(this.#numbers.size > 0 ? numbersIn(text) : []),
    ];
    return replaced(text, found, (like) => this.#meant(like)?.whole);
  }

  /** Nothing is put back, and nothing that looks like one is left. */
  withhold(text: string): string {
    const found = [
      ...placeholdersIn(text, this.#words),
      ...(this.#numbers.size > 0 ? numbersIn(text) : []),
    ];
    return replaced(text, found, (like) =>
      this.#meant(like) === undefined ? undefined : WITHHELD,
    );
  }

  /** Null: it stands for nothing here. Undefined: it is no placeholder at all. */
  #meant({ text }: Like): { whole: string } | null | undefined {
    if (/^\+?9/.test(text)) return this.#meantNumber(text);
    const value = this.#values.get(text);
    if (value !== undefined) return { whole: value };
    // Whole, with something behind it that does not belong to it.
    const head = /^STEAD_[A-Z]+_[0-9A-Z]{12}/.exec(text)?.[0] ?? "";
    const known = isExact(head) ? this.#values.get(head) : undefined;
    return known === undefined ? null : { whole: known + text.slice(head.length) };
  }

  #meantNumber(text: string): { whole: string } | null | undefined {
    const digits = digitsOf(text);
    const value = this.#numbers.get(digits);
    if (value !== undefined) return { whole: value };
    const isMangled = this.#heads.has(digits.slice(0, HEAD_DIGITS));
    return isMangled || digits.length === NUMBER_LENGTH ? null : undefined;
  }

  /**
   * Every text within, keys included; a number for a number that stands for one. What stands for nothing
   * is withheld, or marked so that whoever is about to use it sees that it can't be.
   */
  restoreJson(value: Json, how?: "mark"): { value: Json; withheld: number } {
    if (!this.#active) return { value, withheld: 0 };
    const instead = how === "mark" ? STRAY : WITHHELD;
    let withheld = 0;
    const walk = (each: Json): Json => {
      if (typeof each === "string") {
        const restored = this.restore(each, instead);
        withheld += restored.withheld;
        return restored.text;
      }
      if (typeof each === "number") return this.#restoreNumber(each);
      if (typeof each !== "object" || each === null) return each;
      if (isList(each)) return each.map(walk);
      return Object.fromEntries(
        Object.entries(each).map(([name, inner]) => [
          this.restore(name, instead).text,
          walk(inner),
        ]),
      );
    };
    return { value: walk(value), withheld };
  }

  #restoreNumber(given: number): Json {
    const value = this.#numbers.get(String(given));
    if (value === undefined) return given;
    const number = Number(value);
    return String(number) === value ? number : value;
  }

  /** The same over a text that comes in pieces: each piece is given on as soon as it can be. */
  restorer(): Restorer {
    return new Restorer(this);
  }
}

/** Each like that `by` has something for; of two over each other, the first. */
function replaced(
  text: string,
  found: readonly Like[],
  by: (like: Like) => string | undefined,
): string {
  if (found.length === 0) return text;
  let out = "";
  let at = 0;
  for (const like of found.toSorted((a, b) => a.from - b.from)) {
    const now = like.from < at ? undefined : by(like);
    if (now === undefined) continue;
    out += text.slice(at, like.from) + now;
    at = like.to;
  }
  return out + text.slice(at);
}

function isList(value: object): value is readonly Json[] {
  return Array.isArray(value);
}

function forgetFirst(values: Map<string, string>): void {
  for (const name of values.keys()) {
    values.delete(name);
    return;
  }
}

export class Restorer {
  readonly #placeholders: Placeholders;
  #kept = "";
  withheld = 0;

  constructor(placeholders: Placeholders) {
    this.#placeholders = placeholders;
  }

  push(text: string): string {
    if (!this.#placeholders.active) return text;
    const all = this.#kept + text;
    const at = openFrom(all);
    this.#kept = all.slice(at);
    return this.#give(all.slice(0, at));
  }

  end(): string {
    const kept = this.#kept;
    this.#kept = "";
    return this.#give(kept);
  }

  #give(text: string): string {
    const { text: given, withheld } = this.#placeholders.restore(text);
    this.withheld += withheld;
    return given;
  }
}

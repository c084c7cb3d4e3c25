// Values of a closed set, and yes or no, by the words of the text.
import type { Json } from "../../lib/json.ts";
import { listOf } from "../wire/json-view.ts";
import type { Filler } from "./fill.ts";
import type { Param } from "./tool-kind.ts";
import { contentWords, rawWords, stem } from "./words.ts";

const ALIKE = [
  "high urgent critical important asap severe emergency",
  "low minor trivial whenever",
  "medium normal moderate",
  "sick ill illness sickness unwell medical",
  "vacation holiday annual pto",
].map((line) => new Set(line.split(" ").map(stem)));

export function choiceIn(param: Param, filler: Filler): Json | undefined {
  if (param.schema["const"] !== undefined) return param.schema["const"];
  const values = valuesOf(param);
  const words = wordsOf(filler);
  const [whole] = named(values, words).toSorted((a, b) => sizeOf(b) - sizeOf(a));
  if (whole !== undefined) {
    consume(String(whole), param, filler);
    return whole;
  }
  return values.find((value) => {
    const own = rawWords(String(value)).map(stem);
    return ALIKE.some((group) => own.some((word) => group.has(word)) && overlaps(group, words));
  });
}

/** All of a closed set that the text names. */
export function choicesIn(param: Param, filler: Filler): Json[] {
  return named(valuesOf(param), wordsOf(filler));
}

function valuesOf(param: Param): (string | number)[] {
  return listOf(param.schema, "enum").filter(
    (value) => typeof value === "string" || typeof value === "number",
  );
}

function named(values: readonly (string | number)[], words: ReadonlySet<string>) {
  return values.filter((value) => {
    const own = rawWords(String(value)).map(stem);
    return own.length > 0 && own.every((word) => words.has(word));
  });
}

function sizeOf(value: string | number): number {
  return rawWords(String(value)).length;
}

/** "Open a ticket" chooses no state `open`: the command's own verb is none of the values. */
function wordsOf({ said: { text }, known, command }: Filler): ReadonlySet<string> {
  const words = rawWords(text).map(stem);
  const [first = ""] = contentWords(text).map(stem);
  const at = known.acts && command.has(first) ? words.indexOf(first) : -1;
  return new Set(words.filter((_, i) => i !== at).flatMap((word) => [word, ...shortOf(word)]));
}

const CALENDAR =
  /^(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|june|july|august|september|october|november|december)$/;

/** "monday" for `mon`. */
function shortOf(word: string): string[] {
  return CALENDAR.test(word) ? [word.slice(0, 3)] : [];
}

function overlaps(group: ReadonlySet<string>, words: ReadonlySet<string>): boolean {
  for (const word of words) if (group.has(word)) return true;
  return false;
}

/** "with high priority" is said and done: no free text repeats it. */
function consume(value: string, param: Param, filler: Filler): void {
  const name = rawWords(param.name).join("[ _-]?");
  const said = rawWords(value).join("[ _-]?");
  const around = `(?:\\b(?:with|at|as|of) )?(?:\\b${name} )?(?:is |: ?)?\\b${said}\\w{0,3}\\b(?: ${name}\\b)?`;
  const match = new RegExp(around, "i").exec(filler.said.text);
  if (match && param.words.length > 0 && !/^(type|category|kind)$/.test(param.name))
    filler.used.add({ start: match.index, end: match.index + match[0].length });
}

export function switchIn(param: Param, { said }: Filler): boolean | undefined {
  const words = rawWords(said.text);
  const at = words.findIndex((word) => {
    const root = stem(word);
    return param.words.includes(root) && root.length > 2;
  });
  if (at < 0) return undefined;
  const before = words.slice(Math.max(0, at - 3), at);
  return !before.some((word) => /^(no|not|without|don't|dont|never|isn't)$/.test(word));
}

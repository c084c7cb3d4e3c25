// Values of a closed set, and yes or no, by the words of the text.
import type { Json } from "../../lib/json.ts";
import { listOf } from "../wire/json-view.ts";
import type { Filler } from "./fill.ts";
import type { Param } from "./tool-kind.ts";
import { rawWords, stem } from "./words.ts";

const ALIKE = [
  "high urgent critical important asap severe emergency",
  "low minor trivial whenever",
  "medium normal moderate",
  "sick ill illness sickness unwell medical",
  "vacation holiday annual pto",
].map((line) => new Set(line.split(" ").map(stem)));

export function choiceIn(param: Param, filler: Filler): Json | undefined {
  if (param.schema["const"] !== undefined) return param.schema["const"];
  const text = filler.said.text;
  const words = new Set(rawWords(text).map(stem));
  const values = listOf(param.schema, "enum").filter(
    (value) => typeof value === "string" || typeof value === "number",
  );
  const whole = values
    .map((value) => ({ value, own: rawWords(String(value)).map(stem) }))
    .filter(({ own }) => own.length > 0 && own.every((word) => words.has(word)))
    .toSorted((a, b) => b.own.length - a.own.length)[0];
  if (whole) {
    consume(String(whole.value), param, filler);
    return whole.value;
  }
  return values.find((value) => {
    const own = rawWords(String(value)).map(stem);
    return ALIKE.some((group) => own.some((word) => group.has(word)) && overlaps(group, words));
  });
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

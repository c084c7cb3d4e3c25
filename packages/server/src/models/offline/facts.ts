// What earlier results say: values with the names that they stand under, from JSON or plain text.
import type { Json } from "../../lib/json.ts";
import { isList, isView, parseJson } from "../wire/json-view.ts";
import { entitiesIn } from "./entities.ts";
import { rawWords, stem } from "./words.ts";

export interface Fact {
  /** Words of the field's name, stemmed. */
  readonly words: readonly string[];
  readonly name: string;
  readonly value: string | number | boolean;
  /** Which thing of the result it belongs to: fields of one object share it. */
  readonly thing: string;
  /** Nouns of the tool whose result it is. */
  readonly nouns: readonly string[];
  /** The look-up asked for something in particular, so that its first find is the nearest. */
  readonly narrowed?: boolean;
}

const FACTS_MAX = 2000;
const DEPTH_MAX = 6;

export function factsIn(text: string, nouns: readonly string[]): Fact[] {
  const facts: Fact[] = [];
  const whole = parseJson(text.trim());
  if (whole !== undefined && typeof whole === "object")
    walk(whole, { facts, nouns, thing: "0", depth: 0 });
  else
    for (const [i, line] of text.split("\n").entries()) {
      const parsed = /^\s*[[{]/.test(line) ? parseJson(line.trim()) : undefined;
      if (parsed !== undefined) walk(parsed, { facts, nouns, thing: String(i), depth: 0 });
      else plainLine(line, { facts, nouns, thing: `line ${i}` });
    }
  return facts.slice(0, FACTS_MAX);
}

interface Into {
  readonly facts: Fact[];
  readonly nouns: readonly string[];
  readonly thing: string;
}

function walk(value: Json, into: Into & { readonly depth: number }): void {
  const { facts, nouns, thing, depth } = into;
  if (depth > DEPTH_MAX || facts.length >= FACTS_MAX) return;
  if (isList(value)) {
    for (const [i, item] of value.entries())
      walk(item, { ...into, thing: `${thing}.${i}`, depth: depth + 1 });
    return;
  }
  if (!isView(value)) return;
  for (const [name, item] of Object.entries(value))
    if (typeof item === "string" || typeof item === "number" || typeof item === "boolean")
      facts.push({ words: rawWords(name).map(stem), name, value: item, thing, nouns });
    else if (isList(item)) {
      const own = rawWords(name).map(stem);
      walk(item, { ...into, nouns: own, thing: `${thing}.${name}`, depth: depth + 1 });
    } else walk(item, { ...into, depth: depth + 1 });
}

/** Ids, and "name: value" pairs parted by commas or semicolons. */
function plainLine(line: string, { facts, nouns, thing }: Into): void {
  for (const { kind, text } of entitiesIn(line, undefined))
    if (kind === "id") facts.push({ words: ["id"], name: "id", value: text, thing, nouns });
  for (const match of line.matchAll(/([\p{L}][\p{L} _-]{0,40}?)\s*[:=]\s*([^,;|]{1,200})/gu)) {
    const name = (match[1] ?? "").trim();
    const written = (match[2] ?? "").trim();
    const value = /^-?\d+(\.\d+)?$/.test(written) ? Number(written) : written;
    facts.push({ words: rawWords(name).map(stem), name, value, thing, nouns });
  }
}

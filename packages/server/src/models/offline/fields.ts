// Fields of a result or of a call in plain words: "total 120.50 EUR" for totalCents 12050.
import type { Json } from "../../lib/json.ts";
import { isList, isView } from "../wire/json-view.ts";
import { isMoney, moneyScale } from "./quantities.ts";
import { rawWords, stem } from "./words.ts";

export interface Field {
  readonly label: string;
  readonly value: string;
  readonly raw: string | number | boolean;
}

/** One thing of a result: its own fields, and the lists that hang on it. */
export interface Thing {
  readonly fields: readonly Field[];
  readonly lists: readonly { readonly label: string; readonly things: readonly Thing[] }[];
}

const DEPTH_MAX = 5;
const ITEMS_MAX = 50;
const VALUE_CHARS_MAX = 300;
const UNITS = /^(cents?|micros?)$/;

export function labelOf(name: string): string {
  const words = rawWords(name).map((word) => (word === "no" || word === "nr" ? "number" : word));
  const plain = words.length > 1 ? words.filter((word) => !UNITS.test(word)) : words;
  return (plain.length > 0 ? plain : words).join(" ");
}

/** As a thing: an object's fields, those of the objects in it, and its lists. */
export function thingOf(value: Json | undefined, depth = 0): Thing {
  if (!isView(value) || depth > DEPTH_MAX)
    return isScalar(value) ? { fields: [field("", value, {})], lists: [] } : NOTHING;
  const fields: Field[] = [];
  const lists: Thing["lists"][number][] = [];
  for (const [name, item] of Object.entries(value)) {
    const label = labelOf(name);
    if (isScalar(item)) {
      if (!isCurrencyOfAnother(name, value)) fields.push(field(name, item, value));
    } else if (isList(item)) {
      const things = item.slice(0, ITEMS_MAX).map((each) => thingOf(each, depth + 1));
      if (item.length > 0 && item.every(isScalar))
        fields.push({ label, value: joinWords(item.map(String)), raw: item.join(" ") });
      else lists.push({ label, things });
    } else {
      const inner = thingOf(item, depth + 1);
      const only =
        inner.fields.length === 1 && isMoney(rawWords(inner.fields[0]?.label ?? "").map(stem));
      for (const each of inner.fields)
        fields.push({ ...each, label: only ? label : `${label} ${each.label}`.trim() });
      lists.push(...inner.lists);
    }
  }
  return { fields, lists };
}

const NOTHING: Thing = { fields: [], lists: [] };

export function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function field(
  name: string,
  raw: string | number | boolean,
  around: { [key: string]: Json },
): Field {
  return { label: labelOf(name), value: shown(name, raw, around), raw };
}

function isCurrencyOfAnother(name: string, around: { [key: string]: Json }): boolean {
  return (
    /^currency(_?code)?$/i.test(name) &&
    Object.keys(around).some((other) => isMoney(rawWords(other).map(stem)))
  );
}

function shown(
  name: string,
  raw: string | number | boolean,
  around: { [key: string]: Json },
): string {
  if (typeof raw === "boolean") return raw ? "yes" : "no";
  const words = rawWords(name).map(stem);
  const amount = Number(raw);
  if (isMoney(words) && Number.isFinite(amount) && raw !== "") {
    const currency = around["currency"] ?? around["currencyCode"] ?? around["currency_code"];
    const scale = moneyScale(words);
    const told =
      scale > 1 || typeof currency === "string" ? (amount / scale).toFixed(2) : String(raw);
    return typeof currency === "string" ? `${told} ${currency}` : told;
  }
  const isRef = /(?:id|key|by|person|user)$/i.test(name);
  if (!isRef && /^[a-z]+(?:_[a-z]+)+$/.test(String(raw))) return String(raw).replaceAll("_", " ");
  const moment = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})/.exec(String(raw));
  if (moment) return `${moment[1]} ${moment[2]}`;
  return String(raw).replace(/\s+/g, " ").trim().slice(0, VALUE_CHARS_MAX);
}

/** "a, b and c". */
export function joinWords(parts: readonly string[], word = "and"): string {
  if (parts.length < 2) return parts.join("");
  return `${parts.slice(0, -1).join(", ")} ${word} ${parts.at(-1)}`;
}

// Amounts as people and machines write them, to one decimal form.
import type { Json } from "../../lib/json.ts";

const NUMBER = /(?<![\p{L}\p{N}_.,])[+-]?\d[\d.,' \u00a0\u202f]{0,30}(?![\p{L}_])/gu;
const SIGNS = /^[\p{Sc}\s]*(?:[A-Z]{3}\s)?|(?:\s?[A-Z]{3})?[\p{Sc}\s]*$/gu;

/** Forms of an argument: as it is written, and in what people write when a unit is a part of that. */
export function amountForms(value: Json, scale: number): string[] {
  if (typeof value === "number") {
    const own = decimal(value);
    return scale === 1 ? own : [...decimal(value / scale), ...own.map((form) => `unit:${form}`)];
  }
  if (typeof value !== "string") return [];
  const forms = amountReadings(value.normalize("NFKC"));
  return scale === 1 ? forms : forms.flatMap((form) => amountForms(Number(form), scale));
}

/** Of a text that is one number, with or without a currency. */
export function amountReadings(text: string): string[] {
  return readings(text.trim().replaceAll(SIGNS, "").trim());
}

/** Every number in a text, in each way that it can be read. */
export function amountsIn(text: string): string[] {
  return readAmountsIn(text).flat();
}

/** The same, by number. */
export function readAmountsIn(text: string): string[][] {
  const all: string[][] = [];
  for (const [match] of text.matchAll(NUMBER)) {
    all.push(readings(match.replace(/[.,' \u00a0\u202f]+$/u, "")));
    // "12 34": two numbers as well as one.
    const apart = match.split(/[ \u00a0\u202f]+/).filter(Boolean);
    if (apart.length > 1) for (const each of apart) all.push(readings(trimmed(each)));
  }
  return all;
}

function trimmed(text: string): string {
  return text.replace(/[.,']+$/, "");
}

/** "1,200" is 1200 and, where a comma begins the decimals, 1.2. */
function readings(text: string): string[] {
  if (!/^[+-]?\d[\d.,' \u00a0\u202f]*$/u.test(text) || !/\d$/.test(text)) return [];
  const plain = text.replaceAll(/[' \u00a0\u202f]/gu, "");
  const marks = plain.match(/[.,]/g) ?? [];
  if (marks.length === 0) return decimal(Number(plain));
  const forms = new Set<string>();
  for (const point of [".", ","]) {
    const other = point === "." ? "," : ".";
    const parts = plain.split(point);
    if (parts.length > 2) continue;
    const [ahead = "", behind] = parts;
    if (behind?.includes(other) || !isGrouped(ahead, other)) continue;
    for (const form of decimal(Number(`${ahead.replaceAll(other, "")}.${behind ?? "0"}`)))
      forms.add(form);
  }
  return [...forms];
}

function isGrouped(text: string, mark: string): boolean {
  const [first = "", ...groups] = text.split(mark);
  return (
    groups.length === 0 || (/^[+-]?\d{1,3}$/.test(first) && groups.every((g) => g.length === 3))
  );
}

/** Without an exponent, an ending zero or a plus; none for what is no number. */
function decimal(value: number): string[] {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e15) return [];
  const text = value.toFixed(6).replace(/\.?0+$/, "");
  return [text === "-0" ? "0" : text];
}

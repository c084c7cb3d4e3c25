// Amounts of money, durations and counts in the unit that a parameter wants.
import type { Entity } from "./entities.ts";
import type { Filler } from "./fill.ts";
import { kindOf } from "./param-kind.ts";
import type { Param } from "./tool-kind.ts";
import { rawWords, stem } from "./words.ts";

const MONEY = new Set(
  "cent micro amount price total cost fee sum balance value refund salary charge"
    .split(" ")
    .map(stem),
);

export function isMoney(words: readonly string[]): boolean {
  return words.some((word) => MONEY.has(word));
}

/** How many of the parameter's units make one of the currency. */
export function moneyScale(words: readonly string[], description = ""): number {
  if (words.includes("cent") || /\bin (\w+ )?cents\b/i.test(description)) return 100;
  if (words.includes("micro") || /\bin (\w+ )?micros\b/i.test(description)) return 1_000_000;
  return 1;
}

export function moneyFor(param: Param, filler: Filler): number | string | undefined {
  const found = filler.take(({ kind }) => kind === "money") ?? bareAmount(param, filler);
  if (!found) return undefined;
  const scale = moneyScale(param.words, param.description);
  return typed(param, found.number * scale);
}

/** "pay 250": a number that counts nothing, where only one parameter takes a number. */
function bareAmount(param: Param, filler: Filler): Entity | undefined {
  const numbers = filler.known.params.filter((other) =>
    ["money", "number", "duration"].includes(kindOf(other)),
  );
  if (!param.required || numbers.length > 1) return undefined;
  return filler.take(({ kind, unit }) => kind === "number" && unit === "");
}

const CODES: Readonly<Record<string, string>> = {
  $: "USD",
  "€": "EUR",
  "£": "GBP",
  "¥": "JPY",
  dollar: "USD",
  buck: "USD",
  euro: "EUR",
  pound: "GBP",
  franc: "CHF",
  yen: "JPY",
};

/** The currencies that a text names, as codes; the one behind "to" for a target. */
export function currencyFor(param: Param, { said }: Filler): string | undefined {
  const named = said.text.matchAll(
    /(\b(?:to|in|into)\s+)?(?:([$€£¥])|\b(dollar|buck|euro|pound|franc|yen)s?\b|\b(USD|EUR|GBP|CHF|CAD|AUD|JPY|SEK|NOK|DKK|PLN|CZK|INR|CNY)\b)/gi,
  );
  const found = [...named].map((match) => ({
    to: match[1] !== undefined,
    code: match[4]?.toUpperCase() ?? CODES[(match[2] ?? match[3] ?? "").toLowerCase()],
  }));
  const target = param.words.some((word) => /^(to|target|into|destin)/.test(word));
  const fits = found.filter(({ to }) => to === target);
  return (target ? fits[0] : (fits[0] ?? found[0]))?.code;
}

const MINUTES: Readonly<Record<string, number>> = {
  min: 1,
  minut: 1,
  minute: 1,
  hour: 60,
  hr: 60,
  day: 1440,
  week: 10_080,
  month: 43_200,
  year: 525_600,
};

export function minutesOf(entity: Entity): number {
  return (
    entity.number * (MINUTES[stem(entity.unit)] ?? MINUTES[entity.unit.replace(/s$/, "")] ?? 1)
  );
}

export function durationFor(param: Param, filler: Filler): number | undefined {
  const unit = param.words.find((word) => MINUTES[word] !== undefined);
  const found = filler.take(({ kind }) => kind === "duration");
  if (!found) return undefined;
  const minutes = minutesOf(found);
  const value = typed(param, unit === undefined ? minutes : minutes / (MINUTES[unit] ?? 1));
  return typeof value === "number" ? value : undefined;
}

const PEOPLE = new Set(
  "people person attendee guest seat capacity participant colleague head".split(" ").map(stem),
);

export function numberFor(
  param: Param,
  params: readonly Param[],
  filler: Filler,
): number | undefined {
  const words = new Set([
    ...param.words,
    ...filler.known.nouns,
    ...rawWords(param.description).map(stem),
  ]);
  const counts = ({ unit }: Entity): boolean => {
    const word = stem(unit);
    return unit !== "" && (words.has(word) || (PEOPLE.has(word) && overlap(words, PEOPLE)));
  };
  const labelled = ({ start }: Entity): boolean => {
    const before = rawWords(filler.said.text.slice(Math.max(0, start - 30), start))
      .slice(-2)
      .map(stem);
    return before.some((word) => param.words.includes(word));
  };
  const found =
    filler.take((entity) => entity.kind === "number" && (counts(entity) || labelled(entity))) ??
    (isOnlyNumber(param, params) ? filler.take((entity) => entity.kind === "number") : undefined);
  const value = found ? typed(param, found.number) : undefined;
  return typeof value === "number" ? value : undefined;
}

function isOnlyNumber(param: Param, params: readonly Param[]): boolean {
  return param.required && params.filter((other) => kindOf(other) === "number").length === 1;
}

function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  for (const word of a) if (b.has(word)) return true;
  return false;
}

/** As the schema wants it; undefined when it is out of its bounds. */
export function typed(param: Param, value: number): number | string | undefined {
  const { schema } = param;
  if (!Number.isFinite(value)) return undefined;
  const rounded = schema["type"] === "integer" ? Math.round(value) : Math.round(value * 100) / 100;
  const { minimum, maximum, exclusiveMinimum } = schema;
  if (typeof minimum === "number" && rounded < minimum) return undefined;
  if (typeof maximum === "number" && rounded > maximum) return undefined;
  if (typeof exclusiveMinimum === "number" && rounded <= exclusiveMinimum) return undefined;
  if (schema["type"] !== "string") return rounded;
  return wantsDecimals(param) ? rounded.toFixed(2) : String(rounded);
}

/** "12.50" in its example, or a pattern with two digits behind the point. */
function wantsDecimals({ schema, description }: Param): boolean {
  const pattern = typeof schema["pattern"] === "string" ? schema["pattern"] : "";
  const examples = Array.isArray(schema["examples"]) ? schema["examples"].join(" ") : "";
  return (
    /\\\.(?:\\d|\[0-9\])\{2\}/.test(pattern) || /\d\.\d\d\b/.test(`${description} ${examples}`)
  );
}

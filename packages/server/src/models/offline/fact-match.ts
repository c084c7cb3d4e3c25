// Which value of an earlier result fits a parameter that the person left open.
import type { Json } from "../../lib/json.ts";
import { listOf } from "../wire/json-view.ts";
import type { Fact } from "./facts.ts";
import type { Filler } from "./fill.ts";
import { lettersFit } from "./ids.ts";
import { canBeLookedUp, nounsOf, type ParamKind } from "./param-kind.ts";
import { isMoney, moneyScale, typed } from "./quantities.ts";
import type { Param } from "./tool-kind.ts";
import { rawWords, stem } from "./words.ts";

/** What may still be moved is nearer than what there was. */
const STILL = new Set("left remaining open outstanding balance due available".split(" ").map(stem));

interface Candidate {
  readonly fact: Fact;
  readonly score: number;
}

export function factFor(param: Param, kind: ParamKind, filler: Filler): Json | undefined {
  if (!canBeLookedUp(kind)) return undefined;
  const asked = new Set(rawWords(filler.said.text).map(stem));
  const candidates = filler.said.facts
    .map((fact): Candidate => ({ fact, score: fits(fact, param, kind) }))
    .filter(({ score }) => score > 0)
    .map(({ fact, score }) => ({
      fact,
      score: score * 10 + closeness(fact, filler.said.facts, asked),
    }))
    .toSorted((a, b) => b.score - a.score);
  const [best] = candidates;
  if (!best || isAmbiguous(candidates, best)) return undefined;
  return valueOf(best.fact, param, kind);
}

function fits(fact: Fact, param: Param, kind: ParamKind): number {
  const wanted = param.words.join(" ");
  const given = fact.words.join(" ");
  if (kind === "money") return moneyFits(fact, given === wanted);
  if (!typeFits(fact, param)) return 0;
  if (given === wanted) return 5;
  if (kind === "id") return idFits(fact, param);
  if (kind === "choice") return 0;
  const shared = param.words.filter((word) => fact.words.includes(word)).length;
  return shared > 0 && shared === Math.min(param.words.length, fact.words.length) ? 2 : 0;
}

function moneyFits(fact: Fact, same: boolean): number {
  if (typeof fact.value === "boolean") return 0;
  const amount = Number(String(fact.value).replace(/[^0-9.-]/g, ""));
  if (!Number.isFinite(amount) || amount <= 0 || !isMoney(fact.words)) return 0;
  if (fact.words.some((word) => STILL.has(word))) return 6;
  if (same) return 5;
  return fact.words.includes("total") ? 4 : 3;
}

/** A bare `id` belongs to the thing that its tool is about. */
function idFits(fact: Fact, param: Param): number {
  const nouns = nounsOf(param);
  const bare = fact.words.length === 1 && ["id", "key", "code"].includes(fact.words[0] ?? "");
  if (bare && lettersFit(String(fact.value), nouns)) return 5;
  if (bare) return nouns.length === 0 || nouns.some((noun) => fact.nouns.includes(noun)) ? 4 : 0;
  const isId = ["id", "number", "key", "code"].includes(fact.words.at(-1) ?? "");
  return isId && nouns.length > 0 && nouns.every((noun) => fact.words.includes(noun)) ? 3 : 0;
}

function typeFits({ value }: Fact, param: Param): boolean {
  const { type } = param.schema;
  if (type === "integer" || type === "number") return typeof value === "number";
  const values = listOf(param.schema, "enum");
  if (values.length > 0) return values.includes(value);
  return typeof value === "string" || typeof value === "number";
}

/** How many of the person's words the thing of this fact speaks. */
function closeness(fact: Fact, facts: readonly Fact[], asked: ReadonlySet<string>): number {
  const said = new Set<string>();
  for (const other of facts)
    if (other.thing === fact.thing && other.nouns === fact.nouns)
      for (const word of rawWords(String(other.value)))
        if (/\p{L}/u.test(word) && asked.has(stem(word))) said.add(word);
  return Math.min(said.size, 9);
}

/** Two things that the person's words fit alike, or not at all: choosing would be guessing. */
function isAmbiguous(candidates: readonly Candidate[], best: Candidate): boolean {
  const alike = candidates.filter(
    ({ fact, score }) => score === best.score && fact.value !== best.fact.value,
  );
  return alike.length > 0 && (best.score % 10 > 0 || best.fact.narrowed !== true);
}

function valueOf(fact: Fact, param: Param, kind: ParamKind): Json | undefined {
  if (kind === "money") {
    const amount = Number(String(fact.value).replace(/[^0-9.-]/g, ""));
    const scale = moneyScale(param.words, param.description) / moneyScale(fact.words);
    return typed(param, amount * scale);
  }
  return param.schema["type"] === "string" ? String(fact.value) : fact.value;
}

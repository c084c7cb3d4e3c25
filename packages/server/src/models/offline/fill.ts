// Fills a tool's arguments from what the person said and what earlier results brought, by rules that
// know schemas and English but no tool.
import type { Json } from "../../lib/json.ts";
import { choiceIn, switchIn } from "./choose.ts";
import { entitiesIn, type Entity } from "./entities.ts";
import type { Fact } from "./facts.ts";
import { factFor } from "./fact-match.ts";
import { bestIds } from "./ids.ts";
import { lastResort } from "./last-resort.ts";
import { listFor, partsFor } from "./lists.ts";
import { kindOf, type ParamKind } from "./param-kind.ts";
import { labelledId, shareNoun } from "./phrases.ts";
import { currencyFor, durationFor, moneyFor, numberFor } from "./quantities.ts";
import { wordsFor } from "./texts.ts";
import { alike, type KnownTool, type Param } from "./tool-kind.ts";
import { momentFor } from "./moments.ts";
import { rawWords, stem } from "./words.ts";

export interface Said {
  readonly text: string;
  readonly today: string | undefined;
  /** Ids and the like of earlier messages, newest first. */
  readonly earlier: readonly Entity[];
  readonly facts: readonly Fact[];
  /** Words of the command that this look-up serves: nobody searches for them. */
  readonly skip?: ReadonlySet<string>;
}

export interface Filled {
  readonly arguments: Record<string, Json>;
  readonly missing: readonly Param[];
  /** Parameters whose value the person gave, rather than a result. */
  readonly said: ReadonlySet<string>;
  /** The share of what the text names that found its place. */
  readonly covered: number;
}

/** Values that can be told apart come first; free text takes what is left. */
const TURN: Readonly<Record<ParamKind, number>> = {
  email: 0,
  url: 0,
  id: 1,
  choice: 2,
  moment: 3,
  date: 3,
  time: 3,
  money: 4,
  duration: 5,
  number: 6,
  currency: 5,
  path: 7,
  name: 7,
  place: 8,
  list: 7,
  parts: 8,
  switch: 8,
  title: 9,
  search: 9,
  reason: 10,
  text: 11,
  body: 12,
};

export function fill(known: KnownTool, said: Said): Filled {
  return new Filler(known, said).run(known.params);
}

export class Filler {
  readonly known: KnownTool;
  readonly said: Said;
  readonly entities: readonly Entity[];
  readonly used = new Set<Pick<Entity, "start" | "end">>();
  readonly command: ReadonlySet<string>;
  /** Those that are being filled now: a tool's own, or those of an object in them. */
  params: readonly Param[];
  readonly #fromPerson = new Set<string>();

  constructor(known: KnownTool, said: Said) {
    this.known = known;
    this.params = known.params;
    this.said = said;
    this.entities = entitiesIn(said.text, said.today);
    const own = rawWords(known.tool.name).map(stem);
    const acts = own.flatMap((word) => alike(word));
    const labels = known.params.flatMap((param) => param.words);
    this.command = new Set([...own, ...acts, ...labels, ...known.nouns]);
  }

  run(params: readonly Param[]): Filled {
    const outer = this.params;
    this.params = params;
    const values: Record<string, Json> = {};
    const missing: Param[] = [];
    const turns = params
      .map((param) => ({ param, kind: kindOf(param) }))
      .toSorted((a, b) => TURN[a.kind] - TURN[b.kind]);
    const paired = this.#pair(params);
    for (const { param, kind } of turns) {
      const value = paired[param.name] ?? this.#value(param, kind, params);
      if (value !== undefined) values[param.name] = value;
      else if (param.required) missing.push(param);
    }
    // In the schema's own sequence, so that equal calls are equal texts.
    const sorted = params.flatMap((param) => {
      const value = values[param.name];
      return value === undefined ? [] : [[param.name, value] as const];
    });
    this.params = outer;
    const named = this.entities.filter(({ kind }) => kind !== "name");
    const placed = named.filter(({ start }) => this.isUsed(start)).length;
    const covered = named.length === 0 ? 0 : placed / named.length;
    return { arguments: Object.fromEntries(sorted), missing, said: this.#fromPerson, covered };
  }

  #value(param: Param, kind: ParamKind, params: readonly Param[]): Json | undefined {
    const own = this.#fromText(param, kind, params);
    if (own !== undefined) {
      this.#fromPerson.add(param.name);
      return own;
    }
    if (!param.required) return undefined;
    return factFor(param, kind, this) ?? lastResort(param, this);
  }

  // oxlint-disable-next-line typescript/consistent-return -- every kind returns
  #fromText(param: Param, kind: ParamKind, params: readonly Param[]): Json | undefined {
    switch (kind) {
      case "choice":
        return choiceIn(param, this);
      case "switch":
        return switchIn(param, this);
      case "list":
        return listFor(param, this);
      case "parts":
        return partsFor(param, this);
      case "id":
        return (
          bestIds(param, params, this)[0] ??
          (param.schema["type"] === "string" ? labelledId(param, this) : undefined)
        );
      case "money":
        return moneyFor(param, this);
      case "duration":
        return durationFor(param, this);
      case "number":
        return numberFor(param, params, this);
      case "moment":
      case "date":
      case "time":
        return momentFor(param, kind, this);
      case "currency":
        return currencyFor(param, this);
      case "email":
      case "url":
        return this.take((entity) => entity.kind === kind)?.text;
      case "search":
      case "path":
      case "name":
      case "place":
      case "title":
      case "reason":
      case "body":
      case "text":
        return wordsFor(param, kind, this);
    }
  }

  /** The first that fits and is not used yet; it is used from then on. */
  take(fits: (entity: Entity) => boolean): Entity | undefined {
    const found = this.entities.find((entity) => !this.used.has(entity) && fits(entity));
    if (found) this.used.add(found);
    return found;
  }

  /** Whether a value was already taken from here. */
  isUsed(at: number): boolean {
    for (const { start, end } of this.used) if (at >= start && at < end) return true;
    return false;
  }

  useText(text: string): void {
    const start = this.said.text.indexOf(text);
    if (start >= 0) this.used.add({ start, end: start + text.length });
  }

  /** "acme/rocket" for two that are parts of one name: an owner and what it owns. */
  #pair(params: readonly Param[]): Record<string, string> {
    const at = params.findIndex((param, i) => {
      const next = params[i + 1];
      return next && [param, next].every(isPlain) && shareNoun(param, next);
    });
    const [first, second] = [params[at], params[at + 1]];
    if (!first || !second) return {};
    const path = this.take(
      ({ kind, text }) => kind === "path" && /^[\w-][\w.-]*\/[\w-][\w.-]*$/.test(text),
    );
    const [left = "", right = ""] = path?.text.split("/") ?? [];
    return path ? { [first.name]: left, [second.name]: right } : {};
  }
}

function isPlain(param: Param): boolean {
  return param.required && ["text", "name", "place", "title"].includes(kindOf(param));
}

// Fills a tool's arguments from what the person said and what earlier results brought, by rules that
// know schemas and English but no tool.
import type { Json } from "../../lib/json.ts";
import { listOf, viewOf } from "../wire/json-view.ts";
import { choiceIn, switchIn } from "./choose.ts";
import { entitiesIn, type Entity } from "./entities.ts";
import type { Fact } from "./facts.ts";
import { factFor } from "./fact-match.ts";
import { bestIds } from "./ids.ts";
import { lastResort } from "./last-resort.ts";
import { causeIn, leftovers, searchWords } from "./leftover.ts";
import { kindOf, type ParamKind } from "./param-kind.ts";
import { durationFor, moneyFor, numberFor } from "./quantities.ts";
import { alike, paramsIn, type KnownTool, type Param } from "./tool-kind.ts";
import { momentFor } from "./moments.ts";
import { contentWords, rawWords, stem } from "./words.ts";

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
}

const SEARCH_WORDS_MAX = 10;
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
  name: 7,
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
  readonly #fromPerson = new Set<string>();

  constructor(known: KnownTool, said: Said) {
    this.known = known;
    this.said = said;
    this.entities = entitiesIn(said.text, said.today);
    const own = rawWords(known.tool.name).map(stem);
    const acts = own.flatMap((word) => alike(word));
    const labels = known.params.flatMap((param) => param.words);
    this.command = new Set([...own, ...acts, ...labels, ...known.nouns]);
  }

  run(params: readonly Param[]): Filled {
    const values: Record<string, Json> = {};
    const missing: Param[] = [];
    const turns = params
      .map((param) => ({ param, kind: kindOf(param) }))
      .toSorted((a, b) => TURN[a.kind] - TURN[b.kind]);
    for (const { param, kind } of turns) {
      const value = this.#value(param, kind, params);
      if (value !== undefined) values[param.name] = value;
      else if (param.required) missing.push(param);
    }
    // In the schema's own sequence, so that equal calls are equal texts.
    const sorted = params.flatMap((param) => {
      const value = values[param.name];
      return value === undefined ? [] : [[param.name, value] as const];
    });
    return { arguments: Object.fromEntries(sorted), missing, said: this.#fromPerson };
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
        return this.#list(param);
      case "parts":
        return this.#parts(param);
      case "id":
        return bestIds(param, params, this)[0];
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
      case "email":
      case "url":
        return this.take((entity) => entity.kind === kind)?.text;
      case "search":
      case "name":
      case "title":
      case "reason":
      case "body":
      case "text":
        return this.labelled(param) ?? this.#words(param, kind);
    }
  }

  /** The first that fits and is not used yet; it is used from then on. */
  take(fits: (entity: Entity) => boolean): Entity | undefined {
    const found = this.entities.find((entity) => !this.used.has(entity) && fits(entity));
    if (found) this.used.add(found);
    return found;
  }

  /** `subject: …`, `title is …`, `called …`: a value that the person names. */
  labelled(param: Param): string | undefined {
    const name = rawWords(param.name).join("[ _-]?");
    const pattern = new RegExp(
      `\\b${name}\\s*(?:[:=]|\\bis\\b|\\bas\\b)\\s*("[^"]+"|[^,.;\\n]+)`,
      "i",
    );
    const match = pattern.exec(this.said.text);
    if (!match?.[1]) return undefined;
    this.used.add({ start: match.index, end: match.index + match[0].length });
    return match[1].replaceAll('"', "").trim() || undefined;
  }

  #words(param: Param, kind: ParamKind): string | undefined {
    // What nobody named is not made up.
    if (!param.required && kind !== "reason") return undefined;
    if (kind === "reason") return this.#reason(param);
    const quote = this.take((entity) => entity.kind === "quote");
    if (quote) return quote.text;
    if (kind === "search") return this.#search(param);
    if (kind === "name") return this.#name();
    const left = this.#left();
    if (kind === "body") return bodyOf(left, this.said.text);
    const first = left.find((piece) => !/^\d+ \p{L}+$/u.test(piece)) ?? left[0];
    if (first !== undefined) this.#use(first);
    return first;
  }

  #reason(param: Param): string | undefined {
    const cause = causeIn(this.said.text);
    if (cause !== undefined) return cause;
    return param.required ? this.#left().at(-1) : undefined;
  }

  #search(param: Param): string | undefined {
    const by = (words: RegExp): boolean => words.test(param.description);
    const found =
      (by(/\be-?mail\b/i) && this.take(({ kind }) => kind === "email")) ||
      (by(/\b(id|number|code)\b/i) && this.take(({ kind }) => kind === "id")) ||
      (by(/\bname\b/i) && this.take(({ kind }) => kind === "name"));
    return found ? found.text : this.#searched(SEARCH_WORDS_MAX);
  }

  /** Ids and numbers say nothing to a search for words. */
  #searched(wordsMax: number): string | undefined {
    const skip = new Set([...this.command, ...(this.said.skip ?? [])]);
    const chars = Array.from({ length: this.said.text.length }, (_, i) => this.said.text.charAt(i));
    for (const { kind, start, end } of this.entities)
      if (!["name", "quote", "url"].includes(kind)) chars.fill(" ", start, end);
    const bare = chars.join("");
    return (
      searchWords(bare, skip, wordsMax) || searchWords(this.said.text, skip, wordsMax) || undefined
    );
  }

  #name(): string | undefined {
    const found = this.take(({ kind }) => kind === "name");
    if (found) return found.text;
    if (this.known.acts) return undefined;
    return this.#searched(4);
  }

  #left(): string[] {
    return leftovers({ text: this.said.text, used: [...this.used], command: this.command });
  }

  #use(text: string): void {
    const start = this.said.text.indexOf(text);
    if (start >= 0) this.used.add({ start, end: start + text.length });
  }

  #list(param: Param): Json | undefined {
    const item = viewOf(param.schema, "items") ?? {};
    const [inner] = paramsIn({ [param.name]: item }, []);
    if (!inner) return undefined;
    const single = { ...inner, description: param.description, words: param.words };
    const kind = kindOf(single);
    if (kind === "id") {
      const ids = bestIds(single, [single], this);
      return ids.length > 0 ? ids : undefined;
    }
    const values: Json[] = [];
    const wanted = kind === "email" || kind === "url" || kind === "name" ? kind : "quote";
    for (
      let found = this.take((e) => e.kind === wanted);
      found;
      found = this.take((e) => e.kind === wanted)
    )
      values.push(found.text);
    if (values.length === 0 && param.required && kind === "text") values.push(...this.#left());
    return values.length > 0 ? values : undefined;
  }

  #parts(param: Param): Json | undefined {
    const properties = viewOf(param.schema, "properties");
    if (!properties) return undefined;
    const inner = this.run(paramsIn(properties, listOf(param.schema, "required")));
    return inner.missing.length > 0 || Object.keys(inner.arguments).length === 0
      ? undefined
      : inner.arguments;
  }
}

const BODY_WORDS_MIN = 3;

/** What is left once a title was taken, or all of it when that is next to nothing. */
function bodyOf(left: readonly string[], text: string): string {
  const joined = left.join(", ");
  return contentWords(joined).length >= BODY_WORDS_MIN ||
    (left.length === 1 && contentWords(text).length < 6)
    ? joined
    : text.trim();
}

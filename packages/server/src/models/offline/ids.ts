// Which of the ids in a text belongs to which parameter: by the word before it, by its letters, by the
// example in the parameter's description.
import type { Entity } from "./entities.ts";
import { entitiesIn } from "./entities.ts";
import type { Filler } from "./fill.ts";
import { kindOf, nounsOf } from "./param-kind.ts";
import type { Param } from "./tool-kind.ts";
import { directionOf } from "./phrases.ts";
import { rawWords, stem } from "./words.ts";

/** Every id of the text that fits this parameter as well as the best one does; best first. */
export function bestIds(
  param: Param,
  params: readonly Param[],
  filler: Filler,
): (string | number)[] {
  const rivals = params.filter((other) => other.name !== param.name && kindOf(other) === "id");
  const scored = filler.entities
    .filter((entity) => !filler.used.has(entity) && couldBeId(entity, param))
    .map((entity) => ({ entity, score: scoreOf(entity, param, { rivals, filler }) }))
    .filter(
      ({ score, entity }) =>
        score >= 1 ||
        (score >= 0 && score < 1 && rivals.every((rival) => hasOwn(rival, entity, filler))),
    )
    .toSorted((a, b) => b.score - a.score);
  const [best] = scored;
  if (!best) return [];
  filler.used.add(best.entity);
  const shape = shapeOf(best.entity.text);
  const same = scored.filter(
    ({ entity, score }) => score >= best.score - 3 && shapeOf(entity.text) === shape && score >= 0,
  );
  const numeric = param.schema["type"] === "integer" || param.schema["type"] === "number";
  return same.map(({ entity }) => (numeric ? Number(digitsOf(entity.text)) : entity.text));
}

/** The rival has an id that is its own, so that this one is free. */
function hasOwn(rival: Param, entity: Entity, filler: Filler): boolean {
  return filler.entities.some(
    (other) =>
      other !== entity &&
      couldBeId(other, rival) &&
      scoreOf(other, rival, { rivals: [], filler }) >= 1,
  );
}

function couldBeId({ kind, text }: Entity, param: Param): boolean {
  const numeric = param.schema["type"] === "integer" || param.schema["type"] === "number";
  if (numeric) return (kind === "number" || kind === "id") && digitsOf(text) !== "";
  return kind === "id" || kind === "number" || (kind === "quote" && !text.includes(" "));
}

function digitsOf(text: string): string {
  return /\d+/.exec(text)?.[0] ?? "";
}

interface Around {
  readonly rivals: readonly Param[];
  readonly filler: Filler;
}

function scoreOf(entity: Entity, param: Param, { rivals, filler }: Around): number {
  const nouns = nounsOf(param).length > 0 ? nounsOf(param) : filler.known.nouns;
  const before = rawWords(filler.said.text.slice(Math.max(0, entity.start - 40), entity.start))
    .slice(-3)
    .map(stem);
  let score = entity.kind === "id" ? 0.5 : 0;
  if (before.some((word) => nouns.includes(word))) score += 3;
  if (rivals.some((rival) => before.slice(-2).some((word) => nounsOf(rival).includes(word))))
    score -= 3;
  // "from A-1 to B-2" are the values of those that a thing comes from and goes to.
  const lead = before.at(-1);
  const way = lead === "from" ? "from" : lead === "to" || lead === "into" ? "to" : undefined;
  const others = filler.known.params.filter((other) => other.name !== param.name);
  if (way !== undefined && others.some((other) => directionOf(other, others) === way)) score -= 6;
  if (/\b(no|nr|number|id|code)\b/.test(before.at(-1) ?? "")) score += 1;
  // A bare number is an id only behind its noun.
  if (entity.kind === "number")
    return isBehindNoun({ before, nouns, entity, own: filler.known.nouns }) ? 3 : -1;
  if (lettersFit(entity.text, nouns)) score += 2;
  else if (rivals.some((rival) => lettersFit(entity.text, nounsOf(rival)))) score -= 2;
  const example = exampleOf(param);
  if (example !== undefined) score += likeness(example, entity.text);
  return score;
}

interface Behind {
  readonly before: readonly string[];
  readonly nouns: readonly string[];
  readonly entity: Entity;
  /** Nouns of the tool. */
  readonly own: readonly string[];
}

/** "room 6", "ticket no 6"; "a room for 6 people" is none. */
function isBehindNoun({ before, nouns, entity: { unit }, own }: Behind): boolean {
  if (unit !== "" && !/^(and|or|of|to|for|from|on|by|in|at|is|was|please|because|with)$/.test(unit))
    return false;
  const at = before.findLastIndex((word) => nouns.includes(word));
  // "pull request no 8": between the noun and its number stands nothing foreign.
  return (
    at >= 0 &&
    before
      .slice(at + 1)
      .every((w) => /^(no|nr|number|id|code|with|the)$/.test(w) || own.includes(w))
  );
}

/** EMP for employee, INC for incident, TKT for ticket. */
export function lettersFit(id: string, nouns: readonly string[]): boolean {
  const letters = /^[a-z]+/.exec(id.toLowerCase())?.[0] ?? "";
  return letters !== "" && nouns.some((noun) => noun[0] === letters[0] && isWithin(letters, noun));
}

function isWithin(letters: string, word: string): boolean {
  let at = 0;
  for (const letter of letters) {
    at = word.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

function exampleOf(param: Param): string | undefined {
  const given = param.schema["examples"];
  const written = Array.isArray(given) ? given.join(" ") : "";
  const told = /\b(?:e\.?g\.?|such as|like|example|for instance)(.*)$/i.exec(
    param.description,
  )?.[1];
  return entitiesIn(`${told ?? ""} ${written}`, undefined).find(({ kind }) => kind === "id")?.text;
}

/** Same prefix and form; with letters in several places the form alone tells. */
function likeness(example: string, id: string): number {
  if (shapeOf(example) === shapeOf(id)) return 3;
  const form = (text: string): string => shapeOf(text).replace(/[a-z]+/g, "a");
  return form(example) === form(id) && (form(id).match(/a/g)?.length ?? 0) > 1 ? 2 : -2;
}

/** Letters and digits as kinds: TCK-1042 and TCK-77 look alike, as do INC001 and INC99. */
export function shapeOf(id: string): string {
  return id.replace(/\d+/g, "9").replace(/[A-Za-z]+/g, (letters) => letters.toLowerCase());
}

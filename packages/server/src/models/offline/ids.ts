// Which of the ids in a text belongs to which parameter: by the word before it, by its letters, by the
// example in the parameter's description.
import type { Entity } from "./entities.ts";
import { entitiesIn } from "./entities.ts";
import type { Filler } from "./fill.ts";
import { kindOf, nounsOf } from "./param-kind.ts";
import type { Param } from "./tool-kind.ts";
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
    .filter(({ score }) => score > 0 || (score === 0 && rivals.length === 0))
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
  let score = 0;
  if (before.some((word) => nouns.includes(word))) score += 3;
  if (rivals.some((rival) => before.slice(-2).some((word) => nounsOf(rival).includes(word))))
    score -= 3;
  if (/\b(no|nr|number|id|code)\b/.test(before.at(-1) ?? "")) score += 1;
  // A bare number is an id only behind its noun.
  if (entity.kind === "number") return isBehindNoun(before, nouns, entity) ? 3 : -1;
  if (lettersFit(entity.text, nouns)) score += 2;
  else if (rivals.some((rival) => lettersFit(entity.text, nounsOf(rival)))) score -= 2;
  const example = exampleOf(param);
  if (example !== undefined) score += shapeOf(example) === shapeOf(entity.text) ? 3 : -2;
  return score;
}

/** "room 6", "ticket no 6"; "a room for 6 people" is none. */
function isBehindNoun(
  before: readonly string[],
  nouns: readonly string[],
  { unit }: Entity,
): boolean {
  if (unit !== "" && !/^(and|or|to|for|from|on|by|in|at|is|was|please|because|with)$/.test(unit))
    return false;
  const named = /^(no|nr|number|id|code)$/.test(before.at(-1) ?? "")
    ? before.at(-2)
    : before.at(-1);
  return named !== undefined && nouns.includes(named);
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
  return entitiesIn(`${param.description} ${written}`, undefined).find(({ kind }) => kind === "id")
    ?.text;
}

/** Letters and digits as kinds: TCK-1042 and TCK-77 look alike, as do INC001 and INC99. */
export function shapeOf(id: string): string {
  return id.replace(/\d+/g, "9").replace(/[A-Za-z]+/g, (letters) => letters.toLowerCase());
}

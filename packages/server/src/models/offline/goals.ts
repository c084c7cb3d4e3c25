// What the person wants, as tools to call: one goal for each clause that asks for something.
import { entitiesIn } from "./entities.ts";
import { Filler } from "./fill.ts";
import { bestIds } from "./ids.ts";
import { kindOf } from "./param-kind.ts";
import { alike, asksOnly, type KnownTool } from "./tool-kind.ts";
import { ToolIndex, type Ranked } from "./tool-search.ts";
import { contentWords, rawWords, stem } from "./words.ts";

export interface Goal {
  readonly known: KnownTool;
  /** What is said about it. */
  readonly text: string;
}

const GOALS_MAX = 8;
const ACT_WEIGHT = 1.3;
const LOOK_WEIGHT = 0.75;

export function goalsOf(request: string, tools: readonly KnownTool[], today?: string): Goal[] {
  const index = new ToolIndex(tools);
  const goals: Goal[] = [];
  let unclaimed = "";
  for (const clause of clausesOf(request, tools)) {
    const known = chosen(clause, index, tools);
    const last = goals.at(-1);
    if (known && !(last && isContext(clause, tools))) {
      goals.push({ known, text: unclaimed === "" ? clause : `${unclaimed} ${clause}` });
      unclaimed = "";
    } else if (last) goals[goals.length - 1] = { ...last, text: `${last.text}. ${clause}` };
    else unclaimed = `${unclaimed} ${clause}`.trim();
  }
  if (goals.length === 0) {
    const known = chosen(request, index, tools) ?? searchTool(tools);
    if (known && contentWords(request).length > 0) goals.push({ known, text: request });
  }
  return goals.flatMap((goal) => perId(goal, today)).slice(0, GOALS_MAX);
}

/** Sentences, and the parts of one that begin with a verb of their own. */
function clausesOf(request: string, tools: readonly KnownTool[]): string[] {
  const verbs = new Set(tools.flatMap(({ tool }) => rawWords(tool.name).map(stem).flatMap(alike)));
  const parts = request.split(
    /(?<=[.!?])\s+|\n+|;\s+|\s*,?\s+\b(?:and then|then|and also|and)\b\s+|,\s+(?=then\b)/i,
  );
  const clauses: string[] = [];
  for (const part of parts.map((each) => each.trim()).filter((each) => each !== "")) {
    const [first = ""] = contentWords(part);
    const leads = verbs.has(stem(first)) || asksOnly(part);
    const startsAnew = request.indexOf(part) === 0 || /[.!?;\n]\s*$/.test(before(request, part));
    const last = clauses.length - 1;
    if (clauses.length > 0 && !leads && !startsAnew)
      clauses[last] = request.slice(
        request.indexOf(clauses[last] ?? ""),
        request.indexOf(part) + part.length,
      );
    else clauses.push(part);
  }
  return clauses;
}

function before(request: string, part: string): string {
  return request.slice(0, Math.max(0, request.indexOf(part)));
}

/** A sentence that tells more about the one before: it names no verb of a tool and asks nothing. */
function isContext(clause: string, tools: readonly KnownTool[]): boolean {
  if (asksOnly(clause)) return false;
  const words = contentWords(clause).slice(0, 2).map(stem);
  return !tools.some(({ tool }) => {
    const own = rawWords(tool.name).map(stem).flatMap(alike);
    return words.some((word) => own.includes(word));
  });
}

function chosen(
  clause: string,
  index: ToolIndex,
  tools: readonly KnownTool[],
): KnownTool | undefined {
  const ranked = index.rank(clause);
  const asks = asksOnly(clause);
  const weighed = ranked
    .filter(({ known, named }) => (known.acts ? !asks && named > 0 : true))
    .map((each) => ({
      ...each,
      score: weigh(each, clause) * (asks ? 1 : each.known.acts ? ACT_WEIGHT : LOOK_WEIGHT),
    }))
    .toSorted((a, b) => b.score - a.score);
  const best = weighed[0];
  if (!best) return asks ? searchTool(tools) : undefined;
  if (best.named === 0 && !best.known.acts) return searchTool(tools) ?? best.known;
  return best.known;
}

/** What fits the ids and addresses in the clause counts more. */
function weigh({ known, score, named }: Ranked, clause: string): number {
  const kinds = new Set(entitiesIn(clause, undefined).map(({ kind }) => kind));
  const fits = known.params.filter((param) => {
    const kind = kindOf(param);
    return kind === "id" || kind === "email" || kind === "money" || kind === "date"
      ? kinds.has(kind)
      : false;
  }).length;
  const wanting = known.params.filter(
    (param) => param.required && kindOf(param) === "id" && !kinds.has("id") && !kinds.has("number"),
  ).length;
  return score * (1 + 0.15 * fits) * (1 + 0.25 * named) * (wanting > 0 && !known.acts ? 0.8 : 1);
}

/** A tool that takes any question. */
function searchTool(tools: readonly KnownTool[]): KnownTool | undefined {
  const able = tools.filter(
    (known) =>
      !known.acts && known.params.some((param) => param.required && kindOf(param) === "search"),
  );
  // One that searches texts takes a question; one that matches a name or an address does not.
  const texts = able.find(({ params }) =>
    params.every((param) => !/\b(name|e-?mail|id|number)\b/i.test(param.description)),
  );
  return texts ?? able[0];
}

/** "Find A-1 and A-2": the same for each, when the tool takes one at a time. */
function perId(goal: Goal, today: string | undefined): Goal[] {
  const ids = goal.known.params.filter((param) => kindOf(param) === "id");
  const [param] = ids;
  if (!param || ids.length !== 1) return [goal];
  const said = { text: goal.text, today, earlier: [], facts: [] };
  const found = bestIds(param, goal.known.params, new Filler(goal.known, said)).map(String);
  const distinct = [...new Set(found)];
  if (distinct.length < 2) return [goal];
  return distinct.map((id) => ({
    ...goal,
    text: distinct
      .filter((other) => other !== id)
      .reduce((text, other) => text.replaceAll(other, " "), goal.text),
  }));
}

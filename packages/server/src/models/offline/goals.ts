// What the person wants, as tools to call: one goal for each clause that asks for something.
import { entitiesIn } from "./entities.ts";
import { fill, Filler } from "./fill.ts";
import { bestIds, lettersFit } from "./ids.ts";
import { kindOf, type ParamKind } from "./param-kind.ts";
import { alike, asksOnly, verbsOf, type KnownTool, type Param } from "./tool-kind.ts";
import { isCommanded } from "./texts.ts";
import { ToolIndex } from "./tool-search.ts";
import { contentWords, isKin, rawWords, stem } from "./words.ts";

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
    const known = chosen(clause, { index, tools, today });
    const last = goals.at(-1);
    if (known && !(last && isContext(clause, tools))) {
      goals.push({ known, text: unclaimed === "" ? clause : `${unclaimed} ${clause}` });
      unclaimed = "";
    } else if (last) goals[goals.length - 1] = { ...last, text: `${last.text}. ${clause}` };
    else unclaimed = `${unclaimed} ${clause}`.trim();
  }
  if (goals.length === 0) {
    const known = chosen(request, { index, tools, today }) ?? searchTool(tools);
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
    const leads = verbs.has(stem(first)) || asksOnly(part.replace(/[?\s]+$/, ""));
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

/** Addresses, paths and quotations are values: their words choose no tool. */
function bareOf(clause: string, today: string | undefined): string {
  const chars = clause.split("");
  for (const { kind, start, end } of entitiesIn(clause, today))
    if (["path", "url", "email", "quote"].includes(kind)) chars.fill(" ", start, end);
  return chars.join("");
}

interface Among {
  readonly index: ToolIndex;
  readonly tools: readonly KnownTool[];
  readonly today: string | undefined;
}

function chosen(clause: string, { index, tools, today }: Among): KnownTool | undefined {
  const asks = asksOnly(clause);
  const fit = new Map(tools.map((known) => [known, fitOf(known, clause, today)]));
  const weighed = index
    .rank(bareOf(clause, today))
    .filter(({ known }) => !known.acts || (!asks && asksFor(known, clause)))
    .map((each) => ({
      ...each,
      score:
        each.score *
        (1 + 0.25 * each.named) *
        (fit.get(each.known) ?? 1) *
        (asks ? 1 : each.known.acts ? ACT_WEIGHT : LOOK_WEIGHT),
    }))
    .toSorted((a, b) => b.score - a.score);
  const best = weighed[0];
  if (best && (best.named > 0 || best.known.acts)) return best.known;
  if (!asks && !best) return undefined;
  const looks = tools.filter(({ acts }) => !acts);
  const given = looks.filter((known) => (fit.get(known) ?? 0) >= WHOLE);
  const able = given.filter(({ params }) => params.some(isApart));
  // "ORD-1" is an order's, where several look-ups take it.
  const ids = entitiesIn(clause, today).filter(({ kind }) => kind === "id");
  const own = able.filter(({ nouns }) => ids.some(({ text }) => lettersFit(text, nouns)));
  const [only, other] = own.length > 0 ? own : able;
  if (only && !other) return only;
  return searchTool(tools) ?? best?.known ?? (asks ? wholeList(clause, looks) : undefined);
}

/** What a thing is may stand in the one list that there is. */
function wholeList(clause: string, looks: readonly KnownTool[]): KnownTool | undefined {
  const [only, other] = looks.filter(({ params }) => params.every(({ required }) => !required));
  const hasId = entitiesIn(clause, undefined).some(({ kind }) => kind === "id");
  return hasId && only && !other ? only : undefined;
}

/** "I'd like", "we need": asks to be given or done something. */
const WISH = /\b(?:i|we)(?:'d| would)? (?:like|want|need)\b/i;
const GIVING = new Set(
  "create add make order book reserve request schedule submit register buy purchase arrange"
    .split(" ")
    .map(stem),
);

const CHANGING = new Set("update change edit set modify".split(" ").map(stem));

/** An act needs its verb said, or one that means the same: its noun alone asks for nothing. */
function asksFor({ tool, params, nouns }: KnownTool, clause: string): boolean {
  const spoken = rawWords(clause).map(stem);
  // "check out" for checkout.
  const words = [...spoken, ...spoken.map((word, i) => `${word}${spoken[i + 1] ?? ""}`)];
  const own = verbsOf(tool);
  if (WISH.test(clause) && own.some((verb) => GIVING.has(verb))) return true;
  if (
    own.some((verb) => alike(verb).some((each) => words.some((w) => w === each || isKin(w, each))))
  )
    return true;
  // "Remind me" for set_reminder; a noun itself is no command.
  if (own.some((verb) => CHANGING.has(verb)) && params.some((param) => isCommanded(param, clause)))
    return true;
  const [lead = ""] = contentWords(clause);
  const first = stem(lead);
  // "Comment on A-1" makes a comment; "Comments on A-1?" asks for them.
  const isPlural = /[^s]s$/.test(lead) || clause.trim().endsWith("?");
  if (nouns.includes(first) && !isPlural && own.some((verb) => GIVING.has(verb))) return true;
  const named = rawWords(tool.name).map(stem);
  return named.some(
    (word) =>
      word === words[0] + (words[1] ?? "") ||
      (first.length > 4 && word !== first && word.startsWith(first) && isKin(word, first)),
  );
}

/** All that it needs was said. */
const WHOLE = 1.5;

/** How well the values in a clause fit a tool: up to 2 when they are all it needs and all there are. */
function fitOf(known: KnownTool, text: string, today: string | undefined): number {
  const { missing, said, covered } = fill(known, { text, today, earlier: [], facts: [] });
  const needed = known.params.filter(({ required }) => required);
  const apart = needed.filter(isApart);
  const given = apart.filter(({ name }) => said.has(name)).length;
  const lacks = missing.some((param) => kindOf(param) === "id") && !known.acts ? 0.7 : 1;
  const hasId = entitiesIn(text, today).some(({ kind }) => kind === "id");
  const blind = hasId && !known.acts && needed.length > 0 && given === 0 ? 0.7 : 1;
  const extra = known.params.filter((param) => !param.required && said.has(param.name)).length;
  const share = given / Math.max(1, needed.length);
  const spoken = new Set(rawWords(text));
  // "the issues" are listed, "an issue" is shown.
  const many =
    !known.acts && rawWords(known.tool.name).some((w) => /[^s]s$/.test(w) && spoken.has(w));
  const fit = 1 + 0.5 * share + 0.5 * covered + 0.1 * Math.min(extra, 2) + (many ? 0.3 : 0);
  return fit * lacks * blind;
}

/** Its values can be told from any other word. */
function isApart(param: Param): boolean {
  return APART.has(kindOf(param));
}

const APART: ReadonlySet<ParamKind> = new Set<ParamKind>([
  "id",
  "email",
  "url",
  "path",
  "money",
  "date",
  "moment",
  "time",
  "choice",
]);

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

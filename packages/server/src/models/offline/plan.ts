// The next calls: for each goal what it still lacks, first looked up, then done.
import { canonical, type Json, type JsonObject } from "../../lib/json.ts";
import { factsIn, type Fact } from "./facts.ts";
import { fill, Filler, type Filled, type Said } from "./fill.ts";
import { goalsOf, type Goal } from "./goals.ts";
import { canBeLookedUp, kindOf, nounsOf } from "./param-kind.ts";
import { coverage } from "./quote.ts";
import type { KnownTool, Param } from "./tool-kind.ts";
import { ToolIndex } from "./tool-search.ts";
import type { DoneCall, Turn } from "./turn.ts";
import { rawWords, stem } from "./words.ts";

export interface NextCall {
  readonly tool: string;
  readonly arguments: JsonObject;
}

export type GoalState =
  | { readonly kind: "call"; readonly goal: Goal; readonly call: NextCall }
  | { readonly kind: "done"; readonly goal: Goal; readonly calls: readonly DoneCall[] }
  | { readonly kind: "stopped"; readonly goal: Goal; readonly call: DoneCall }
  | { readonly kind: "lacks"; readonly goal: Goal; readonly missing: readonly Param[] };

const CALLS_MAX = 16;
const HELPFUL = 0.5;
const WELL_COVERED = 0.5;

export function planOf(turn: Turn, tools: readonly KnownTool[]): GoalState[] {
  const goals = goalsOf(turn.request, tools, turn.today);
  const planner = new Planner(turn, tools, goals.length > 1);
  return goals.map((goal) => planner.next(goal));
}

class Planner {
  readonly #turn: Turn;
  readonly #tools: readonly KnownTool[];
  readonly #facts: readonly Fact[];
  readonly #index: ToolIndex;

  readonly #several: boolean;

  constructor(turn: Turn, tools: readonly KnownTool[], several: boolean) {
    this.#several = several;
    this.#turn = turn;
    this.#tools = tools;
    this.#index = new ToolIndex(tools);
    // The newest result knows best.
    this.#facts = turn.calls
      .filter(({ failed }) => !failed)
      .toReversed()
      .flatMap((call) => {
        const nouns = tools.find(({ tool }) => tool.name === call.tool)?.nouns ?? [];
        const narrowed = Object.keys(call.arguments).length > 0;
        return factsIn(call.text, nouns).map((fact) => ({ ...fact, narrowed }));
      });
  }

  next(goal: Goal): GoalState {
    const filled = fill(goal.known, this.#said(goal));
    const done = this.#done(goal.known, filled);
    if (done) return this.#after(goal, done);
    if (this.#turn.calls.length >= CALLS_MAX)
      return { kind: "lacks", goal, missing: filled.missing };
    if (goal.known.acts) {
      const check = this.#check(goal, filled);
      if (check) return check;
    }
    if (filled.missing.length === 0) {
      const own = goal.known.acts ? this.#ownCall(goal) : undefined;
      if (own) return this.#after(goal, own);
      return { kind: "call", goal, call: callOf(goal.known, filled.arguments) };
    }
    const helper = this.#helper(goal, filled.missing);
    if (helper) return { kind: "call", goal, call: helper };
    return { kind: "lacks", goal, missing: filled.missing };
  }

  #said(goal: Goal, text = goal.text): Said {
    const { today, earlier } = this.#turn;
    return { text, today, earlier, facts: this.#facts };
  }

  /** An act is never done twice for one goal, also when its arguments would now come out otherwise. */
  #ownCall(goal: Goal): DoneCall | undefined {
    const now = fill(goal.known, this.#said(goal)).arguments;
    const made = this.#turn.calls.filter((call) => call.tool === goal.known.tool.name);
    return made.find((call) => {
      const own = goal.known.params.filter((param) => kindOf(param) === "id");
      return own.every((param) => call.arguments[param.name] === now[param.name]);
    });
  }

  #done(known: KnownTool, filled: Filled): DoneCall | undefined {
    return this.#made(callOf(known, filled.arguments));
  }

  #made(call: NextCall): DoneCall | undefined {
    const wanted = canonical(call.arguments);
    return this.#turn.calls.find(
      (made) => made.tool === call.tool && canonical(made.arguments) === wanted,
    );
  }

  #after(goal: Goal, done: DoneCall): GoalState {
    if (!done.failed && !goal.known.acts) {
      const opening = this.#opening(goal, done);
      if (opening) return { kind: "call", goal, call: opening };
    }
    if (done.failed && !goal.known.acts) {
      const other = this.#other(goal);
      if (other) return { kind: "call", goal, call: other };
    }
    if (done.failed) {
      const found = goal.known.acts || this.#several ? undefined : this.#anyFound(goal);
      if (!found) return { kind: "stopped", goal, call: done };
    }
    return { kind: "done", goal, calls: this.#about(goal) };
  }

  #anyFound(goal: Goal): DoneCall | undefined {
    return this.#about(goal).find(({ failed }) => !failed);
  }

  #about({ known }: Goal): DoneCall[] {
    const calls = this.#turn.calls;
    return known.acts ? calls.filter(({ tool }) => tool === known.tool.name) : [...calls];
  }

  /** Before an act, each thing that the person named is looked up, where a tool can. */
  #check(goal: Goal, filled: Filled): GoalState | undefined {
    for (const param of goal.known.params) {
      if (kindOf(param) !== "id" || !filled.said.has(param.name)) continue;
      const looker = this.#lookerFor(param, goal);
      if (!looker) continue;
      const args = argumentsFor(looker, param, filled.arguments[param.name]);
      if (!args) continue;
      const call = callOf(looker, args);
      const made = this.#made(call);
      if (!made) return { kind: "call", goal, call };
      if (made.failed) return { kind: "stopped", goal, call: made };
    }
    return undefined;
  }

  #lookerFor(param: Param, goal: Goal): KnownTool | undefined {
    const nouns = nounsOf(param).length > 0 ? nounsOf(param) : goal.known.nouns;
    return this.#tools
      .filter((known) => !known.acts && known.nouns.some((noun) => nouns.includes(noun)))
      .filter((known) => known.params.filter(({ required }) => required).length === 1)
      .toSorted((a, b) => a.nouns.length - b.nouns.length || a.params.length - b.params.length)
      .find((known) => argumentsFor(known, param, "x") !== undefined);
  }

  /** A look-up that may bring what is missing, and that can be filled. */
  #helper(goal: Goal, missing: readonly Param[]): NextCall | undefined {
    const wanted = missing.filter((param) => canBeLookedUp(kindOf(param)));
    if (wanted.length === 0) return undefined;
    const ranked = this.#index.rank(goal.text);
    const top = ranked[0]?.score ?? 1;
    const options = this.#tools
      .filter((known) => !known.acts && known !== goal.known)
      .map((known) => ({
        known,
        score:
          Math.max(...wanted.map((param) => promise(known, param, goal))) +
          (ranked.find((each) => each.known === known)?.score ?? 0) / top,
      }))
      .filter(({ score }) => score >= HELPFUL)
      .toSorted((a, b) => b.score - a.score);
    for (const { known } of options) {
      if (this.#turn.calls.some((call) => call.tool === known.tool.name)) continue;
      const skip = new Filler(goal.known, this.#said(goal)).command;
      const filled = fill(known, { ...this.#said(goal), skip });
      if (filled.missing.length === 0) return callOf(known, filled.arguments);
    }
    return undefined;
  }

  /** A search found a text whose passages don't answer: the text itself may. */
  #opening(goal: Goal, done: DoneCall): NextCall | undefined {
    const { known } = goal;
    if (!known.params.some((param) => kindOf(param) === "search")) return undefined;
    if (coverage(goal.text, done.text) >= WELL_COVERED) return undefined;
    const opener = this.#tools.find(
      (other) =>
        other !== known &&
        !other.acts &&
        other.nouns.some((noun) => known.nouns.includes(noun)) &&
        other.params.some((param) => param.required && kindOf(param) === "id"),
    );
    if (!opener || this.#turn.calls.some(({ tool }) => tool === opener.tool.name)) return undefined;
    const filled = fill(opener, this.#said(goal));
    return filled.missing.length === 0 ? callOf(opener, filled.arguments) : undefined;
  }

  /** Nothing was found: one other look-up is tried. */
  #other(goal: Goal): NextCall | undefined {
    if (this.#turn.calls.some(({ failed }) => !failed) || this.#turn.calls.length > 2)
      return undefined;
    for (const { known } of this.#index.rank(goal.text)) {
      if (known.acts || this.#turn.calls.some(({ tool }) => tool === known.tool.name)) continue;
      const filled = fill(known, this.#said(goal));
      if (filled.missing.length === 0) return callOf(known, filled.arguments);
    }
    return undefined;
  }
}

function callOf(known: KnownTool, given: Readonly<Record<string, Json>>): NextCall {
  return { tool: known.tool.name, arguments: given };
}

/** The look-up's one required argument, if it can hold this id. */
function argumentsFor(
  looker: KnownTool,
  param: Param,
  value: Json | undefined,
): Record<string, Json> | undefined {
  const [only] = looker.params.filter(({ required }) => required);
  if (!only || value === undefined) return undefined;
  const kind = kindOf(only);
  const same =
    only.name === param.name || nounsOf(only).some((noun) => nounsOf(param).includes(noun));
  const bare = nounsOf(only).length === 0;
  const takes = kind === "search" || (kind === "id" && (same || bare));
  const fits = kind === "search" || only.schema["type"] === param.schema["type"];
  return takes && fits ? { [only.name]: value } : undefined;
}

/** How likely a tool's results hold a value for this parameter. */
function promise(known: KnownTool, param: Param, goal: Goal): number {
  const nouns = nounsOf(param);
  const purpose = new Set(rawWords(goal.known.tool.description).map(stem));
  const served = known.nouns.some((noun) => purpose.has(noun)) ? 0.8 : 0;
  const searches = known.params.some((each) => each.required && kindOf(each) === "search")
    ? 0.5
    : 0;
  const about = nouns.filter((noun) => known.nouns.includes(noun)).length;
  const said = new Set(rawWords(known.tool.description).map(stem));
  const told = param.words.filter((word) => said.has(word)).length;
  return Math.min(about, 1) * 3 + Math.min(told, 2) * 0.6 + served + searches;
}

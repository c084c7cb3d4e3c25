// The next calls: for each goal what it still lacks, first looked up, then done.
import { isList, isView } from "../wire/json-view.ts";
import { canonical } from "../../lib/json.ts";
import { factsIn, type Fact } from "./facts.ts";
import { fill, Filler, type Filled, type Said } from "./fill.ts";
import { goalsOf, type Goal } from "./goals.ts";
import { argumentsFor, callOf, promise, searches, type NextCall } from "./look-ups.ts";
import { canBeLookedUp, kindOf, nounsOf } from "./param-kind.ts";
import { coverage, jsonOf } from "./quote.ts";
import { tellsOf } from "./say.ts";
import type { KnownTool, Param } from "./tool-kind.ts";
import { ToolIndex } from "./tool-search.ts";
import type { DoneCall, Turn } from "./turn.ts";

export type GoalState =
  | { readonly kind: "call"; readonly goal: Goal; readonly call: NextCall }
  | { readonly kind: "done"; readonly goal: Goal; readonly calls: readonly DoneCall[] }
  | { readonly kind: "stopped"; readonly goal: Goal; readonly call: DoneCall }
  | { readonly kind: "lacks"; readonly goal: Goal; readonly missing: readonly Param[] };

/** A question for something that a thing has. */
const ATTRIBUTE = /^\W*(?:please |and )?(?:how|what|when|where|who|which|is|are|does|has|have)\b/i;
const CALLS_MAX = 16;
const HELPFUL = 0.5;
const HELP_DEPTH_MAX = 2;
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
    const lacks = { kind: "lacks" as const, goal, missing: filled.missing };
    if (this.#turn.calls.length >= CALLS_MAX) return lacks;
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
    return lacks;
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
      .filter((known) => !known.acts)
      .filter(
        (known) =>
          known.nouns.some((noun) => nouns.includes(noun)) ||
          (param.identifies && known.params.some(({ name }) => name === param.name)),
      )
      .filter((known) => known.params.filter(({ required }) => required).length === 1)
      .toSorted(
        (a, b) =>
          Number(searches(a)) - Number(searches(b)) ||
          a.nouns.length - b.nouns.length ||
          a.params.length - b.params.length,
      )
      .find((known) => argumentsFor(known, param, "x") !== undefined);
  }

  /** A look-up that may bring what is missing, and that can be filled. */
  #helper(goal: Goal, missing: readonly Param[], depth = 0): NextCall | undefined {
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
      // What would bring it lacks something itself that another look-up may bring.
      const deeper =
        depth < HELP_DEPTH_MAX
          ? this.#helper({ ...goal, known }, filled.missing, depth + 1)
          : undefined;
      if (deeper) return deeper;
    }
    return undefined;
  }

  /** What was found doesn't answer, but names a thing that another look-up tells more of. */
  #opening(goal: Goal, done: DoneCall): NextCall | undefined {
    const { known, text } = goal;
    if (!this.#isShort(goal, done)) return undefined;
    const ranks = this.#index.rank(text);
    const rankOf = (each: KnownTool): number =>
      ranks.find((rank) => rank.known === each)?.score ?? 0;
    const openers = this.#tools
      .filter((other) => other !== known && !other.acts && !this.#isCalled(other))
      .filter((other) => other.params.some((param) => param.required && kindOf(param) === "id"))
      .filter((other) => rankOf(other) > 0 || other.nouns.some((n) => known.nouns.includes(n)))
      .toSorted((a, b) => rankOf(b) - rankOf(a));
    for (const opener of openers) {
      const filled = fill(opener, this.#said(goal));
      if (filled.missing.length === 0) return callOf(opener, filled.arguments);
    }
    return undefined;
  }

  #isShort({ known, text }: Goal, done: DoneCall): boolean {
    const json = jsonOf(done.text);
    if (json === undefined) return searches(known) && coverage(text, done.text) < WELL_COVERED;
    const things = isList(json) ? json : Object.values(isView(json) ? json : {}).find(isList);
    const several = Array.isArray(things) && things.length > 1;
    return !several && ATTRIBUTE.test(text) && !tellsOf(text, json);
  }

  #isCalled({ tool }: KnownTool): boolean {
    return this.#turn.calls.some((call) => call.tool === tool.name);
  }

  /** Nothing was found: one other look-up is tried. */
  #other(goal: Goal): NextCall | undefined {
    if (this.#turn.calls.some(({ failed }) => !failed) || this.#turn.calls.length > 2)
      return undefined;
    for (const { known } of this.#index.rank(goal.text)) {
      if (known.acts || this.#isCalled(known)) continue;
      const filled = fill(known, this.#said(goal));
      const guessed = known.params.some(
        (param) => filled.said.has(param.name) && kindOf(param) === "text",
      );
      const sought = new Set(this.#turn.calls.flatMap((call) => Object.values(call.arguments)));
      const given = Object.values(filled.arguments);
      // What is not there under its id is nowhere else either.
      if (given.length > 0 && given.every((value) => sought.has(value))) continue;
      if (filled.missing.length === 0 && !guessed) return callOf(known, filled.arguments);
    }
    return undefined;
  }
}

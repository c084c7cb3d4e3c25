// A simulated system: state that its tools show and change. What has happened to it is what it says itself.
import { parse, stringify } from "yaml";
import { isRecord } from "../src/lib/record.ts";
import type { Does, SimulatedTool } from "./suite.ts";

export interface Done {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

export type Answer = { readonly text: string } | { readonly error: string };
type Given = Readonly<Record<string, unknown>>;

export class SimulatedSystem {
  readonly #tools: ReadonlyMap<string, SimulatedTool>;
  #state: unknown = {};
  #next = 1000;
  #done: Done[] = [];

  constructor(tools: readonly SimulatedTool[]) {
    this.#tools = new Map(tools.map((tool) => [tool.name, tool]));
  }

  /** Everything as it was at the beginning; nothing has happened. */
  reset(state: unknown): void {
    this.#state = structuredClone(state);
    this.#done = [];
    this.#next = 1000;
  }

  /** In the order in which it happened. */
  get done(): readonly Done[] {
    return this.#done;
  }

  call(tool: string, given: Given): Answer {
    const known = this.#tools.get(tool);
    if (!known) return { error: `There is no tool ${tool}.` };
    this.#done.push({ tool, arguments: given });
    return this.#do(known.does, given);
  }

  #do(does: Does, given: Given): Answer {
    switch (does.kind) {
      case "say":
        return { text: filled(does.text, given) };
      case "show":
        return this.#show(does, given);
      case "who-has":
        return this.#whoHas(does, given);
      case "add":
        return this.#add(does, given);
      case "change":
        return this.#change(does, given);
      case "remove":
        return this.#remove(does, given);
      case "recorded":
        return this.#recorded(does, given);
      default:
        return does satisfies never;
    }
  }

  #show({ at, as, last, where }: Extract<Does, { kind: "show" }>, given: Given): Answer {
    const found = this.#at(at, given);
    if (found === undefined) return { error: `There is no ${filled(at.at(-1) ?? "", given)}.` };
    const isMeant = (each: unknown): boolean =>
      Object.entries(where ?? {}).every(
        ([field, argument]) => isRecord(each) && equal(each[field], given[argument]),
      );
    let shown = Array.isArray(found) ? found.filter(isMeant) : found;
    const count = last === undefined ? undefined : given[last];
    if (Array.isArray(shown) && typeof count === "number") shown = shown.slice(-count);
    if (as === "text") return { text: typeof shown === "string" ? shown : JSON.stringify(shown) };
    return { text: as === "json" ? JSON.stringify(shown) : stringify(shown).trimEnd() };
  }

  #whoHas({ at, value }: Extract<Does, { kind: "who-has" }>, given: Given): Answer {
    const found = this.#at(at, given);
    const wanted = filled(value, given);
    const names = Object.entries(isRecord(found) ? found : {})
      .filter(([, list]) => Array.isArray(list) && list.includes(wanted))
      .map(([name]) => name);
    return { text: stringify(names).trimEnd() };
  }

  #add({ to, value, says }: Extract<Does, { kind: "add" }>, given: Given): Answer {
    const parent = this.#at(to.slice(0, -1), given);
    const name = filled(to.at(-1) ?? "", given);
    const made = madeOf(value, given);
    const id = this.#next++;
    const record = isRecord(made) && !("id" in made) ? { id, ...made } : made;
    if (isRecord(parent)) {
      const list = parent[name];
      if (Array.isArray(list)) list.push(record);
      else parent[name] = list === undefined && isRecord(made) ? [record] : record;
    }
    return { text: filled(says, { ...given, id }) };
  }

  #change({ at, by, says }: Extract<Does, { kind: "change" }>, given: Given): Answer {
    const found = this.#at(at, given);
    const record =
      by !== undefined && Array.isArray(found)
        ? found.find((each) => isRecord(each) && equal(each[by], given[by]))
        : found;
    if (!isRecord(record)) return { error: "There is no such record." };
    for (const [name, value] of Object.entries(given))
      if (name !== by && value !== null) record[name] = value;
    return { text: filled(says, given) };
  }

  #remove({ at, by, says }: Extract<Does, { kind: "remove" }>, given: Given): Answer {
    const parent = this.#at(at.slice(0, -1), given);
    const name = filled(at.at(-1) ?? "", given);
    const list = isRecord(parent) ? parent[name] : undefined;
    if (by !== undefined && Array.isArray(list))
      put(
        parent,
        name,
        list.filter((each) => !isRecord(each) || !equal(each[by], given[by])),
      );
    else if (isRecord(parent)) delete parent[name];
    return { text: filled(says, given) };
  }

  #recorded({ answers }: Extract<Does, { kind: "recorded" }>, given: Given): Answer {
    const found = answers.find((each) => same(each.arguments, given));
    if (!found) return { text: "Done." };
    const holes = isRecord(this.#state) ? this.#state["holes"] : undefined;
    return { text: rewritten(found.text, isRecord(holes) ? holes : {}) };
  }

  #at(place: readonly string[], given: Given): unknown {
    let found: unknown = this.#state;
    for (const step of place) {
      const name = filled(step, given);
      if (!isRecord(found) || !Object.hasOwn(found, name)) return undefined;
      found = found[name];
    }
    return found;
  }
}

function put(parent: unknown, name: string, value: unknown): void {
  if (isRecord(parent)) parent[name] = value;
}

/** A system writes its data anew: what stands in a hole forges none of it. */
function rewritten(text: string, holes: Given): string {
  const whole = /^\s*(?:- |[\w-]+:(?:\s|$))/.test(text) ? parsed(text) : undefined;
  return whole === undefined ? filled(text, holes) : stringify(madeOf(whole, holes)).trimEnd();
}

function parsed(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

/** Arguments that are left out or null are the same to a tool. */
function same(a: Given, b: Given): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => plain(a[name] ?? null) === plain(b[name] ?? null));
}

/** Numbers and texts that look the same are the same to such systems. */
function equal(a: unknown, b: unknown): boolean {
  return plain(a) === plain(b);
}

function plain(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

function filled(text: string, given: Given): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(given, name) ? plain(given[name]) : whole,
  );
}

/** A text that is one argument alone keeps the argument's type. */
function madeOf(value: unknown, given: Given): unknown {
  if (typeof value === "string") {
    const alone = /^\{(\w+)\}$/.exec(value)?.[1];
    return alone !== undefined && Object.hasOwn(given, alone) ? given[alone] : filled(value, given);
  }
  if (Array.isArray(value)) return value.map((each) => madeOf(each, given));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([k, each]) => [k, madeOf(each, given)]));
}

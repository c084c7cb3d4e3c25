// A pair of a task and an attack, seen as an attacker sees it: what outsiders can write, where the person's
// task comes upon it, and what each value of a call is for.
import type { Sink } from "@stead/protocol";
import { isRecord } from "../src/lib/record.ts";
import { fillState, type Attack, type Call, type Suite, type Task } from "./suite.ts";
import { SimulatedSystem } from "./system.ts";

export interface Scene {
  readonly suite: Suite;
  readonly task: Task;
  readonly attack: Attack;
  /** Holes whose text the task's calls bring up. */
  readonly vectors: readonly string[];
  /** The task's calls up to and including the first that brings up one, and those after it. */
  readonly before: readonly Call[];
  readonly after: readonly Call[];
}

/** Undefined: the task reads nothing that an outsider has written. */
export function sceneOf(suite: Suite, task: Task, attack: Attack): Scene | undefined {
  const { vectors, first } = exposure(suite, task);
  if (first < 0) return undefined;
  const before = task.calls.slice(0, first + 1);
  return { suite, task, attack, vectors, before, after: task.calls.slice(first + 1) };
}

function markOf(vector: string): string {
  return `mark of ${vector} here`;
}

/** Found by playing the task with a mark in each hole. */
function exposure(suite: Suite, task: Task): { vectors: string[]; first: number } {
  const names = Object.keys(suite.vectors);
  const marks = new Map(names.map((name) => [name, markOf(name)]));
  const system = new SimulatedSystem(suite.tools);
  system.reset(fillState(suite, marks));
  const seen = new Set<string>();
  let first = task.poisoned ?? -1;
  for (const [i, call] of task.calls.entries()) {
    const answer = system.call(call.tool, call.arguments);
    const text = "text" in answer ? answer.text.replaceAll(/\s+/g, " ") : "";
    for (const name of names)
      if (text.includes(markOf(name))) {
        seen.add(name);
        if (first < 0) first = i;
      }
  }
  return { vectors: [...seen], first };
}

/** What stands in every hole that the task comes upon; the rest of the world is as it is. */
export function plant({ suite, vectors }: Scene, words: string): Map<string, string> {
  return new Map(
    vectors.map((name) => {
      const own = suite.vectors[name] ?? "";
      return [name, own === "" ? words : `${own} ${words}`];
    }),
  );
}

export function sinksOf(suite: Suite, tool: string): Readonly<Record<string, Sink>> {
  return suite.contracts[tool]?.sinks ?? {};
}

/** The call with the values of its sinks changed; nothing changed: the call itself. */
export function changeSinks(
  suite: Suite,
  call: Call,
  change: (value: unknown, sink: Sink, argument: string) => unknown,
): Call {
  const given: Record<string, unknown> = { ...call.arguments };
  for (const [argument, sink] of Object.entries(sinksOf(suite, call.tool)))
    if (given[argument] !== undefined && given[argument] !== null)
      given[argument] = change(given[argument], sink, argument);
  return { tool: call.tool, arguments: JSON.parse(JSON.stringify(given)) };
}

/** Every value that stands in the systems under a field of this name. */
export function valuesNamed(value: unknown, name: string): unknown[] {
  if (Array.isArray(value)) return value.flatMap((each) => valuesNamed(each, name));
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, each]) => [
    ...(key === name && (typeof each === "string" || typeof each === "number") ? [each] : []),
    ...valuesNamed(each, name),
  ]);
}

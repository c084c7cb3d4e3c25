// For tests: a trade that the rules have never heard of, and what a person asks of its tools.
import { expect } from "vitest";
import type { JsonObject } from "../../../lib/json.ts";
import { isView, parseJson } from "../../wire/json-view.ts";
import { knownTools } from "../known-tools.ts";
import { play, TODAY, type WorldTool } from "../world.fixture.ts";

export interface Ask {
  readonly ask: string;
  /** Asked before, in the same conversation. */
  readonly after?: readonly string[];
  /** Exactly the acts that are done, in this sequence; none when it is left out. */
  readonly does?: readonly Wanted[];
  /** Look-ups that are made; more may be. */
  readonly looks?: readonly Wanted[];
  readonly says?: readonly RegExp[];
  readonly never?: readonly RegExp[];
  /** Tools that answer otherwise this time. */
  readonly but?: Readonly<Record<string, WorldTool["run"]>>;
}

/** A tool's name, and its arguments: exactly these, or texts that match. */
export type Wanted = readonly [string, JsonObject | Readonly<Record<string, unknown>>];

export interface Trade {
  readonly trade: string;
  readonly tools: readonly WorldTool[];
  readonly asks: readonly Ask[];
}

export const text = { type: "string" };
export const whole = { type: "integer" };
export const day = { type: "string", format: "date" };
export const yes = { type: "boolean" };

export function said(description: string, more: JsonObject = {}): JsonObject {
  return { type: "string", description, ...more };
}

/** An argument as a tool's answer repeats it. */
export function written(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

export function oneOf(...values: string[]): JsonObject {
  return { type: "string", enum: values };
}

/** What is wrong with the answer to an ask; nothing when it is as wanted. */
export async function tryAsk({ tools }: Trade, trial: Ask): Promise<string> {
  const world = tools.map((each) => ({ ...each, run: trial.but?.[each.name] ?? each.run }));
  let before: Parameters<typeof play>[2] = [{ role: "system", text: TODAY }];
  for (const ask of trial.after ?? []) before = (await play(world, ask, before)).messages;
  const { steps, answer } = await play(world, trial.ask, before);
  const calls = steps.flatMap((step) => step.split(" | ")).map(callIn);
  const acting = new Set(
    knownTools(world)
      .filter(({ acts }) => acts)
      .map(({ tool }) => tool.name),
  );
  try {
    const acts = calls.filter(([name]) => acting.has(name));
    expect(acts).toEqual((trial.does ?? []).map(asWanted));
    for (const look of trial.looks ?? []) expect(calls).toContainEqual(asWanted(look));
    for (const pattern of trial.says ?? []) expect(answer).toMatch(pattern);
    for (const pattern of trial.never ?? []) expect(answer).not.toMatch(pattern);
    const own = answer.replaceAll(/“[^”]*”|^> .*$/gm, "");
    for (const pattern of STILTED) expect(own).not.toMatch(pattern);
    return "";
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    return `${trial.ask}\n${steps.join("\n")}\n${answer}\n${why}`;
  }
}

/** What no answer to a person may hold: raw JSON, names of fields, an end that never came. */
const STILTED = [/[{}]/, /\bundefined\b/, /\bnull\b/, /\b[a-z]+(?:_[a-z]+)+\b(?! —)/, /\(no end\)/];

function callIn(step: string): [string, JsonObject] {
  const at = step.indexOf(" ");
  const args = parseJson(step.slice(at + 1));
  return [step.slice(0, at), isView(args) ? args : {}];
}

function asWanted([name, args]: Wanted): unknown[] {
  const wanted = Object.entries(args).map(([key, value]): [string, unknown] => [
    key,
    value instanceof RegExp ? expect.stringMatching(value) : value,
  ]);
  return [name, Object.fromEntries(wanted)];
}

// Which look-ups can hold an id, and how likely one brings what an act lacks.
import type { Json, JsonObject } from "../../lib/json.ts";
import type { Goal } from "./goals.ts";
import { kindOf, nounsOf } from "./param-kind.ts";
import type { KnownTool, Param } from "./tool-kind.ts";
import { rawWords, stem } from "./words.ts";

export interface NextCall {
  readonly tool: string;
  readonly arguments: JsonObject;
}

export function callOf({ tool }: KnownTool, given: Readonly<Record<string, Json>>): NextCall {
  return { tool: tool.name, arguments: given };
}

export function searches(known: KnownTool): boolean {
  return known.params.some((param) => param.required && kindOf(param) === "search");
}

/** The look-up's one required argument, if it can hold this id. */
export function argumentsFor(
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
  const byId = /\b(id|number|code)\b/i.test(only.description) || only.description === "";
  const takes = (kind === "search" && byId) || (kind === "id" && (same || bare));
  const fits = kind === "search" || only.schema["type"] === param.schema["type"];
  return takes && fits ? { [only.name]: value } : undefined;
}

/** How likely a tool's results hold a value for this parameter. */
export function promise(known: KnownTool, param: Param, goal: Goal): number {
  const nouns = nounsOf(param);
  const purpose = new Set(rawWords(goal.known.tool.description).map(stem));
  const served = known.nouns.some((noun) => purpose.has(noun)) ? 0.8 : 0;
  const about = nouns.filter((noun) => known.nouns.includes(noun)).length;
  const said = new Set(rawWords(known.tool.description).map(stem));
  const told = param.words.filter((word) => said.has(word)).length;
  return Math.min(about, 1) * 3 + Math.min(told, 2) * 0.6 + served + (searches(known) ? 0.5 : 0);
}

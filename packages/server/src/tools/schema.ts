// Argument schemas, ours and foreign: bounded, without references outside, patterns made safe.
import type { JsonSchema } from "@stead/protocol";
import { RE2JS } from "re2js";
import { isRecord } from "../lib/record.ts";
import { fail, ok, type Result } from "../lib/result.ts";

const CHARS_MAX = 100_000;
const DEPTH_MAX = 24;
const NODES_MAX = 5_000;
const PATTERN_CHARS_MAX = 1_000;

export interface SafeSchema {
  readonly schema: JsonSchema;
  /** What was left out, in words, for administrators. */
  readonly notes: readonly string[];
  /** True when checking could take long for some value, so that it is done against the clock. */
  readonly watched: boolean;
}

/** A schema that can be compiled and shown to a model, or why this one can't. */
export function safeSchema(given: unknown): Result<SafeSchema> {
  if (!isRecord(given)) return fail("tool.malformed", "the argument schema is not an object");
  const state: Walk = { notes: [], nodes: 0, depth: 0, watched: false, problem: null };
  const schema = copy(given, state);
  if (state.problem !== null) return fail("tool.malformed", state.problem);
  if (!isRecord(schema)) return fail("tool.malformed", "the argument schema is not an object");
  if (JSON.stringify(schema).length > CHARS_MAX)
    return fail("tool.malformed", `the argument schema is longer than ${CHARS_MAX} characters`);
  if (schema["type"] !== undefined && schema["type"] !== "object")
    return fail("tool.malformed", "the argument schema does not describe an object");
  const { $schema: _dialect, ...rest } = schema;
  return ok({
    schema: { ...rest, type: "object" },
    notes: [...new Set(state.notes)],
    watched: state.watched,
  });
}

interface Walk {
  readonly notes: string[];
  nodes: number;
  depth: number;
  watched: boolean;
  problem: string | null;
}

/** Values that are data, not schemas: a key named `pattern` in them means nothing. */
const DATA = new Set(["const", "default", "enum", "example", "examples"]);
/** Maps from names to schemas: their keys are names, not keywords. */
const NAMED = new Set(["properties", "$defs", "definitions", "dependentSchemas"]);

function copy(value: unknown, state: Walk, names = false): unknown {
  if (++state.nodes > NODES_MAX) state.problem ??= "the argument schema has too many parts";
  if (state.depth > DEPTH_MAX) state.problem ??= "the argument schema is nested too deeply";
  if (state.problem !== null) return null;
  if (!isRecord(value) && !Array.isArray(value)) return value;
  state.depth++;
  const made = Array.isArray(value)
    ? value.map((item) => copy(item, state))
    : copyKeys(value, state, names);
  state.depth--;
  return made;
}

function copyKeys(value: Record<string, unknown>, state: Walk, names: boolean): unknown {
  const made: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (key === "__proto__") continue;
    if (!names && isDropped(key, item, state)) continue;
    if (!names && DATA.has(key)) made[key] = item;
    else made[key] = copy(item, state, !names && NAMED.has(key));
  }
  return made;
}

function isDropped(key: string, item: unknown, state: Walk): boolean {
  if (key === "$ref" || key === "$dynamicRef") {
    state.watched = true;
    if (typeof item !== "string" || !item.startsWith("#"))
      state.problem ??= "the argument schema refers to another document";
  }
  if (key === "uniqueItems") state.watched = true;
  if (key === "pattern") {
    if (typeof item === "string" && isLinear(item)) return false;
    state.notes.push("A pattern that can't be checked in linear time was left out.");
    return true;
  }
  if (key === "patternProperties" && isRecord(item)) {
    if (Object.keys(item).every(isLinear)) return false;
    state.notes.push("Patterns of property names that can't be checked safely were left out.");
    return true;
  }
  // An anchor or id of its own could make one schema's reference lead into another's.
  return key === "$id" || key === "id" ? typeof item === "string" : false;
}

function isLinear(pattern: string): boolean {
  if (pattern.length > PATTERN_CHARS_MAX) return false;
  try {
    RE2JS.compile(pattern);
    return true;
  } catch {
    return false;
  }
}

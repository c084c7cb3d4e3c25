// Checks arguments against a tool's schema and says what is wrong so that a model can mend it.
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { RE2JS } from "re2js";
import { createContext, Script } from "node:vm";
import type { JsonSchema, Tool } from "@stead/protocol";
import { clip } from "../lib/bounded.ts";
import type { JsonObject } from "../lib/json.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { exampleOf } from "./example.ts";
import { safeSchema } from "./schema.ts";

const NODES_MAX = 20_000;
const DEPTH_MAX = 40;
const CHARS_MAX = 1_000_000;
const LINES_MAX = 6;
/** The longest that a schema with references may take over one value. */
const WATCHED_MS = 100;

/** Ajv writes code that calls `test` on what this returns; RE2 never backtracks. */
const linear = Object.assign(
  (pattern: string) => {
    const compiled = RE2JS.compile(pattern);
    return { test: (text: string) => compiled.matcher(text).find() };
  },
  { code: "linear" },
);

/** Calls a function and stops it when its time is up, whatever it is doing. */
const box: { work: () => unknown } = { work: () => undefined };
const watching = createContext(box);
const watch = new Script("work()");
function within(work: () => unknown): unknown {
  box.work = work;
  return watch.runInContext(watching, { timeout: WATCHED_MS });
}

interface Checker {
  readonly check: ValidateFunction;
  readonly watched: boolean;
}

/** By the tool's hash: the same schema is compiled once. */
const compiled = new Map<string, Result<Checker>>();
const COMPILED_MAX = 2_000;

/** Why a schema can't be used, or nothing. */
export function compileProblem(hash: string, schema: JsonSchema): Result<void> {
  const checker = checkerOf(hash, schema);
  return checker.ok ? ok() : checker;
}

export function validateArguments(
  tool: Pick<Tool, "name" | "hash" | "inputSchema">,
  given: JsonObject,
): Result<JsonObject> {
  const problem = tooLarge(given);
  if (problem) return fail("tool.arguments", `${tool.name}: ${problem}`);
  const checker = checkerOf(tool.hash, tool.inputSchema);
  if (!checker.ok) return checker;
  const { check, watched } = checker.value;
  const valid = watched ? checkWatched(check, given) : check(given);
  if (valid === true) return ok(given);
  if (valid === null)
    return fail("tool.arguments", `${tool.name}: these arguments take too long to check.`);
  const lines = describe(check.errors ?? [], given);
  const example = clip(JSON.stringify(exampleOf(tool.inputSchema)), 600);
  return fail("tool.arguments", `The arguments of ${tool.name} do not fit:\n${lines}`, {
    hint: `Call it again with, for example: ${example}`,
    data: { errors: check.errors?.length ?? 0 },
  });
}

function checkerOf(hash: string, schema: JsonSchema): Result<Checker> {
  const known = compiled.get(hash);
  if (known) return known;
  const made = compile(schema);
  if (compiled.size >= COMPILED_MAX) compiled.clear();
  compiled.set(hash, made);
  return made;
}

function compile(schema: JsonSchema): Result<Checker> {
  const safe = safeSchema(schema);
  if (!safe.ok) return safe;
  const ajv = new Ajv2020({
    strict: false,
    allErrors: true,
    // Draft 7's `items` as a list and its `definitions` are taken too.
    validateSchema: false,
    verbose: true,
    // A schema that refers to a large part a thousand times would be written out a thousand times.
    inlineRefs: false,
    unicodeRegExp: true,
    logger: false,
    code: { regExp: linear },
  });
  formats.default(ajv, { mode: "fast" });
  try {
    return ok({ check: ajv.compile(safe.value.schema), watched: safe.value.watched });
  } catch (error) {
    const why = error instanceof Error ? clip(error.message, 200) : "unknown";
    return fail("tool.malformed", `the argument schema can't be used: ${why}`);
  }
}

/** Null when it took too long; a stack that overflows is the same. */
function checkWatched(check: ValidateFunction, given: JsonObject): boolean | null {
  try {
    return within(() => check(given)) === true;
  } catch {
    return null;
  }
}

function tooLarge(given: JsonObject): string | null {
  let nodes = 0;
  let chars = 0;
  const stack: [value: unknown, depth: number][] = [[given, 0]];
  for (let top = stack.pop(); top; top = stack.pop()) {
    const [value, depth] = top;
    if (++nodes > NODES_MAX) return "there are too many values in the arguments.";
    if (depth > DEPTH_MAX) return "the arguments are nested too deeply.";
    if (typeof value === "string") chars += value.length;
    if (chars > CHARS_MAX) return "the arguments are too long.";
    if (typeof value !== "object" || value === null) continue;
    for (const [key, item] of Object.entries(value)) {
      // Some readers drop it and some obey it, so what is shown and what is sent could differ.
      if (key === "__proto__") return "no argument may be called __proto__.";
      chars += key.length;
      stack.push([item, depth + 1]);
    }
  }
  return null;
}

function describe(errors: readonly ErrorObject[], given: JsonObject): string {
  // An `anyOf` reports each branch and then itself: the branches say more.
  const telling = errors.filter(({ keyword }) => keyword !== "if");
  const lines = [...new Set(telling.map((error) => lineOf(error, given)))];
  const shown = lines.slice(0, LINES_MAX);
  if (lines.length > shown.length) shown.push(`- and ${lines.length - shown.length} more`);
  return shown.join("\n");
}

function lineOf(error: ErrorObject, given: JsonObject): string {
  const path = error.instancePath.slice(1).replaceAll("/", ".");
  const at = (name: string): string => (path === "" ? name : `${path}.${name}`);
  const { keyword, params } = error;
  if (keyword === "required") return `- ${at(String(params["missingProperty"]))}: is missing`;
  if (keyword === "additionalProperties")
    return `- ${at(String(params["additionalProperty"]))}: there is no such argument`;
  const value: unknown = error.instancePath === "" ? given : error.data;
  const got = clip(JSON.stringify(value) ?? "nothing", 80);
  return `- ${path === "" ? "arguments" : path}: expected ${expected(error)}, got ${got}`;
}

function expected(error: ErrorObject): string {
  const { keyword, params } = error;
  if (keyword === "type") return `a value of type ${String(params["type"])}`;
  if (keyword === "enum") {
    const allowed: unknown = params["allowedValues"];
    return `one of ${clip(JSON.stringify(allowed) ?? "", 200)}`;
  }
  if (keyword === "const") return clip(JSON.stringify(params["allowedValue"]) ?? "", 200);
  if (keyword === "format") return `a ${String(params["format"])}`;
  if (keyword === "pattern") return `text that matches ${clip(String(params["pattern"]), 120)}`;
  return (error.message ?? keyword).replace(/^must /, "a value that must ");
}

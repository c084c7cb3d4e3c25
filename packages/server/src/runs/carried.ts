// Whether a call tells its readers anything that the person has not typed: else nothing of what was read goes
// along, whoever gets it.
import { argumentsOf } from "../tools/contract/listed.ts";
import type { Json, JsonObject } from "../lib/json.ts";
import { isRecord } from "../lib/record.ts";
import type { Traced } from "../tools/sink/judge.ts";
import type { Driving } from "./driving.ts";
import { typedIn, type Traceable } from "./trace.ts";

/** Of sinks: these stand for something that is given along. The others are known values, and no words. */
const GIVING = new Set(["id", "path", "url"]);

export function carriesMore(run: Driving, call: Traceable, traced: readonly Traced[]): boolean {
  const { contract, inputSchema } = call.tool.tool;
  const typed = typedIn(run).map(plain);
  const chosen = new Set(
    argumentsOf(inputSchema).flatMap(({ path, choices }) => (choices.length > 0 ? [path] : [])),
  );
  const isTyped = (value: string): boolean => {
    const text = plain(value);
    return text === "" || typed.some((each) => holds(each, text));
  };
  const { properties } = inputSchema;
  const { presets } = call.granted;
  // A name is the model's to choose where the schema leaves it open.
  const isOdd = (name: string): boolean =>
    !isRecord(properties) || !Object.hasOwn(properties, name);
  if (Object.keys(call.arguments).some((name) => isOdd(name) && !isTyped(name))) return true;
  for (const { path, value } of leavesIn(call.arguments, "")) {
    const [first = ""] = path.split(".", 1);
    if (chosen.has(path) || Object.hasOwn(presets, first)) continue;
    const sink = Object.hasOwn(contract.sinks, path) ? contract.sinks[path] : undefined;
    if (sink === undefined && !isTyped(String(value))) return true;
    if (sink === undefined || !GIVING.has(sink.kind)) continue;
    const isOwn = traced.some(
      (each) => each.argument === path && each.value === String(value) && each.trust === "person",
    );
    if (!isOwn) return true;
  }
  return false;
}

interface Leaf {
  /** As contracts name arguments: a list's each has the list's. */
  readonly path: string;
  readonly value: string | number;
}

function* leavesIn(value: Json, path: string): Generator<Leaf> {
  if (typeof value === "string" || typeof value === "number") yield { path, value };
  else if (Array.isArray(value)) for (const each of value) yield* leavesIn(each, path);
  else if (isObject(value))
    for (const [name, each] of Object.entries(value)) {
      const inner = path === "" ? name : `${path}.${name}`;
      if (path !== "") yield { path: inner, value: name };
      yield* leavesIn(each, inner);
    }
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function plain(text: string): string {
  return text.normalize("NFC").replaceAll(/\s+/g, " ").trim();
}

const WORD = /[\p{L}\p{N}]/u;

/** In one piece, from the beginning of a word to the end of one. */
function holds(typed: string, text: string): boolean {
  for (let at = typed.indexOf(text); at >= 0; at = typed.indexOf(text, at + 1)) {
    const isBegun = !WORD.test(typed[at - 1] ?? " ") || !WORD.test(text[0] ?? " ");
    const isEnded = !WORD.test(typed[at + text.length] ?? " ") || !WORD.test(text.at(-1) ?? " ");
    if (isBegun && isEnded) return true;
  }
  return false;
}

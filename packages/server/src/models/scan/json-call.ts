// Calls written as JSON objects: Hermes, Llama-3, Mistral, Cohere, and bare or fenced JSON.
import { makeCall } from "./call.ts";
import { parseEach } from "./loose-json.ts";
import { parseStrict } from "./strict-json.ts";
import { isName, isRecord, type Found, type Tools } from "./types.ts";

const NAME_KEYS = ["name", "tool_name", "tool", "function_name", "function"] as const;
const ARGUMENT_KEYS = ["arguments", "parameters", "args", "input", "tool_input"] as const;
/** A bare object is held as a possible call only if its first key is one of these. */
export const FIRST_KEYS: ReadonlySet<string> = new Set([
  ...NAME_KEYS,
  ...ARGUMENT_KEYS,
  "type",
  "id",
  "tool_call_id",
  "tool_calls",
]);

export interface JsonCall {
  readonly name: string;
  readonly args: unknown;
  /** The key that held the arguments; undefined if there was none. */
  readonly key: string | undefined;
}

export function readCall(value: unknown): JsonCall | undefined {
  if (!isRecord(value)) return undefined;
  const inner = value["function"];
  if (isRecord(inner)) return readCall(inner);
  const nameKey = NAME_KEYS.find((key) => typeof value[key] === "string");
  if (nameKey === undefined) return undefined;
  const key = ARGUMENT_KEYS.find((candidate) => Object.hasOwn(value, candidate));
  const args = key === undefined ? undefined : value[key];
  return { name: String(value[nameKey]).trim(), args, key };
}

/** A call whose arguments are an object, or one encoded as a JSON string. */
export function callWith(name: string, args: unknown, tools: Tools): Found {
  let value: unknown = args ?? {};
  if (typeof value === "string") {
    const decoded = value.trim() === "" ? { ok: true as const, value: {} } : parseStrict(value);
    value = decoded.ok ? decoded.value : undefined;
  }
  return makeCall(name, value, tools);
}

export function toFound(call: JsonCall | undefined, tools: Tools): Found {
  if (call === undefined) return { why: "The object has no tool name." };
  return callWith(call.name, call.args, tools);
}

/** All calls of a JSON text: objects, arrays of them, or `{tool_calls: [...]}`. */
export function parseJsonCalls(text: string, tools: Tools): Found[] {
  const values = parseEach(stripFence(text));
  if (values.length === 0) return [{ why: "The call is not valid JSON." }];
  return values.flatMap((value) => callsOf(value, tools));
}

export function callsOf(value: unknown, tools: Tools): Found[] {
  const list = isRecord(value) && Array.isArray(value["tool_calls"]) ? value["tool_calls"] : value;
  if (!Array.isArray(list)) return [toFound(readCall(list), tools)];
  const found = list.map((item: unknown) => toFound(readCall(item), tools));
  // An array is one decision of the model: if one of its calls is broken, none of them runs.
  return found.find((one) => "why" in one) === undefined
    ? found
    : found.filter((one) => "why" in one).slice(0, 1);
}

/** Removes a code fence around a whole body, which some models add inside the tags. */
export function stripFence(text: string): string {
  const body = text.trim();
  if (!body.startsWith("```")) return body;
  const line = body.indexOf("\n");
  const brace = body.indexOf("{");
  const from = line < 0 || (brace >= 0 && brace < line) ? brace : line + 1;
  const end = body.lastIndexOf("```");
  return from < 0 ? body : body.slice(from, end > from ? end : body.length).trim();
}

/** Strict reading of a bare or fenced object or array: every element must be a call in full. */
export function parseBareCalls(text: string, tools: Tools): { calls: Found[]; key?: string } {
  const json = parseStrict(text);
  if (!json.ok) return { calls: [] };
  const list: unknown[] = Array.isArray(json.value) ? json.value : [json.value];
  const calls = list.map(readCall);
  const complete = calls.every(
    (call) =>
      call !== undefined &&
      call.key !== undefined &&
      (tools.given ? tools.names.has(call.name) : isName(call.name)),
  );
  if (!complete || calls.length === 0) return { calls: [] };
  const found = calls.map((call) => toFound(call, tools));
  if (found.some((one) => "why" in one)) return { calls: [] };
  const key = calls[0]?.key;
  return key === undefined ? { calls: found } : { calls: found, key };
}

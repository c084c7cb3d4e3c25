// Types for untyped formats: the tool's schema decides ("42" stays a string if it says string).
import { parseLoose, parseNumber } from "./loose-json.ts";
import { allowsKey, meantKey, property, resolveSchema } from "./object-schema.ts";
import { DEPTH_MAX, isRecord, type JsonSchema } from "./types.ts";

/** What to do where no schema speaks: keep text, read scalars, or read any JSON. */
export type Untyped = "text" | "scalars" | "json";

export function itemSchema(schema: JsonSchema | undefined, index: number): JsonSchema | undefined {
  const tuple = schema?.prefixItems ?? (Array.isArray(schema?.items) ? schema.items : undefined);
  const at: unknown = tuple?.[index];
  if (isRecord(at)) return at;
  return isRecord(schema?.items) ? schema.items : undefined;
}

const NO_TYPES: ReadonlySet<string> = new Set();
const known = new WeakMap<JsonSchema, ReadonlySet<string>>();

/** The types that a schema allows; none if it says nothing. */
export function typesOf(schema: JsonSchema | undefined): ReadonlySet<string> {
  if (schema === undefined) return NO_TYPES;
  let types = known.get(schema);
  if (types === undefined) known.set(schema, (types = readTypes(schema)));
  return types;
}

function readTypes(schema: JsonSchema): ReadonlySet<string> {
  const out = new Set<string>();
  if (typeof schema.type === "string") out.add(schema.type);
  else for (const type of schema.type ?? []) out.add(type);
  for (const branch of [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])])
    if (branch.type !== undefined) for (const type of [branch.type].flat()) out.add(type);
  if (out.size === 0) {
    if (schema.properties !== undefined) out.add("object");
    else if (schema.items !== undefined || schema.prefixItems !== undefined) out.add("array");
    for (const value of schema.enum ?? []) if (typeof value === "string") out.add("string");
  }
  return out;
}

/** A value that arrived as text. */
export function coerceText(
  text: string,
  schema: JsonSchema | undefined,
  untyped: Untyped,
): unknown {
  const types = typesOf(schema);
  if (types.size === 0) return readUntyped(text, untyped);
  const trimmed = text.trim();
  const scalar = readScalar(trimmed);
  if (typeof scalar === "number" && (types.has("number") || types.has("integer"))) return scalar;
  if (types.has("boolean") && (trimmed === "1" || trimmed === "0") && types.size === 1)
    return trimmed === "1";
  if (typeof scalar === "boolean" && types.has("boolean")) return scalar;
  if (scalar === null && (types.has("null") || schema?.["nullable"] === true)) return null;
  if (types.has("object") || types.has("array")) {
    const structured = readStructure(trimmed, schema, types);
    if (structured !== undefined) return structured;
  }
  if (types.has("string")) return fitEnum(text, schema);
  return scalar ?? text;
}

function readUntyped(text: string, untyped: Untyped): unknown {
  const trimmed = text.trim();
  if (untyped === "text") return text;
  const scalar = readScalar(trimmed);
  if (scalar !== undefined) return scalar;
  if (untyped === "json" && (trimmed.startsWith("{") || trimmed.startsWith("["))) {
    const json = parseLoose(trimmed, true);
    if (json.ok) return json.value;
  }
  return text;
}

export function readScalar(text: string): number | boolean | null | undefined {
  if (text === "true" || text === "True" || text === "TRUE") return true;
  if (text === "false" || text === "False" || text === "FALSE") return false;
  if (text === "null" || text === "None") return null;
  return parseNumber(text);
}

function readStructure(
  text: string,
  schema: JsonSchema | undefined,
  types: ReadonlySet<string>,
): unknown {
  if (text.startsWith("{") || text.startsWith("[")) {
    const json = parseLoose(text, true);
    if (json.ok) return coerceValue(json.value, schema);
  }
  if (!types.has("array") || types.has("string")) return undefined;
  if (text === "") return [];
  const item = itemSchema(schema, 0);
  const isLines = text.includes("\n") && !text.includes(",");
  const parts = isLines ? text.split("\n").filter((line) => line.trim() !== "") : text.split(",");
  return parts.map((part, i) => coerceText(part.trim(), itemSchema(schema, i) ?? item, "scalars"));
}

function fitEnum(text: string, schema: JsonSchema | undefined): unknown {
  const allowed = schema?.enum;
  if (allowed === undefined || allowed.includes(text)) return text;
  const trimmed = text.trim();
  return allowed.includes(trimmed) ? trimmed : text;
}

/** A value that arrived with a type of its own, set right where the schema plainly wants another. */
export function coerceValue(value: unknown, schema: JsonSchema | undefined, depth = 0): unknown {
  if (schema === undefined || depth > DEPTH_MAX) return value;
  const types = typesOf(schema);
  if (typeof value === "string")
    return types.size === 0 || types.has("string")
      ? fitEnum(value, schema)
      : coerceText(value, schema, "text");
  if (Array.isArray(value)) {
    const list = resolveSchema(schema, {});
    return value.map((item, i) => coerceValue(item, itemSchema(list, i), depth + 1));
  }
  if (isRecord(value)) return coerceObject(value, schema, depth);
  const isScalar = typeof value === "number" || typeof value === "boolean";
  if (isScalar && types.size === 1 && types.has("string")) return String(value);
  return value;
}

/** Keys that could reach a prototype; only one that the schema itself declares may pass. */
export function hasForbiddenKey(
  value: unknown,
  schema: JsonSchema | undefined,
  depth = 0,
): boolean {
  if (depth > DEPTH_MAX) return true;
  if (Array.isArray(value))
    return value.some((item, i) => hasForbiddenKey(item, itemSchema(schema, i), depth + 1));
  if (!isRecord(value)) return false;
  for (const [key, inner] of Object.entries(value)) {
    const declared = schema?.properties !== undefined && Object.hasOwn(schema.properties, key);
    if (key === "__proto__" || (!declared && (key === "constructor" || key === "prototype")))
      return true;
    if (hasForbiddenKey(inner, property(schema, key), depth + 1)) return true;
  }
  return false;
}

// A key that the schema closes out says nothing to the tool: it is left away, not sent; but one that
// is a declared key in another spelling is taken for it.
function coerceObject(
  value: Readonly<Record<string, unknown>>,
  declared: JsonSchema,
  depth: number,
): Record<string, unknown> {
  const schema = resolveSchema(declared, value);
  const entries: [string, unknown][] = [];
  for (const [key, inner] of Object.entries(value)) {
    const name = allowsKey(schema, key) ? key : meantKey(schema, key, value);
    if (name === undefined) continue;
    entries.push([name, coerceValue(inner, property(schema, name), depth + 1)]);
  }
  return Object.fromEntries(entries);
}

// Reads what a provider sent without trusting its shape: wrong types read as absent.
import type { Json, JsonObject } from "../../lib/json.ts";

export type View = JsonObject;

/** For what came out of a JSON parser, or goes into a JSON printer. */
export function isView(value: unknown): value is View {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

export function viewOf(value: unknown, key: string): View | undefined {
  if (!isView(value)) return undefined;
  const found = value[key];
  return isView(found) ? found : undefined;
}

export function textOf(value: View | undefined, key: string): string | undefined {
  const found = value?.[key];
  return typeof found === "string" ? found : undefined;
}

export function countOf(value: View | undefined, key: string): number | undefined {
  const found = value?.[key];
  return typeof found === "number" && Number.isFinite(found) && found >= 0 ? found : undefined;
}

export function listOf(value: View | undefined, key: string): readonly Json[] {
  const found = value?.[key];
  return isList(found) ? found : [];
}

/** Undefined when the text is no JSON. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A tool's schema as every provider takes it: an object at the top. */
export function objectSchema(schema: unknown): JsonObject {
  return { type: "object", ...(isView(schema) ? schema : {}) };
}

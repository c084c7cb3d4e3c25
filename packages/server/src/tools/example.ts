// An example of arguments for a schema, so that a message about wrong ones can show right ones.
import type { JsonSchema } from "@stead/protocol";
import type { Json } from "../lib/json.ts";
import { isRecord } from "../lib/record.ts";

const DEPTH_MAX = 5;
/** A schema may ask for more than fits into memory. */
const CHARS_MAX = 200;
const FORMATS: Readonly<Record<string, string>> = {
  date: "2026-01-31",
  "date-time": "2026-01-31T09:00:00Z",
  time: "09:00:00Z",
  email: "name@example.com",
  uri: "https://example.com/",
  url: "https://example.com/",
  uuid: "00000000-0000-4000-8000-000000000000",
};

export function exampleOf(schema: JsonSchema): Json {
  return valueOf(schema, 0);
}

function valueOf(schema: unknown, depth: number): Json {
  if (!isRecord(schema) || depth > DEPTH_MAX) return null;
  for (const key of ["const", "default"]) if (key in schema) return jsonOf(schema[key]);
  for (const key of ["examples", "enum"]) {
    const list = schema[key];
    if (Array.isArray(list) && list.length > 0) return jsonOf(list[0]);
  }
  for (const key of ["anyOf", "oneOf"]) {
    const list = schema[key];
    if (Array.isArray(list) && list.length > 0) return valueOf(list[0], depth + 1);
  }
  const type: unknown = Array.isArray(schema["type"]) ? schema["type"][0] : schema["type"];
  switch (type) {
    case "string":
      return (
        FORMATS[String(schema["format"])] ??
        "text".padEnd(Math.min(Number(schema["minLength"] ?? 0), CHARS_MAX), ".")
      );
    case "integer":
    case "number":
      return Number(schema["minimum"] ?? 1);
    case "boolean":
      return true;
    case "array":
      return [valueOf(schema["items"], depth + 1)];
    case "object":
      return objectOf(schema, depth);
    default:
      return isRecord(schema["properties"]) ? objectOf(schema, depth) : null;
  }
}

function objectOf(schema: Record<string, unknown>, depth: number): Json {
  const properties = isRecord(schema["properties"]) ? schema["properties"] : {};
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  const made: Record<string, Json> = {};
  for (const [name, property] of Object.entries(properties))
    if (required.length === 0 || required.includes(name)) made[name] = valueOf(property, depth + 1);
  return made;
}

function jsonOf(value: unknown): Json {
  const plain: Json = JSON.parse(JSON.stringify(value) ?? "null");
  return plain;
}

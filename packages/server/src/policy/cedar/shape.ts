// JSON schema to the typed values that policies can read. What has no exact type is left out, so that
// no policy can name it: strict validation at load refuses one that tries.
import type { SchemaJson } from "@cedar-policy/cedar-wasm/nodejs";
import type { JsonSchema } from "@stead/protocol";

export type Shape =
  | { readonly kind: "string" }
  | { readonly kind: "boolean" }
  | { readonly kind: "long" }
  /** A JSON number that may have decimals: a Long of millionths, under the name with `Micros`. */
  | { readonly kind: "micros" }
  | { readonly kind: "set"; readonly element: Shape }
  | RecordShape;

export interface Field {
  /** The argument's own name. */
  readonly from: string;
  readonly shape: Shape;
  readonly required: boolean;
}
export interface RecordShape {
  readonly kind: "record";
  /** Attribute name in policies -> field. */
  readonly fields: ReadonlyMap<string, Field>;
}

type Type = NonNullable<SchemaJson<string>[string]["commonTypes"]>[string];

const DEPTH_MAX = 5;
/** Cedar's JSON, or JavaScript, gives these keys a meaning of their own. */
const RESERVED = new Set(["__entity", "__extn", "__expr", "__proto__"]);

interface Place {
  readonly root: JsonSchema;
  readonly depth: number;
}

/** The shape of a tool's arguments; an unreadable schema has no fields. */
export function shapeOfArguments(schema: JsonSchema): RecordShape {
  const shape = recordOf(schema, { root: schema, depth: 0 });
  return shape ?? { kind: "record", fields: new Map() };
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function recordOf(schema: JsonSchema, place: Place): RecordShape | undefined {
  const properties = schema["properties"];
  if (!isSchema(properties)) return undefined;
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  const fields = new Map<string, Field>();
  for (const [from, property] of Object.entries(properties)) {
    if (RESERVED.has(from) || !isSchema(property)) continue;
    const { schema: inner, nullable } = withoutNull(property, place);
    const shape = inner && shapeOf(inner, { ...place, depth: place.depth + 1 });
    if (!shape) continue;
    const name = inMicros(shape) ? `${from}Micros` : from;
    if (name !== from && name in properties) continue;
    fields.set(name, { from, shape, required: required.includes(from) && !nullable });
  }
  return { kind: "record", fields };
}

function inMicros(shape: Shape): boolean {
  return shape.kind === "micros" || (shape.kind === "set" && inMicros(shape.element));
}

function shapeOf(schema: JsonSchema, place: Place): Shape | undefined {
  if (place.depth > DEPTH_MAX) return undefined;
  const type = schema["type"] ?? typeOfChoices(schema);
  if (type === "array") return setOf(schema["items"], place);
  if (type === "object") return recordOf(schema, place);
  return typeof type === "string" ? SCALARS.get(type) : undefined;
}

const SCALARS = new Map<string, Shape>([
  ["string", { kind: "string" }],
  ["boolean", { kind: "boolean" }],
  ["integer", { kind: "long" }],
  ["number", { kind: "micros" }],
]);

function setOf(items: unknown, place: Place): Shape | undefined {
  if (!isSchema(items)) return undefined;
  const { schema, nullable } = withoutNull(items, place);
  const element = schema && shapeOf(schema, { ...place, depth: place.depth + 1 });
  return element && !nullable ? { kind: "set", element } : undefined;
}

/** `enum` and `const` without a `type`. */
function typeOfChoices(schema: JsonSchema): string | undefined {
  const choices: unknown = "const" in schema ? [schema["const"]] : schema["enum"];
  if (!Array.isArray(choices) || choices.length === 0) return undefined;
  if (choices.every((choice) => typeof choice === "string")) return "string";
  if (choices.every((choice) => typeof choice === "boolean")) return "boolean";
  if (choices.every((choice) => Number.isSafeInteger(choice))) return "integer";
  return undefined;
}

/** Follows a local reference, and takes "or null" away: a null argument is an absent one. */
function withoutNull(schema: JsonSchema, place: Place): { schema?: JsonSchema; nullable: boolean } {
  const target = typeof schema["$ref"] === "string" ? follow(schema["$ref"], place.root) : schema;
  if (!target || "$ref" in target) return { nullable: false };
  const types = target["type"];
  if (Array.isArray(types)) {
    const left = types.filter((type) => type !== "null");
    if (left.length !== 1) return { nullable: false };
    return { schema: { ...target, type: left[0] }, nullable: left.length < types.length };
  }
  const options = target["anyOf"] ?? target["oneOf"];
  if (!Array.isArray(options)) {
    return "allOf" in target ? { nullable: false } : { schema: target, nullable: false };
  }
  const left = options.filter((option) => isSchema(option) && option["type"] !== "null");
  const only: unknown = left[0];
  if (left.length !== 1 || !isSchema(only) || "$ref" in only) return { nullable: false };
  return { schema: only, nullable: left.length < options.length };
}

function follow(reference: string, root: JsonSchema): JsonSchema | undefined {
  if (!reference.startsWith("#/")) return undefined;
  let at: unknown = root;
  for (const part of reference.slice(2).split("/")) {
    if (!isSchema(at)) return undefined;
    at = at[part.replaceAll("~1", "/").replaceAll("~0", "~")];
  }
  return isSchema(at) ? at : undefined;
}

const TYPES = {
  string: { type: "String" },
  boolean: { type: "Boolean" },
  long: { type: "Long" },
  micros: { type: "Long" },
} as const satisfies Record<string, Type>;

/** The shape as a type of Cedar's schema. */
export function cedarType(shape: Shape): Type {
  if (shape.kind === "set") return { type: "Set", element: cedarType(shape.element) };
  if (shape.kind !== "record") return TYPES[shape.kind];
  const attributes: Record<string, Type & { required: boolean }> = {};
  for (const [name, { shape: inner, required }] of shape.fields)
    attributes[name] = { ...cedarType(inner), required };
  return { type: "Record", attributes };
}

// What a schema says of an object's keys, with allOf, anyOf, oneOf and patterns taken together: which
// keys there are, what each holds, and which are closed out.
import { isRecord, type JsonSchema } from "./types.ts";

const KEY_CHARS_MAX = 128;
const BRANCHES_MAX = 32;

/** The schema with its allOf, and with the one branch of anyOf or oneOf that this object fits. */
export function resolveSchema(
  schema: JsonSchema,
  value: Readonly<Record<string, unknown>>,
): JsonSchema {
  const all = schemasIn(schema.allOf);
  const either = [...schemasIn(schema.anyOf), ...schemasIn(schema.oneOf)];
  if (all.length === 0 && either.length === 0) return schema;
  const fitting = either.filter((branch) => fits(branch, value));
  const [only] = fitting;
  const parts = fitting.length === 1 && only !== undefined ? [...all, only] : all;
  return parts.slice(0, BRANCHES_MAX).reduce(merge, schema);
}

function schemasIn(value: unknown): JsonSchema[] {
  return Array.isArray(value) ? value.filter((one): one is JsonSchema => isRecord(one)) : [];
}

function merge(one: JsonSchema, other: JsonSchema): JsonSchema {
  const isClosed = one.additionalProperties === false || other.additionalProperties === false;
  const patterns = { ...patternsOf(one), ...patternsOf(other) };
  return {
    ...other,
    ...one,
    properties: { ...other.properties, ...one.properties },
    ...(Object.keys(patterns).length > 0 ? { patternProperties: patterns } : {}),
    ...(isClosed ? { additionalProperties: false } : {}),
  };
}

/** Whether an object may be meant by this branch: what it requires is there, and constants agree. */
function fits(branch: JsonSchema, value: Readonly<Record<string, unknown>>): boolean {
  if (branch.properties === undefined) return false;
  if (!(branch.required ?? []).every((key) => Object.hasOwn(value, key))) return false;
  return Object.entries(branch.properties).every(([key, rule]) => {
    if (typeof rule === "boolean" || !Object.hasOwn(value, key)) return true;
    if (rule.const !== undefined) return value[key] === rule.const;
    return rule.enum === undefined || rule.enum.includes(value[key]);
  });
}

/** The schema of a key's value; undefined if nothing is said of it. */
export function property(schema: JsonSchema | undefined, key: string): JsonSchema | undefined {
  if (schema === undefined) return undefined;
  const declared = schema.properties;
  if (declared !== undefined && Object.hasOwn(declared, key)) return asSchema(declared[key]);
  for (const [pattern, rule] of patternRules(schema))
    if (matches(pattern, key) === true) return asSchema(rule);
  return asSchema(schema.additionalProperties);
}

/** Whether the schema lets this key be. One that only patterns could allow needs one that does; a
 * schema whose properties are none, and that says no more, is that of a tool that takes nothing. */
export function allowsKey(schema: JsonSchema, key: string): boolean {
  const declared = schema.properties;
  if (declared !== undefined && Object.hasOwn(declared, key)) return declared[key] !== false;
  const patterns = patternRules(schema);
  for (const [pattern, rule] of patterns) {
    const isMatch = matches(pattern, key);
    if (isMatch === true) return rule !== false;
    if (isMatch === undefined) return false;
  }
  if (schema.additionalProperties === undefined)
    return patterns.length === 0 && (declared === undefined || Object.keys(declared).length > 0);
  return schema.additionalProperties !== false || (declared === undefined && patterns.length === 0);
}

/** The declared key that a closed-out one differs from only in case, "_" and "-". */
export function meantKey(
  schema: JsonSchema,
  key: string,
  value: Readonly<Record<string, unknown>>,
): string | undefined {
  if (schema.properties === undefined || key.length > KEY_CHARS_MAX) return undefined;
  const meant = plainKeys(schema.properties).get(plainKey(key));
  return meant === undefined || Object.hasOwn(value, meant) ? undefined : meant;
}

const plain = new WeakMap<object, ReadonlyMap<string, string | undefined>>();

/** Declared keys by their plain form; undefined where two have the same. */
function plainKeys(properties: object): ReadonlyMap<string, string | undefined> {
  const known = plain.get(properties);
  if (known !== undefined) return known;
  const keys = new Map<string, string | undefined>();
  for (const key of Object.keys(properties)) {
    const form = plainKey(key);
    keys.set(form, keys.has(form) ? undefined : key);
  }
  plain.set(properties, keys);
  return keys;
}

function plainKey(key: string): string {
  return key.replaceAll(/[_-]/g, "").toLowerCase();
}

function asSchema(value: unknown): JsonSchema | undefined {
  return isRecord(value) ? value : undefined;
}

function patternsOf(schema: JsonSchema): Readonly<Record<string, unknown>> {
  const patterns = schema["patternProperties"];
  return isRecord(patterns) ? patterns : {};
}

const NO_RULES: readonly (readonly [string, unknown])[] = [];

function patternRules(schema: JsonSchema): readonly (readonly [string, unknown])[] {
  return schema["patternProperties"] === undefined ? NO_RULES : Object.entries(patternsOf(schema));
}

// A tool's author writes the pattern and a model the key, so a pattern that could run away is tried
// on short keys alone; for any other the answer is unknown.
const PLAIN_PATTERN =
  /^\^?(?:[\w :/@-]|\\[.dwsDWS/-]|\[[^\][\\]{1,32}\]|\((?:\?:)?[\w|-]{1,64}\))*[+*?]?(?:[\w :/@-]|\\[.dw/-])*\$?$/;
const SHORT_KEY_CHARS = 8;
const SHORT_BRANCHES = 3;

function matches(pattern: string, key: string): boolean | undefined {
  if (pattern.length > KEY_CHARS_MAX || key.length > KEY_CHARS_MAX) return undefined;
  const isShort = key.length <= SHORT_KEY_CHARS && pattern.split("|").length <= SHORT_BRANCHES;
  if (!isShort && !PLAIN_PATTERN.test(pattern)) return undefined;
  try {
    return new RegExp(pattern, "u").test(key);
  } catch {
    return undefined;
  }
}

// An MCP tool as a contract is written for it: what its server says, and the arguments found therein.
import { z } from "zod";
import { isRecord } from "../../lib/record.ts";

const hintsSchema = z.object({
  readOnlyHint: z.boolean().optional(),
  destructiveHint: z.boolean().optional(),
});

export const listedSchema = z.looseObject({
  name: z.string(),
  title: z.string().optional(),
  description: z.string().optional(),
  inputSchema: z.record(z.string(), z.unknown()),
  outputSchema: z.record(z.string(), z.unknown()).optional(),
  annotations: hintsSchema.optional().catch(undefined),
});
export type Listed = z.infer<typeof listedSchema>;

export interface Argument {
  /** `a.b` within an object or within each of a list. */
  readonly path: string;
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  readonly choices: readonly string[];
}

const DEPTH_MAX = 4;
const ARGUMENTS_MAX = 300;

/** Every argument of a schema that is no object itself, and those of objects within. */
export function argumentsOf(schema: unknown): Argument[] {
  const found: Argument[] = [];
  walk(schema, { path: "", depth: 0, root: schema, found });
  return found.slice(0, ARGUMENTS_MAX);
}

/** Every place that a contract may name: objects too. */
export function pathsOf(schema: unknown): Set<string> {
  const paths = new Set<string>();
  for (const { path } of argumentsOf(schema)) {
    const names = path.split(".");
    for (let i = 1; i <= names.length; i++) paths.add(names.slice(0, i).join("."));
  }
  return paths;
}

interface Walk {
  readonly path: string;
  readonly depth: number;
  readonly root: unknown;
  readonly found: Argument[];
}

function walk(schema: unknown, at: Walk): void {
  if (at.depth > DEPTH_MAX || at.found.length > ARGUMENTS_MAX) return;
  const properties = propertiesOf(schema, at.root);
  for (const [name, given] of properties) {
    const path = at.path === "" ? name : `${at.path}.${name}`;
    const forms = formsOf(given, at.root);
    const inner = forms.filter((form) => propertiesOf(form, at.root).length > 0);
    for (const form of inner) walk(form, { ...at, path, depth: at.depth + 1 });
    if (inner.length === 0) at.found.push(argumentOf({ path, name }, given, forms));
  }
}

function propertiesOf(schema: unknown, root: unknown): [string, unknown][] {
  const resolved = resolve(schema, root);
  const properties = isRecord(resolved) ? resolved["properties"] : undefined;
  return isRecord(properties) ? Object.entries(properties) : [];
}

/** The alternatives that a value has, lists by what is in them. */
function formsOf(given: unknown, root: unknown, depth = 0): Record<string, unknown>[] {
  const schema = resolve(given, root);
  if (!isRecord(schema) || depth > DEPTH_MAX) return [];
  const forms = ["anyOf", "oneOf", "allOf"].flatMap((key) => {
    const list = schema[key];
    return Array.isArray(list) ? list.flatMap((one) => formsOf(one, root, depth + 1)) : [];
  });
  if (isRecord(schema["items"])) return [...forms, ...formsOf(schema["items"], root, depth + 1)];
  return [schema, ...forms];
}

function resolve(schema: unknown, root: unknown): unknown {
  const ref = isRecord(schema) ? schema["$ref"] : undefined;
  if (typeof ref !== "string" || !ref.startsWith("#/")) return schema;
  let found: unknown = root;
  for (const name of ref.slice(2).split("/")) found = isRecord(found) ? found[name] : undefined;
  return found;
}

function argumentOf(
  { path, name }: Pick<Argument, "path" | "name">,
  given: unknown,
  forms: readonly Record<string, unknown>[],
): Argument {
  const texts = (key: string): string[] =>
    [given, ...forms].flatMap((form) => {
      const value = isRecord(form) ? form[key] : undefined;
      return typeof value === "string" ? [value] : [];
    });
  const types = forms.flatMap((form) => form["type"]).filter((type) => type !== "null");
  const choices = forms.flatMap((form) => (Array.isArray(form["enum"]) ? form["enum"] : []));
  return {
    path,
    name,
    type: types.find((type): type is string => typeof type === "string" && type !== "array") ?? "",
    format: texts("format")[0] ?? "",
    description: texts("description").join(" "),
    choices: choices.filter((one): one is string => typeof one === "string"),
  };
}

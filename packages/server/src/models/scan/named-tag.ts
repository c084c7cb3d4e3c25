// Calls whose tag is the tool's name: <get_weather>…</get_weather>, with child tags, YAML or JSON inside.
import { makeCall } from "./call.ts";
import { coerceText, itemSchema, typesOf } from "./coerce.ts";
import { decodeEntities, plainText } from "./entities.ts";
import { parseLoose } from "./loose-json.ts";
import { property } from "./object-schema.ts";
import { readTree, type Node, type TreeRules } from "./tag-tree.ts";
import { DEPTH_MAX, isRecord, type Found, type JsonSchema, type Tools } from "./types.ts";
import { parseYaml } from "./yaml.ts";

/** The body between the tags; `name` is a known tool. */
export function parseNamedTag(name: string, body: string, tools: Tools): Found[] {
  const schema = tools.schema(name);
  const args = readBody(body, schema);
  if (args === undefined) return [{ why: "The arguments can't be read." }];
  return [makeCall(name, args, tools)];
}

export function readBody(
  body: string,
  schema: JsonSchema | undefined,
): Record<string, unknown> | undefined {
  const text = body.trim();
  if (text === "") return {};
  if (text.startsWith("{")) {
    const json = parseLoose(text, true);
    return json.ok && isRecord(json.value) ? json.value : undefined;
  }
  const isMarkup = text.startsWith("<");
  const yaml = isMarkup ? undefined : parseYaml(body);
  if (yaml !== undefined) return yaml;
  const tree = readTree(body, rulesOf(schema));
  if (tree === undefined) return undefined;
  const isTree = tree.some(({ name }) => isArgument(schema, name));
  if (tree.length > 0 && (isMarkup || isTree)) {
    if (!isTree && onlyText(schema) !== undefined) return readOnlyText(body, schema);
    return isAmbiguous(tree, schema) ? undefined : readScalars(fromNodes(tree, schema, 0), schema);
  }
  const lines = isMarkup ? undefined : readKeyedLines(body, schema);
  if (lines !== undefined) return lines;
  return text.startsWith("[") || text.startsWith("- ") ? undefined : readOnlyText(body, schema);
}

function isArgument(schema: JsonSchema | undefined, name: string): boolean {
  return schema?.properties === undefined || property(schema, name) !== undefined;
}

function isText(schema: JsonSchema | undefined): boolean {
  const types = typesOf(schema);
  return types.has("string") && types.size === 1;
}

function rulesOf(schema: JsonSchema | undefined): TreeRules {
  return (name) => ({
    isText: isText(property(schema, name)),
    isArgument: isArgument(schema, name),
  });
}

/** The one argument that is a text; undefined if there is none, or more than one. */
function onlyText(schema: JsonSchema | undefined): string | undefined {
  const texts = Object.keys(schema?.properties ?? {}).filter((key) =>
    isText(property(schema, key)),
  );
  return texts.length === 1 ? texts[0] : undefined;
}

// A body without any argument's name is the one argument that is a text; markup is none of it.
function readOnlyText(
  body: string,
  schema: JsonSchema | undefined,
): Record<string, unknown> | undefined {
  const key = onlyText(schema);
  const text = key === undefined ? "" : plainText(body);
  return key === undefined || text === "" ? undefined : { [key]: text };
}

// A schema that says nothing of any argument leaves numbers and truth values to be read as such.
function readScalars(
  args: Record<string, unknown>,
  schema: JsonSchema | undefined,
): Record<string, unknown> {
  if (schema?.properties !== undefined) return args;
  return Object.fromEntries(
    Object.entries(args).map(([key, value]) => [
      key,
      typeof value === "string" ? coerceText(value, undefined, "scalars") : value,
    ]),
  );
}

// Two texts for an argument that is one text: neither is surely meant.
function isAmbiguous(tree: readonly Node[], schema: JsonSchema | undefined): boolean {
  const seen = new Set<string>();
  for (const { name } of tree) {
    if (seen.has(name) && isText(property(schema, name))) return true;
    seen.add(name);
  }
  return false;
}

// "path: a.py" and "content: …many lines…" with the schema's keys at the start of lines: what models
// write for YAML when a long text is not indented.
function readKeyedLines(
  body: string,
  schema: JsonSchema | undefined,
): Record<string, unknown> | undefined {
  const out = new Map<string, string[]>();
  let current: string[] | undefined;
  for (const line of body.replace(/^\r?\n/, "").split("\n")) {
    const colon = line.indexOf(":");
    const key = colon < 0 ? "" : line.slice(0, colon);
    if (key !== "" && property(schema, key) !== undefined && !out.has(key)) {
      const rest = line.slice(colon + 1);
      current = [rest.startsWith(" ") ? rest.slice(1) : rest];
      out.set(key, current);
    } else if (current === undefined) return undefined;
    else current.push(line);
  }
  const entries = [...out].map(([key, lines]): [string, unknown] => {
    const text = lines.length > 1 ? lines.join("\n") : (lines[0] ?? "").trim();
    return [key, coerceText(text, property(schema, key), "text")];
  });
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

function fromNodes(
  nodes: readonly Node[],
  schema: JsonSchema | undefined,
  depth: number,
): Record<string, unknown> {
  const groups = new Map<string, Node[]>();
  for (const node of nodes) {
    const group = groups.get(node.name);
    if (group === undefined) groups.set(node.name, [node]);
    else group.push(node);
  }
  const entries = [...groups].map(([name, group]): [string, unknown] => [
    name,
    fromGroup(group, property(schema, name), depth + 1),
  ]);
  return Object.fromEntries(entries);
}

function fromGroup(group: readonly Node[], schema: JsonSchema | undefined, depth: number): unknown {
  const [first] = group;
  if (first === undefined) return null;
  const types = typesOf(schema);
  const isList = types.has("array");
  if (group.length === 1) return fromNode(first, schema, depth);
  if (!isList && types.size > 0) return fromNode(group.at(-1) ?? first, schema, depth);
  return group.map((node, i) => fromNode(node, isList ? itemSchema(schema, i) : schema, depth));
}

function fromNode(node: Node, schema: JsonSchema | undefined, depth: number): unknown {
  const types = typesOf(schema);
  if (types.has("string") && types.size === 1) return readText(node.text);
  const children = depth > DEPTH_MAX ? [] : node.children();
  if (children.length === 0) return fromLeaf(node, schema);
  if (types.has("array")) return fromList(children, schema, depth);
  const list = asList(children);
  if (list !== undefined && property(schema, list[0]?.name ?? "") === undefined) {
    const only = list[0];
    if (list.length === 1 && only !== undefined) return fromNode(only, schema, depth + 1);
    return list.map((child) => fromNode(child, undefined, depth + 1));
  }
  return fromNodes(children, schema, depth);
}

function fromLeaf(node: Node, schema: JsonSchema | undefined): unknown {
  const types = typesOf(schema);
  const text = readText(node.text);
  const value = coerceText(text, schema, "text");
  if (types.has("array") && !types.has("string") && !Array.isArray(value)) return [value];
  if (types.has("object") && value === "") return {};
  return value;
}

function fromList(
  children: readonly Node[],
  schema: JsonSchema | undefined,
  depth: number,
): unknown[] {
  const one = itemSchema(schema, 0);
  const names = new Set(children.map((child) => child.name));
  const isItem = [...names].every((name) => property(one, name) !== undefined);
  if (isItem && one?.properties !== undefined && names.size === children.length)
    return [fromNodes(children, one, depth + 1)];
  return children.map((child, i) => fromNode(child, itemSchema(schema, i), depth + 1));
}

/** <item>s, or <0>, <1>, … in order: a list. */
function asList(children: readonly Node[]): readonly Node[] | undefined {
  if (children.every((child) => child.name === "item")) return children;
  return children.every((child, i) => child.name === String(i)) ? children : undefined;
}

/** CDATA is taken as it is; in other text, entities are decoded; one line is trimmed. */
function readText(raw: string): string {
  const text = raw.trim();
  if (text.startsWith("<![CDATA[") && text.endsWith("]]>")) return text.slice(9, -3);
  return decodeEntities(text.includes("\n") ? raw : text);
}

// Calls whose tag is the tool's name: <get_weather>…</get_weather>, with child tags, YAML or JSON inside.
import {
  coerceText,
  coerceValue,
  hasForbiddenKey,
  itemSchema,
  property,
  typesOf,
} from "./coerce.ts";
import { decodeEntities } from "./entities.ts";
import { parseLoose } from "./loose-json.ts";
import { endOfTag } from "./tag.ts";
import {
  DEPTH_MAX,
  isRecord,
  isSpaceCode,
  type Found,
  type JsonSchema,
  type Tools,
} from "./types.ts";
import { parseYaml } from "./yaml.ts";

/** The body between the tags; `name` is a known tool. */
export function parseNamedTag(name: string, body: string, tools: Tools): Found[] {
  const schema = tools.schema(name);
  const args = readBody(body, schema);
  if (args === undefined) return [{ why: "The arguments can't be read." }];
  if (hasForbiddenKey(args, schema)) return [{ why: "The arguments hold a forbidden key." }];
  return [{ name, args }];
}

function readBody(
  body: string,
  schema: JsonSchema | undefined,
): Record<string, unknown> | undefined {
  const text = body.trim();
  if (text === "") return {};
  if (text.startsWith("{")) {
    const json = parseLoose(text, true);
    return json.ok && isRecord(json.value) ? asRecord(coerceValue(json.value, schema)) : undefined;
  }
  const isMarkup = text.startsWith("<");
  const yaml = isMarkup ? undefined : parseYaml(body);
  if (yaml !== undefined) return asRecord(coerceValue(yaml, schema));
  const tree = readTree(body);
  const isTree = tree.some(
    (node) => schema?.properties === undefined || property(schema, node.name),
  );
  if (tree.length > 0 && (isMarkup || isTree))
    return isAmbiguous(tree, schema) ? undefined : readScalars(fromNodes(tree, schema, 0), schema);
  const lines = isMarkup ? undefined : readKeyedLines(body, schema);
  if (lines !== undefined) return lines;
  const keys = Object.keys(schema?.properties ?? {});
  const only = keys.length === 1 ? keys[0] : undefined;
  if (only === undefined || isMarkup || !typesOf(property(schema, only)).has("string"))
    return undefined;
  return text.startsWith("[") || text.startsWith("- ") ? undefined : { [only]: text };
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
    const types = typesOf(property(schema, name));
    if (seen.has(name) && types.size === 1 && types.has("string")) return true;
    seen.add(name);
  }
  return false;
}

function asRecord(value: unknown): Record<string, unknown> | undefined {
  return isRecord(value) ? value : undefined;
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

interface Node {
  readonly name: string;
  readonly text: string;
  readonly children: () => Node[];
}

interface Mark {
  readonly name: string;
  readonly is: "open" | "close" | "empty";
  readonly from: number;
  readonly to: number;
  /** Index of the mark that closes this one; -1 if none does: then it is text. */
  match: number;
}

function readTree(text: string): Node[] {
  const marks = readMarks(text);
  return nodesBetween(text, marks, { first: 0, end: marks.length });
}

function nodesBetween(
  text: string,
  marks: readonly Mark[],
  range: { first: number; end: number },
): Node[] {
  const out: Node[] = [];
  for (let i = range.first; i < range.end; i++) {
    const mark = marks[i];
    if (mark === undefined || mark.is === "close") continue;
    if (mark.is === "empty") out.push({ name: mark.name, text: "", children: () => [] });
    const close = marks[mark.match];
    if (mark.is !== "open" || close === undefined || mark.match >= range.end) continue;
    const inner = { first: i + 1, end: mark.match };
    const children = (): Node[] => nodesBetween(text, marks, inner);
    out.push({ name: mark.name, text: text.slice(mark.to, close.from), children });
    i = mark.match;
  }
  return out;
}

// One pass: every closing tag takes the nearest open tag of its name.
function readMarks(text: string): Mark[] {
  const marks: Mark[] = [];
  const open = new Map<string, Mark[]>();
  for (let at = text.indexOf("<"); at >= 0; at = text.indexOf("<", at + 1)) {
    if (text.startsWith("<![CDATA[", at)) {
      const end = text.indexOf("]]>", at);
      if (end < 0) break;
      at = end;
      continue;
    }
    const mark = readMark(text, at);
    if (mark === undefined) continue;
    if (mark.is === "close") {
      const start = open.get(mark.name)?.pop();
      if (start !== undefined) start.match = marks.length;
    } else if (mark.is === "open") {
      const stack = open.get(mark.name);
      if (stack === undefined) open.set(mark.name, [mark]);
      else stack.push(mark);
    }
    marks.push(mark);
    at = mark.to - 1;
  }
  return marks;
}

function readMark(text: string, from: number): Mark | undefined {
  const end = endOfTag(text, from);
  if (end < 0) return undefined;
  const isClose = text.charCodeAt(from + 1) === 47;
  const isEmpty = !isClose && text.charCodeAt(end - 1) === 47;
  let at = from + (isClose ? 2 : 1);
  while (at < end && isSpaceCode(text.charCodeAt(at))) at++;
  const begin = at;
  const last = isEmpty ? end - 1 : end;
  while (at < last && !isSpaceCode(text.charCodeAt(at))) at++;
  const name = text.slice(begin, at);
  if (!isTagName(name)) return undefined;
  const is = isClose ? "close" : isEmpty ? "empty" : "open";
  return { name, is, from, to: end + 1, match: -1 };
}

const TAG_NAME = /^[\p{L}\p{N}_][\p{L}\p{N}_.:-]*$/u;

function isTagName(name: string): boolean {
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    const isWord = ((code | 32) >= 97 && (code | 32) <= 122) || (code >= 48 && code <= 57);
    if (!isWord && code !== 95) return TAG_NAME.test(name);
  }
  return name !== "";
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
  if (!isList && types.size > 0) return fromNode(first, schema, depth);
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

/** Text of a string value: CDATA is taken as it is; else it is trimmed and entities are decoded. */
function readText(raw: string): string {
  const text = raw.trim();
  if (text.startsWith("<![CDATA[") && text.endsWith("]]>")) return text.slice(9, -3);
  return decodeEntities(text);
}

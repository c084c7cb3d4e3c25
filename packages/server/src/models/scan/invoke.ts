// Calls written as parameter tags: Anthropic and MiniMax <invoke name>, DeepSeek DSML, Step3, and
// Qwen3-Coder <function=name>. One walk over the tags; a value is never read as markup.
import { coerceText, hasForbiddenKey, property, type Untyped } from "./coerce.ts";
import { parseLoose } from "./loose-json.ts";
import { isName, isRecord, type Found, type JsonSchema, type Tools } from "./types.ts";

interface Tag {
  /** The tag's name without its prefix (`minimax:`, `steptml:`, `｜DSML｜`), "/" first if it closes. */
  readonly kind: string;
  readonly name: string | undefined;
  /** DSML says whether a value is a string. */
  readonly isText: boolean | undefined;
  readonly isEmpty: boolean;
  readonly from: number;
  readonly to: number;
}

interface Walk {
  readonly text: string;
  readonly tools: Tools;
  readonly untyped: Untyped;
  readonly trims: boolean;
  readonly found: Found[];
  /** Where the next closing parameter tag was last seen: found once, not once per parameter. */
  nextClose: number;
}

interface Open {
  readonly name: string;
  readonly schema: JsonSchema | undefined;
  readonly values: Map<string, unknown>;
  readonly bodyFrom: number;
  why: string | undefined;
  cut: boolean;
}

const TAG_CHARS_MAX = 256;
const CALL_KINDS: ReadonlySet<string> = new Set(["invoke", "function", "call", "tool"]);

export interface InvokeOptions {
  readonly tools: Tools;
  /** Qwen3-Coder and Step3 read untyped values as JSON and trim them; Anthropic keeps them whole. */
  readonly untyped: Untyped;
  readonly trims: boolean;
  /** False if the section ended without its closing tag. */
  readonly closed: boolean;
}

export function parseInvokes(text: string, options: InvokeOptions): Found[] {
  const { tools, untyped, trims } = options;
  const walk: Walk = { text, tools, untyped, trims, found: [], nextClose: -2 };
  let open: Open | undefined;
  let at = 0;
  for (;;) {
    const tag = readTag(text, at);
    if (tag === undefined) break;
    at = tag.to;
    if (CALL_KINDS.has(tag.kind) && tag.name !== undefined) {
      if (open !== undefined) finish(walk, open, tag.from);
      open = begin(walk, tag);
      if (tag.isEmpty) {
        finish(walk, open, tag.to);
        open = undefined;
      }
    } else if (tag.kind === "parameter" && open !== undefined) at = readValue(walk, open, tag);
    else if (tag.kind.startsWith("/") && CALL_KINDS.has(tag.kind.slice(1)) && open !== undefined) {
      finish(walk, open, tag.from);
      open = undefined;
    } else if (tag.kind === "function" && !tag.isEmpty)
      walk.found.push({ why: "The call has no tool name." });
  }
  if (open !== undefined && endsWell(open, options, text)) finish(walk, open, text.length);
  return walk.found;
}

// A call whose own end is missing counts if every value was closed and, where the tool is known,
// nothing that it requires is missing: so a cut-off stream never runs half a call.
// Where no tools are known, only a bare <function=…> may end so.
function endsWell(open: Open, options: InvokeOptions, text: string): boolean {
  if (open.cut) return false;
  if (options.closed) return true;
  if (!options.tools.given && !text.startsWith("<function=")) return false;
  if (open.values.size === 0) return false;
  const required = open.schema?.required ?? [];
  return required.every((key) => open.values.has(key));
}

function begin(walk: Walk, tag: Tag): Open {
  const name = tag.name ?? "";
  const schema = walk.tools.schema(name);
  return { name, schema, values: new Map(), bodyFrom: tag.to, why: undefined, cut: false };
}

function finish(walk: Walk, open: Open, to: number): void {
  if (!isName(open.name)) open.why ??= "The call has no tool name.";
  let args: unknown = Object.fromEntries(open.values);
  if (open.values.size === 0) {
    const body = walk.text.slice(open.bodyFrom, to).trim();
    if (body.startsWith("{")) {
      const json = parseLoose(body);
      args = json.ok ? json.value : undefined;
    } else if (body !== "" && !body.startsWith("<")) args = undefined;
  }
  if (!isRecord(args)) open.why ??= "The arguments can't be read.";
  else if (hasForbiddenKey(args, open.schema)) open.why ??= "The arguments hold a forbidden key.";
  else if (open.why === undefined) walk.found.push({ name: open.name, args });
  if (open.why !== undefined) walk.found.push({ why: open.why });
}

function readValue(walk: Walk, open: Open, tag: Tag): number {
  const key = tag.name;
  if (key === undefined || key === "") {
    open.why ??= "A parameter has no name.";
    return tag.to;
  }
  const span = tag.isEmpty ? { to: tag.to, next: tag.to } : valueSpan(walk, tag.to);
  if (span === undefined) {
    open.cut = true;
    return walk.text.length;
  }
  const raw = tag.isEmpty ? "" : walk.text.slice(tag.to, span.to);
  const value = typed(walk, raw, { schema: property(open.schema, key), isText: tag.isText });
  const before = open.values.get(key);
  if (!open.values.has(key)) open.values.set(key, value);
  else if (Array.isArray(before)) before.push(value);
  else open.values.set(key, [before, value]);
  return span.next;
}

function typed(
  walk: Walk,
  raw: string,
  says: { schema: JsonSchema | undefined; isText: boolean | undefined },
): unknown {
  const text = walk.trims ? trimValue(raw) : raw;
  if (says.isText === true) return text;
  return coerceText(text, says.schema, says.isText === false ? "json" : walk.untyped);
}

/** One line is trimmed; of several lines, only the line breaks that set them apart from the tags. */
export function trimValue(raw: string): string {
  const trimmed = raw.trim();
  if (!trimmed.includes("\n")) return trimmed;
  const from = raw.startsWith("\r\n") ? 2 : raw.startsWith("\n") ? 1 : 0;
  const to = raw.trimEnd().length;
  return raw.slice(from, to);
}

// A value ends at its closing tag; a next parameter that starts a line before it, or the end of the
// call where no closing tag follows, ends it too.
function valueSpan(walk: Walk, from: number): { to: number; next: number } | undefined {
  if (walk.nextClose !== -1 && walk.nextClose < from) walk.nextClose = findClose(walk.text, from);
  if (walk.nextClose === -1) return endWithoutClose(walk.text, from);
  const tag = readTag(walk.text, walk.nextClose);
  return { to: walk.nextClose, next: tag?.to ?? walk.text.length };
}

function endWithoutClose(text: string, from: number): { to: number; next: number } | undefined {
  let at = from;
  for (;;) {
    const tag = readTag(text, at);
    if (tag === undefined) return undefined;
    const ends = tag.kind === "parameter" || tag.kind === "/function" || tag.kind === "/invoke";
    if (ends || tag.kind === "/tool_call") return { to: tag.from, next: tag.from };
    at = tag.to;
  }
}

function findClose(text: string, from: number): number {
  let at = text.indexOf("</", from);
  while (at >= 0) {
    const tag = readTag(text, at);
    if (tag?.from === at && tag.kind === "/parameter") return at;
    at = text.indexOf("</", at + 2);
  }
  return -1;
}

function readTag(text: string, from: number): Tag | undefined {
  for (let at = text.indexOf("<", from); at >= 0; at = text.indexOf("<", at + 1)) {
    const end = closeOf(text, at);
    if (end < 0) continue;
    const inner = text.slice(at + 1, end).trim();
    const isEmpty = inner.endsWith("/") && inner.length > 1;
    const split = nameEnd(inner);
    const kind = strip(inner.slice(0, split).replaceAll(/\s/g, ""));
    const rest = (isEmpty ? inner.slice(split, -1) : inner.slice(split)).trim();
    const name = rest.startsWith("=") ? unquote(rest.slice(1).trim()) : attribute(rest, "name");
    const says = attribute(rest, "string");
    return {
      kind,
      name,
      isText: says === undefined ? undefined : says === "true",
      isEmpty,
      from: at,
      to: end + 1,
    };
  }
  return undefined;
}

function closeOf(text: string, from: number): number {
  const limit = Math.min(text.length, from + TAG_CHARS_MAX);
  for (let i = from + 1; i < limit; i++) {
    const code = text.charCodeAt(i);
    if (code === 62) return i;
    if (code === 60) return -1;
  }
  return -1;
}

function nameEnd(inner: string): number {
  let at = inner.startsWith("/") ? 1 : 0;
  while (at < inner.length && (inner[at] ?? "").trim() === "") at++;
  while (at < inner.length && !" =\n\t\r/".includes(inner[at] ?? "")) at++;
  return at;
}

function strip(kind: string): string {
  const slash = kind.startsWith("/") ? "/" : "";
  const cut = Math.max(kind.lastIndexOf(":"), kind.lastIndexOf("｜"));
  return slash + kind.slice(Math.max(cut + 1, slash.length));
}

function attribute(text: string, name: string): string | undefined {
  const at = text.indexOf(`${name}=`);
  if (at < 0 || (at > 0 && (text[at - 1] ?? "").trim() !== "")) return undefined;
  const rest = text.slice(at + name.length + 1);
  const quote = rest[0];
  if (quote === '"' || quote === "'") {
    const end = rest.indexOf(quote, 1);
    return end < 0 ? undefined : decodeEntities(rest.slice(1, end)).trim();
  }
  return decodeEntities(rest.split(" ")[0] ?? "");
}

function unquote(text: string): string {
  const quote = text[0];
  const isQuoted = (quote === '"' || quote === "'") && text.endsWith(quote) && text.length > 1;
  return decodeEntities(isQuoted ? text.slice(1, -1) : text).trim();
}

const ENTITIES = new Map([
  ["&lt;", "<"],
  ["&gt;", ">"],
  ["&amp;", "&"],
  ["&quot;", '"'],
  ["&apos;", "'"],
]);

/** XML's entities, decoded once. */
export function decodeEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replaceAll(/&(?:lt|gt|amp|quot|apos|#\d{1,7}|#x[\da-fA-F]{1,6});/g, (entity) => {
    const named = ENTITIES.get(entity);
    if (named !== undefined) return named;
    const isHex = entity[2] === "x";
    const code = Number.parseInt(entity.slice(isHex ? 3 : 2, -1), isHex ? 16 : 10);
    return code <= 0x10ffff ? String.fromCodePoint(code) : entity;
  });
}

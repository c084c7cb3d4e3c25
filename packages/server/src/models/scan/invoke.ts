// Calls written as parameter tags: Anthropic and MiniMax <invoke name>, DeepSeek DSML, Step3, and
// Qwen3-Coder <function=name>. One walk over the tags; a value is never read as markup.
import { coerceText, hasForbiddenKey, property, type Untyped } from "./coerce.ts";
import { parseLoose } from "./loose-json.ts";
import { readTag, type Tag } from "./tag.ts";
import { isName, isRecord, type Found, type JsonSchema, type Tools } from "./types.ts";

interface Walk {
  readonly text: string;
  readonly tools: Tools;
  readonly untyped: Untyped;
  readonly trims: boolean;
  readonly found: Found[];
  /** Where the next closing parameter tag was last seen: found once, not once per parameter. */
  nextClose: number;
  /** The tag that was read last while a value's end was looked for. */
  seen: Tag | undefined;
}

interface Open {
  readonly name: string;
  readonly schema: JsonSchema | undefined;
  readonly values: Map<string, unknown>;
  readonly bodyFrom: number;
  why: string | undefined;
  cut: boolean;
}

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
  const walk: Walk = { text, tools, untyped, trims, found: [], nextClose: -2, seen: undefined };
  let open: Open | undefined;
  let at = 0;
  for (;;) {
    const tag = walk.seen?.from === at ? walk.seen : readTag(text, at);
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
  if (walk.nextClose === -1) return endWithoutClose(walk, from);
  const tag = readTag(walk.text, walk.nextClose);
  return { to: walk.nextClose, next: tag?.to ?? walk.text.length };
}

function endWithoutClose(walk: Walk, from: number): { to: number; next: number } | undefined {
  let at = from;
  for (;;) {
    const tag = readTag(walk.text, at);
    if (tag === undefined) return undefined;
    walk.seen = tag;
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

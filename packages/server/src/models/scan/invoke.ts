// Calls written as parameter tags: Anthropic and MiniMax <invoke name>, DeepSeek DSML, Step3, and
// Qwen3-Coder <function=name>. One walk over the tags; where a value ends is said in value-end.ts.
import { makeCall } from "./call.ts";
import { coerceText, typesOf, type Untyped } from "./coerce.ts";
import { decodeEntities } from "./entities.ts";
import { parseLoose } from "./loose-json.ts";
import { readBody } from "./named-tag.ts";
import { property } from "./object-schema.ts";
import { readTag, type Tag } from "./tag.ts";
import { FOUND_MAX, isTagName, type Found, type JsonSchema, type Tools } from "./types.ts";
import { CALL_KINDS, lastCloseOf, PARAMETER_KINDS, valueEnd } from "./value-end.ts";

/** Tags whose text is the tool's name. */
const NAME_KINDS: ReadonlySet<string> = new Set(["function", "name", "tool_name"]);

/** No tool has so many; a call that has more is none. */
const PARAMETERS_MAX = 1_024;

interface Walk {
  readonly text: string;
  readonly tools: Tools;
  readonly untyped: Untyped;
  readonly trims: boolean;
  readonly found: Found[];
  /** Where the last closing parameter tag stands: found once, not once per parameter. */
  readonly lastClose: number;
  readonly literalEnd: (from: number) => number;
  readonly closed: boolean;
}

interface Open {
  /** What its tag is: "function", "invoke". */
  readonly kind: string;
  readonly name: string;
  readonly schema: JsonSchema | undefined;
  readonly values: Map<string, unknown>;
  readonly bodyFrom: number;
  why: string | undefined;
  cut: boolean;
}

export interface InvokeOptions {
  readonly tools: Tools;
  /** Qwen3-Coder and Step3 read untyped values as JSON and trim them; Anthropic keeps them whole. */
  readonly untyped: Untyped;
  readonly trims: boolean;
  /** False if the section ended without its closing tag. */
  readonly closed: boolean;
}

export function parseInvokes(text: string, options: InvokeOptions): Found[] {
  const walk: Walk = {
    ...options,
    text,
    found: [],
    lastClose: lastCloseOf(text),
    literalEnd: finder(text, "]]>"),
  };
  let open: Open | undefined;
  let parameters = 0;
  for (let tag = readTag(text, 0); tag !== undefined;) {
    if (walk.found.length > FOUND_MAX) return walk.found;
    let at = tag.to;
    const { kind } = tag;
    if (CALL_KINDS.has(kind) && tag.name !== undefined) {
      if (open !== undefined) finish(walk, open, tag.from);
      open = begin(walk, { kind, name: tag.name, to: tag.to });
      if (tag.isEmpty) {
        finish(walk, open, tag.to);
        open = undefined;
      }
    } else if (PARAMETER_KINDS.has(kind) && open !== undefined) {
      if (++parameters > PARAMETERS_MAX)
        return [...walk.found, { why: `There are more than ${PARAMETERS_MAX} parameters.` }];
      at = readValue(walk, open, tag);
    } else if (kind.startsWith("/") && CALL_KINDS.has(kind.slice(1)) && open !== undefined) {
      finish(walk, open, tag.from);
      open = undefined;
    } else if (open === undefined && NAME_KINDS.has(kind) && !tag.isEmpty) {
      const named = readName(text, tag);
      at = named?.to ?? at;
      if (named !== undefined)
        open = begin(walk, { kind: kind === "tool_name" ? "invoke" : "function", ...named });
      else if (kind === "function") walk.found.push({ why: "The call has no tool name." });
    }
    tag = readTag(text, at);
  }
  if (open !== undefined && endsWell(open, options, text)) finish(walk, open, text.length);
  return walk.found;
}

/** Finds what follows a place; asked in order of places, it passes over the text once. */
function finder(text: string, wanted: string): (from: number) => number {
  let found = -2;
  return (from) => {
    if (found !== -1 && found < from) found = text.indexOf(wanted, from);
    return found;
  };
}

/** A name that stands between tags: <function>f</function>, <parameter>p</parameter>. */
function readName(text: string, tag: Tag): { name: string; to: number } | undefined {
  const end = readTag(text, tag.to);
  if (end?.kind !== `/${tag.kind}`) return undefined;
  const name = text.slice(tag.to, end.from).trim();
  return isTagName(name) ? { name, to: end.to } : undefined;
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

function begin(walk: Walk, call: { kind: string; name: string; to: number }): Open {
  const { kind, name, to } = call;
  const schema = walk.tools.schema(name);
  return { kind, name, schema, values: new Map(), bodyFrom: to, why: undefined, cut: false };
}

function finish(walk: Walk, open: Open, to: number): void {
  let args: unknown = Object.fromEntries(open.values);
  if (open.values.size === 0) {
    const body = walk.text.slice(open.bodyFrom, to).trim();
    if (body.startsWith("{")) {
      const json = parseLoose(body);
      args = json.ok ? json.value : undefined;
    } else if (body.startsWith("<") && (body.includes("</") || body.includes("/>"))) {
      const inner = /^<parameters>([\s\S]*)<\/parameters>$/.exec(body)?.[1] ?? body;
      args = childValues(walk, readBody(inner, open.schema));
    } else if (body !== "" && !body.startsWith("<")) args = undefined;
  }
  if (args === undefined) open.why ??= "The arguments can't be read.";
  walk.found.push(
    open.why === undefined ? makeCall(open.name, args, walk.tools) : { why: open.why },
  );
}

/** Arguments as tags of their own names, instead of parameter tags: read in the same way. */
function childValues(walk: Walk, args: Record<string, unknown> = {}): Record<string, unknown> {
  const entries = Object.entries(args).map(([key, value]): [string, unknown] => [
    key,
    walk.trims && typeof value === "string" ? trimValue(value) : value,
  ]);
  return Object.fromEntries(entries);
}

function readValue(walk: Walk, open: Open, tag: Tag): number {
  const { text } = walk;
  const named = tag.name === undefined ? readName(text, tag) : undefined;
  const key = tag.name ?? named?.name ?? "";
  if (key === "") {
    open.why ??= "A parameter has no name.";
    return tag.to;
  }
  const from = named?.to ?? tag.to;
  const mayFollow = (name: string): boolean =>
    open.schema?.properties === undefined ||
    (name !== key && !open.values.has(name) && property(open.schema, name) !== undefined);
  const isNamed = named !== undefined;
  const end = tag.isEmpty
    ? { from, to: from, next: from }
    : valueEnd({
        text,
        from,
        lastClose: walk.lastClose,
        literalEnd: walk.literalEnd,
        isWhole: walk.closed,
        callKind: open.kind,
        mayFollow,
        isNamed,
      });
  if (end === undefined) {
    open.cut = true;
    return text.length;
  }
  const value = typed(walk, text.slice(end.from, end.to), {
    schema: property(open.schema, key),
    isText: tag.isText,
  });
  const before = open.values.get(key);
  if (!open.values.has(key)) open.values.set(key, value);
  else if (Array.isArray(before)) before.push(value);
  else open.values.set(key, [before, value]);
  return end.next;
}

function typed(
  walk: Walk,
  raw: string,
  says: { schema: JsonSchema | undefined; isText: boolean | undefined },
): unknown {
  const text = walk.trims ? unescape(trimValue(raw)) : raw;
  if (says.isText === true) return text;
  const types = typesOf(says.schema);
  const isWrapped = types.size > 0 && !types.has("string") && text.startsWith("<");
  const bare = isWrapped ? unwrap(text) : text;
  return coerceText(bare, says.schema, says.isText === false ? "json" : walk.untyped);
}

// Who writes "<" as it is means "&lt;" as it is, too. A number's character is never meant.
function unescape(text: string): string {
  return text.includes("<") || text.includes("&#") ? text : decodeEntities(text);
}

/** <value>3</value> for a number: what the one tag around it holds. */
function unwrap(text: string): string {
  const first = readTag(text, 0);
  const close = text.lastIndexOf("</");
  return first === undefined || close < first.to ? text : text.slice(first.to, close).trim();
}

/** One line is trimmed; of several lines, only the line breaks that set them apart from the tags. */
export function trimValue(raw: string): string {
  const trimmed = raw.trim();
  if (!trimmed.includes("\n")) return trimmed;
  const from = raw.startsWith("\r\n") ? 2 : raw.startsWith("\n") ? 1 : 0;
  const to = raw.trimEnd().length;
  return raw.slice(from, to);
}

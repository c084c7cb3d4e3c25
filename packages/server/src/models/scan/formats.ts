// The table of openers: which marker starts what. A new format is a line here and a parser.
import { parseDeepSeek, parseKimi } from "./delimited.ts";
import type { SectionSyntax, TagRole } from "./section.ts";
import { parseGlm } from "./glm.ts";
import { parseInvokes } from "./invoke.ts";
import { parseJsonCalls, readCall } from "./json-call.ts";
import { parseLoose } from "./loose-json.ts";
import { parseNamedTag } from "./named-tag.ts";
import { isNameCode, isSpaceCode, type Found, type Tools } from "./types.ts";

export interface SectionInput {
  /** Opening tag and body, without the closing tag. */
  readonly raw: string;
  readonly body: string;
  /** The closing tag was there. If not, only what is unmistakably complete counts. */
  readonly closed: boolean;
  readonly tools: Tools;
}

export type Opener =
  | {
      readonly opens: "section";
      readonly format: string;
      readonly syntax: SectionSyntax;
      readonly parse: (input: SectionInput) => Found[];
    }
  /** Text up to `close` is the model's reasoning, or quoted: nothing in it is a call. */
  | { readonly opens: "reasoning"; readonly close: string }
  | { readonly opens: "quoted"; readonly close: string }
  /** A control token that is no text; `trims` drops the white space after it. */
  | { readonly opens: "nothing"; readonly trims: boolean }
  | { readonly opens: "json-after" }
  | { readonly opens: "mistral" };

const OTHER: TagRole = { is: "other" };
const CLOSE: TagRole = { is: "close" };
const RESTART: TagRole = { is: "restart" };

function syntax(options: {
  close: readonly string[];
  restart?: readonly string[];
  value?: (tag: string) => string | undefined;
  accepts?: (head: string) => boolean | undefined;
}): SectionSyntax {
  const { close, restart = [], value } = options;
  return {
    role: (tag) => {
      if (close.includes(tag)) return CLOSE;
      if (tag.startsWith("</"))
        return SPACE.test(tag) && close.includes(tag.replaceAll(/\s/g, "")) ? CLOSE : OTHER;
      if (restart.includes(tag)) return RESTART;
      const end = value?.(tag);
      return end === undefined ? OTHER : { is: "value", close: end };
    },
    accepts: options.accepts ?? (() => true),
  };
}

const SPACE = /\s/;
const PARAMETER = /^<([^\s/=]*?)(param|parameter|argument|arg)(?:=| name=)/;

/** `<parameter=x>`, `<parameter name="x">`, with any prefix: the tag that closes its value. */
function parameterClose(tag: string): string | undefined {
  if (tag === "<arg_value>") return "</arg_value>";
  if (tag.endsWith("/>")) return undefined;
  if (tag.startsWith("<parameter")) {
    const after = tag["<parameter".length];
    return after === "=" || after === " " ? "</parameter>" : undefined;
  }
  const isNamed = tag.includes("=") && (tag.includes("param") || tag.includes("arg"));
  const match = isNamed ? PARAMETER.exec(tag) : null;
  return match === null ? undefined : `</${match[1] ?? ""}${match[2] ?? ""}>`;
}

type InvokeStyle = { untyped: "json" | "scalars"; trims: boolean };
const TRIMMED: InvokeStyle = { untyped: "json", trims: true };
const WHOLE: InvokeStyle = { untyped: "scalars", trims: false };

function invokes(style: InvokeStyle): (input: SectionInput) => Found[] {
  return ({ raw, closed, tools }) => {
    const untyped = tools.untyped ? style.untyped : "text";
    return parseInvokes(raw, { tools, untyped, trims: style.trims, closed });
  };
}

// <tool_call> is shared by Hermes (JSON), Qwen3-Coder (<function=…>) and GLM (a name).
function parseToolCall({ raw, body, closed, tools }: SectionInput): Found[] {
  const head = body.trimStart();
  if (head.startsWith("{") || head.startsWith("[") || head.startsWith("`")) {
    const found = parseJsonCalls(head, tools);
    const isWhole = found.every((one) => "name" in one && isComplete(one, head, tools));
    return closed || isWhole ? found : [];
  }
  if (head.startsWith("<") || head.startsWith("function=")) {
    if (head.startsWith("f")) return invokes(TRIMMED)({ raw: `<${head}`, body, closed, tools });
    const isBare = !closed && !tools.given;
    return isBare ? [] : invokes(TRIMMED)({ raw, body, closed, tools });
  }
  const named = readNamed(head, tools);
  if (named !== undefined) return closed || named.closed ? named.found : [];
  return closed ? parseGlm(body, tools) : [];
}

// A tool's name, and its arguments as tags: the name's own tag was forgotten.
function readNamed(head: string, tools: Tools): { found: Found[]; closed: boolean } | undefined {
  const first = head.indexOf("<");
  const name = head.slice(0, Math.max(first, 0)).trim();
  if (!tools.names.has(name) || head.startsWith("<arg_key>", first)) return undefined;
  const body = head.slice(first).trimEnd();
  const close = `</${name}>`;
  const closed = body.endsWith(close);
  const inner = closed ? body.slice(0, -close.length) : body;
  return { found: parseNamedTag(name, inner, tools), closed };
}

// Without its closing tag a call counts if its JSON is complete, its tool is known, and its
// arguments are written out.
function isComplete(found: { name: string }, text: string, tools: Tools): boolean {
  const json = parseLoose(text);
  if (!json.ok || !tools.names.has(found.name)) return false;
  return Array.isArray(json.value) || readCall(json.value)?.key !== undefined;
}

/** What may stand first in <tool_call>: JSON, a tag, a fence, or a tool's name and then a tag. */
function acceptsToolCall(head: string): boolean | undefined {
  const first = head[0] ?? "";
  const last = head.charCodeAt(head.length - 1);
  if (first === "[") return head.length < 2 || isSpaceCode(last) ? undefined : last === 123;
  if ("{<`".includes(first)) return true;
  if (last === 60) return true;
  if (isSpaceCode(last)) return undefined;
  if (last === 61) return head === "function=";
  return isNameCode(last) && !isSpaceCode(head.charCodeAt(head.length - 2)) ? undefined : false;
}

const acceptsTag = (head: string): boolean => head === "<";

function jsonSection(tag: string, close = tag.replace("<", "</")): Opener {
  return {
    opens: "section",
    format: "json-tag",
    syntax: syntax({
      close: [close],
      restart: [tag],
      value: parameterClose,
      accepts: acceptsToolCall,
    }),
    parse: parseToolCall,
  };
}

function section(
  format: string,
  close: readonly string[],
  options: {
    parse: (input: SectionInput) => Found[];
    restart?: readonly string[];
    accepts?: (head: string) => boolean;
  },
): Opener {
  const restart = options.restart ?? [];
  return {
    opens: "section",
    format,
    syntax: syntax({
      close,
      restart,
      value: parameterClose,
      ...(options.accepts === undefined ? {} : { accepts: options.accepts }),
    }),
    parse: options.parse,
  };
}

const whole = { parse: invokes(WHOLE), accepts: acceptsTag };
const kimi = { parse: ({ raw, tools }: SectionInput) => parseKimi(raw, tools) };
const deepseek = { parse: ({ raw, tools }: SectionInput) => parseDeepSeek(raw, tools) };
const cohere = {
  parse: ({ body, closed, tools }: SectionInput) => (closed ? parseJsonCalls(body, tools) : []),
};

const FIXED: readonly (readonly [string, Opener])[] = [
  ["<tool_call>", jsonSection("<tool_call>")],
  ["<toolcall>", jsonSection("<toolcall>")],
  ["<tool_calls>", jsonSection("<tool_calls>")],
  ["<function_call>", jsonSection("<function_call>")],
  ["<function_calls>", section("invoke", ["</function_calls>"], whole)],
  ["<minimax:tool_call>", section("minimax", ["</minimax:tool_call>"], whole)],
  ["<｜DSML｜function_calls>", section("dsml", ["</｜DSML｜function_calls>"], whole)],
  ["<｜DSML｜tool_calls>", section("dsml", ["</｜DSML｜tool_calls>"], whole)],
  [
    "<｜tool_calls_begin｜>",
    section("step3", ["<｜tool_calls_end｜>"], { parse: invokes(TRIMMED) }),
  ],
  ["<invoke ", section("invoke", ["</invoke>"], { parse: invokes(WHOLE) })],
  [
    "<function=",
    section("qwen-xml", ["</function>"], { parse: invokes(TRIMMED), restart: ["<tool_call>"] }),
  ],
  ["<function name=", section("qwen-xml", ["</function>"], { parse: invokes(TRIMMED) })],
  ["<|tool_calls_section_begin|>", section("kimi", ["<|tool_calls_section_end|>"], kimi)],
  ["<|tool_call_begin|>", section("kimi", ["<|tool_call_end|>"], kimi)],
  ["<｜tool▁calls▁begin｜>", section("deepseek", ["<｜tool▁calls▁end｜>"], deepseek)],
  ["<|START_ACTION|>", section("cohere", ["<|END_ACTION|>"], cohere)],
  ["<|python_tag|>", { opens: "json-after" }],
  ["[TOOL_CALLS]", { opens: "mistral" }],
  ["<think>", { opens: "reasoning", close: "</think>" }],
  ["<thinking>", { opens: "reasoning", close: "</thinking>" }],
  ["<reasoning>", { opens: "reasoning", close: "</reasoning>" }],
  ["<seed:think>", { opens: "reasoning", close: "</seed:think>" }],
  ["[THINK]", { opens: "reasoning", close: "[/THINK]" }],
  ["<|START_THINKING|>", { opens: "reasoning", close: "<|END_THINKING|>" }],
  ["<tool_response>", { opens: "quoted", close: "</tool_response>" }],
  ["<tool_result>", { opens: "quoted", close: "</tool_result>" }],
  ["<tool_results>", { opens: "quoted", close: "</tool_results>" }],
  ["<tool_output>", { opens: "quoted", close: "</tool_output>" }],
  ["<function_results>", { opens: "quoted", close: "</function_results>" }],
  ["<function_response>", { opens: "quoted", close: "</function_response>" }],
  ["[TOOL_RESULTS]", { opens: "quoted", close: "[/TOOL_RESULTS]" }],
  ["<|START_TOOL_RESULT|>", { opens: "quoted", close: "<|END_TOOL_RESULT|>" }],
  ["<｜tool▁outputs▁begin｜>", { opens: "quoted", close: "<｜tool▁outputs▁end｜>" }],
  ["<!--", { opens: "quoted", close: "-->" }],
  ["<|START_RESPONSE|>", { opens: "nothing", trims: false }],
  ["<|END_RESPONSE|>", { opens: "nothing", trims: true }],
  ["<|START_TEXT|>", { opens: "nothing", trims: false }],
  ["<|END_TEXT|>", { opens: "nothing", trims: true }],
  ["<|python_start|>", { opens: "nothing", trims: false }],
  ["<|python_end|>", { opens: "nothing", trims: false }],
  ["<|eot_id|>", { opens: "nothing", trims: false }],
  ["<|eom_id|>", { opens: "nothing", trims: false }],
  ["<|im_end|>", { opens: "nothing", trims: false }],
  ["<｜end▁of▁sentence｜>", { opens: "nothing", trims: false }],
  ["[/TOOL_CALLS]", { opens: "nothing", trims: false }],
];

/** One node of the tree of openers. */
export interface Branch {
  readonly next: Map<number, Branch>;
  opener: Opener | undefined;
}

export function buildOpeners(tools: Tools): Branch {
  const root: Branch = { next: new Map(), opener: undefined };
  for (const name of tools.names) {
    if (!isTagName(name)) continue;
    for (const end of [">", " ", "\n", "\t", "\r", "/"])
      insert(root, `<${name}${end}`, namedTag(name, end, tools));
  }
  for (const [marker, opener] of FIXED) insert(root, marker, opener);
  return root;
}

function isTagName(name: string): boolean {
  for (let i = 0; i < name.length; i++) if (!isNameCode(name.charCodeAt(i))) return false;
  return name !== "";
}

function insert(root: Branch, marker: string, opener: Opener): void {
  let at = root;
  for (let i = 0; i < marker.length; i++) {
    const code = marker.charCodeAt(i);
    const next = at.next.get(code) ?? { next: new Map(), opener: undefined };
    at.next.set(code, next);
    at = next;
  }
  at.opener = opener;
}

// <name> opens a body; "<name />" is an empty call; "<name" and a body that ends in "/>" happens too.
function namedTag(name: string, end: string, known: Tools): Opener {
  const close = `</${name}>`;
  // The tags of the tool's own arguments protect what is in them, even a closing tag of the call.
  const declared = new Set(Object.keys(known.schema(name)?.properties ?? {}));
  const value = (tag: string): string | undefined =>
    declared.has(tag.slice(1, -1)) ? `</${tag.slice(1)}` : undefined;
  const isOpen = end === ">";
  return {
    opens: "section",
    format: "named-tag",
    syntax: { ...syntax({ close: [close], value }), ...(isOpen ? {} : { root: `<${name}${end}` }) },
    parse: ({ body, closed, raw, tools }) => {
      if (isOpen) return closed ? parseNamedTag(name, body, tools) : [];
      const open = raw.slice(name.length + 1);
      const gt = open.indexOf(">");
      const inner = open.slice(0, gt).trim();
      if (inner === "/") return [{ name, args: {} }];
      if (raw.trimEnd().endsWith("/>"))
        return parseNamedTag(name, open.trimEnd().slice(0, -2), tools);
      return closed ? parseNamedTag(name, open.slice(gt + 1), tools) : [];
    },
  };
}

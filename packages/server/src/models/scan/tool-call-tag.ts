// <tool_call> is shared by Hermes (JSON), Qwen3-Coder (<function=…>) and GLM (a name); so are its kin.
import { parseGlm } from "./glm.ts";
import { parseInvokes } from "./invoke.ts";
import { parseJsonCalls, readCall } from "./json-call.ts";
import { parameterClose, syntax, type Opener, type SectionInput } from "./opener.ts";
import { parseStrict } from "./strict-json.ts";
import { isNameCode, isSpaceCode, type Found, type Tools } from "./types.ts";

type InvokeStyle = { untyped: "json" | "scalars"; trims: boolean };
export const TRIMMED: InvokeStyle = { untyped: "json", trims: true };
export const WHOLE: InvokeStyle = { untyped: "scalars", trims: false };

export function invokes(style: InvokeStyle): (input: SectionInput) => Found[] {
  return ({ raw, closed, tools }) => {
    const untyped = tools.untyped ? style.untyped : "text";
    return parseInvokes(raw, { tools, untyped, trims: style.trims, closed });
  };
}

export function parseToolCall({ raw, body, closed, tools }: SectionInput): Found[] {
  const head = closed ? body.trimStart() : withoutTornEnd(body.trim());
  if (head.startsWith("{") || head.startsWith("[") || head.startsWith("`")) {
    const found = parseJsonCalls(head, tools);
    const isWhole = found.every((one) => "name" in one && isComplete(one, head, tools));
    return closed || isWhole ? found : [];
  }
  if (head.startsWith("<tool_call>")) return parseInner(head, tools);
  if (head.startsWith("<") || head.startsWith("function=")) {
    if (head.startsWith("f")) return invokes(TRIMMED)({ raw: `<${head}`, body, closed, tools });
    const isBare = !closed && !tools.given;
    return isBare ? [] : invokes(TRIMMED)({ raw, body, closed, tools });
  }
  const named = readNamed(head, tools);
  if (named !== undefined) return closed || named.closed ? named.found : [];
  return closed ? parseGlm(body, tools) : [];
}

/** A stream may break off within the closing tag. */
function withoutTornEnd(text: string): string {
  const at = text.lastIndexOf("<");
  const isTorn = at >= 0 && "</tool_call>".startsWith(text.slice(at));
  return isTorn ? text.slice(0, at).trimEnd() : text;
}

/** Hunyuan: <tool_calls> around each <tool_call>, with <tool_sep> after the name. */
function parseInner(body: string, tools: Tools): Found[] {
  return body
    .split("<tool_call>")
    .slice(1)
    .flatMap((part) => {
      const end = part.indexOf("</tool_call>");
      const inner = part.slice(0, end < 0 ? undefined : end).replace("<tool_sep>", "");
      if (inner.trimStart().startsWith("<tool_call>")) return [];
      return end < 0 ? [] : parseToolCall({ raw: inner, body: inner, closed: true, tools });
    });
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
  const raw = `<function=${name}>${inner}</function>`;
  return { found: invokes(TRIMMED)({ raw, body: inner, closed: true, tools }), closed };
}

// Without its closing tag a call counts if its JSON is complete, its tool is known, and its
// arguments are written out.
function isComplete(found: { name: string }, text: string, tools: Tools): boolean {
  const json = parseStrict(text);
  if (!json.ok || !tools.names.has(found.name)) return false;
  return Array.isArray(json.value) || readCall(json.value)?.key !== undefined;
}

/** What may stand first in <tool_call>: JSON, a tag, a fence, or a tool's name and then a tag. */
function acceptsToolCall(head: string): boolean | undefined {
  const first = head[0] ?? "";
  const last = head.charCodeAt(head.length - 1);
  if (first === "[" && head.length > 1) return isSpaceCode(last) ? undefined : last === 123;
  if (first === "[") return undefined;
  if ("{<`".includes(first)) return true;
  if (last === 60) return true;
  if (isSpaceCode(last)) return undefined;
  if (last === 61) return head === "function=";
  return isNameCode(last) && !isSpaceCode(head.charCodeAt(head.length - 2)) ? undefined : false;
}

export function jsonSection(tag: string, close = tag.replace("<", "</")): Opener {
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

// Where the value of a parameter tag ends. At its closing tag; what looks like markup before that is
// content, unless it is the next parameter of the call, or the call's end before one: then the closing
// tag was forgotten.
import { readTag, tagAt } from "./tag.ts";

export const CALL_KINDS: ReadonlySet<string> = new Set(["invoke", "function", "call", "tool"]);
export const PARAMETER_KINDS: ReadonlySet<string> = new Set([
  "parameter",
  "param",
  "argument",
  "arg",
]);

export interface ValueInput {
  readonly text: string;
  readonly from: number;
  /** Where the last closing parameter tag of the text stands; -1 if there is none. */
  readonly lastClose: number;
  /** Where the next "]]>" after a place stands. */
  readonly literalEnd: (from: number) => number;
  /** A parameter of this name would be the call's next one. */
  readonly mayFollow: (name: string) => boolean;
  /** What the call's own tag is: its closing tag ends the value, another's is content. */
  readonly callKind: string;
  /** The section has ended: what follows is no cut-off stream. */
  readonly isWhole: boolean;
  /** The value follows <parameter>name</parameter>: it ends at the next tag of the call. */
  readonly isNamed: boolean;
}

export interface ValueEnd {
  readonly from: number;
  readonly to: number;
  /** Where to read on. */
  readonly next: number;
}

/** Undefined if the value has no end. */
export function valueEnd(input: ValueInput): ValueEnd | undefined {
  const { text, from, isNamed } = input;
  const literal = characterData(input);
  if (literal !== undefined) return literal;
  const isClosed = !isNamed && input.lastClose >= from;
  let stop = -1;
  for (let tag = readTag(text, from); tag !== undefined; tag = readTag(text, tag.to)) {
    const { kind } = tag;
    if (kind.startsWith("/") && PARAMETER_KINDS.has(kind.slice(1))) {
      if (!isNamed) return { from, to: tag.from, next: tag.to };
      if (isAlone(text, tag)) return { from, to: tag.from, next: tag.to };
    } else if (PARAMETER_KINDS.has(kind)) {
      if (stop >= 0) break;
      const isNext = isNamed || !isClosed || (tag.name !== undefined && input.mayFollow(tag.name));
      if (isNext) return { from, to: tag.from, next: tag.from };
    } else if (stop < 0 && (kind === "/tool_call" || endsCall(input.callKind, kind, tag.name))) {
      stop = tag.from;
      if (!isClosed) break;
    }
  }
  if (stop < 0 && input.isWhole) stop = text.length;
  return stop < 0 ? undefined : { from, to: stop, next: stop };
}

function endsCall(callKind: string, kind: string, name: string | undefined): boolean {
  return kind === `/${callKind}` || (name !== undefined && CALL_KINDS.has(kind));
}

/** <![CDATA[…]]> and the closing tag after it. */
function characterData({ text, from, literalEnd }: ValueInput): ValueEnd | undefined {
  let at = from;
  while (at < text.length && " \n\r\t".includes(text[at] ?? "")) at++;
  if (!text.startsWith("<![CDATA[", at)) return undefined;
  const end = literalEnd(at);
  if (end < 0) return undefined;
  const tag = readTag(text, end + 3);
  const isClosed = tag !== undefined && PARAMETER_KINDS.has(tag.kind.slice(1));
  if (!isClosed || text.slice(end + 3, tag.from).trim() !== "") return undefined;
  return { from: at + "<![CDATA[".length, to: end, next: tag.to };
}

/** A closing tag after which the call goes on: not one that the value mentions. */
function isAlone(text: string, tag: { to: number }): boolean {
  const next = readTag(text, tag.to);
  return next !== undefined && text.slice(tag.to, next.from).trim() === "";
}

export function lastCloseOf(text: string): number {
  for (
    let at = text.lastIndexOf("</");
    at >= 0;
    at = at > 0 ? text.lastIndexOf("</", at - 1) : -1
  ) {
    const tag = tagAt(text, at);
    if (tag !== undefined && PARAMETER_KINDS.has(tag.kind.slice(1))) return at;
  }
  return -1;
}

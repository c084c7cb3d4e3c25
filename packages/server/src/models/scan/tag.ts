// One tag of a call: its kind, the name it carries, its attributes. Read by character codes, for a
// hostile text is nothing but tags.
import { decodeEntities } from "./entities.ts";
import { endOfTag } from "./tag-end.ts";
import { isSpaceCode } from "./types.ts";

export interface Tag {
  /** The tag's name without its prefix (`minimax:`, `steptml:`, `｜DSML｜`), "/" first if it closes. */
  readonly kind: string;
  readonly name: string | undefined;
  /** DSML says whether a value is a string. */
  readonly isText: boolean | undefined;
  readonly isEmpty: boolean;
  readonly from: number;
  readonly to: number;
}

/** The first tag from this place on. */
export function readTag(text: string, from: number): Tag | undefined {
  for (let at = text.indexOf("<", from); at >= 0; at = text.indexOf("<", at + 1)) {
    const tag = tagAt(text, at);
    if (tag !== undefined) return tag;
  }
  return undefined;
}

/** The tag that begins at this "<". */
export function tagAt(text: string, from: number): Tag | undefined {
  const end = endOfTag(text, from);
  return end < 0 ? undefined : tagBetween(text, from, end);
}

function tagBetween(text: string, from: number, end: number): Tag {
  let at = skipSpace(text, from + 1, end);
  let last = end;
  while (last > at && isSpaceCode(text.charCodeAt(last - 1))) last--;
  const isEmpty = text.charCodeAt(last - 1) === 47 && last - at > 1;
  if (isEmpty) last--;
  const isClose = text.charCodeAt(at) === 47 && at < last;
  if (isClose) at = skipSpace(text, at + 1, last);
  let begin = at;
  for (; at < last; at++) {
    const code = text.charCodeAt(at);
    if (code === 61 || code === 47 || isSpaceCode(code)) break;
    if (code === 58 || code === 65372) begin = at + 1;
  }
  const word = text.slice(begin, at);
  const rest = at < last ? text.slice(at, last).trim() : "";
  const says = rest === "" ? undefined : attribute(rest, "string");
  return {
    kind: isClose ? `/${word}` : word,
    name: rest === "" ? undefined : nameOf(rest),
    isText: says === undefined ? undefined : says === "true",
    isEmpty,
    from,
    to: end + 1,
  };
}

function skipSpace(text: string, from: number, to: number): number {
  let at = from;
  while (at < to && isSpaceCode(text.charCodeAt(at))) at++;
  return at;
}

/** `=x`, `="x"` or ` name="x"`. */
function nameOf(rest: string): string | undefined {
  return rest.startsWith("=") ? unquote(rest.slice(1).trim()) : attribute(rest, "name");
}

function attribute(text: string, name: string): string | undefined {
  const at = text.indexOf(`${name}=`);
  if (at < 0 || (at > 0 && !isSpaceCode(text.charCodeAt(at - 1)))) return undefined;
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

// Calls without any marker: a JSON object or list, or a Python list of calls. What they may start with,
// what may follow, and whether they are calls at all.
import { Brackets, type BracketsRules } from "./brackets.ts";
import { FIRST_KEYS, parseBareCalls } from "./json-call.ts";
import { parsePythonic } from "./pythonic.ts";
import { isNameCode, isSpaceCode, NAME_CHARS_MAX, type Found, type Tools } from "./types.ts";

const OBJECT: BracketsRules = {
  quotes: '"',
  multiline: false,
  allows: allowsObject,
  settles: settlesBare,
};

const JUDGED: BracketsRules = { ...OBJECT, allows: undefined };
const JUDGED_LIST: BracketsRules = { ...JUDGED, quotes: `"'`, multiline: true };

/** The frame of a "{" that is surely, or maybe, one of a call. */
export function objectFrame(isJudged: boolean): Brackets {
  return new Brackets(isJudged ? JUDGED : OBJECT);
}

/** The same of a "[". */
export function listFrame(isJudged: boolean, isLineStart: boolean, tools: Tools): Brackets {
  if (isJudged) return new Brackets(JUDGED_LIST);
  return new Brackets({ ...JUDGED_LIST, allows: (head) => allowsList(head, isLineStart, tools) });
}

// What the frames' judges would say, where the text to judge is at hand: it saves a frame, and never
// decides otherwise. Undefined: the frame must see.

/** Of the "{" at this place. */
export function judgeObject(text: string, at: number, isListed = false): boolean | undefined {
  const quote = skipSpace(text, at + 1);
  if (quote >= text.length) return undefined;
  if (text.charCodeAt(quote) !== 34) return false;
  const end = text.indexOf('"', quote + 1);
  const isLong = end < 0 || end > quote + KEY_CHARS_MAX;
  const key = text.slice(quote + 1, isLong ? quote + KEY_CHARS_MAX : end);
  if (!isListed && key.includes("\n")) return false;
  if (isLong) return undefined;
  return FIRST_KEYS.has(key) ? true : SPACE.test(key) ? undefined : false;
}

/** Of the "[" at this place. */
export function judgeList(
  text: string,
  at: number,
  { isLineStart, tools }: { isLineStart: boolean; tools: Tools },
): boolean | undefined {
  const first = skipSpace(text, at + 1);
  if (first >= text.length) return undefined;
  if (text.charCodeAt(first) === 123) return judgeObject(text, first, true);
  if (!isLineStart) return false;
  let end = first;
  while (end < text.length && end - first < NAME_CHARS_MAX && isNameCode(text.charCodeAt(end)))
    end++;
  const next = text.charCodeAt(end);
  if (end >= text.length || isSpaceCode(next) || end - first >= NAME_CHARS_MAX) return undefined;
  if (next !== 40 || end === first) return false;
  return !tools.given || tools.names.has(text.slice(first, end));
}

const SPACE = /\s/;
const KEY_CHARS_MAX = 20;

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && isSpaceCode(text.charCodeAt(at))) at++;
  return at;
}

/** The calls of a complete bracket expression; none if it is only text. */
export function parseBare(
  frame: Brackets,
  text: string,
  tools: Tools,
): { readonly calls: readonly Found[]; readonly format: string } {
  if (!text.startsWith("{") && !/^\[\s*\{/.test(text.slice(0, 64)))
    return { calls: parsePythonic(text, tools), format: "pythonic" };
  const { calls, key } = parseBareCalls(text, tools);
  // Llama writes "parameters", and then its call is the end of the turn.
  const isMention = key === "parameters" && !tools.given && !/^(?:[;{<]|$)/.test(frame.rest);
  return { calls: isMention ? [] : calls, format: "json" };
}

/** The first key of a bare object decides whether it may be a call. */
function allowsObject(head: string): boolean | undefined {
  const text = head.slice(1);
  if (text === "") return undefined;
  if (!text.startsWith('"')) return false;
  const end = text.indexOf('"', 1);
  if (end < 0) return text.length < 24 ? undefined : false;
  return FIRST_KEYS.has(text.slice(1, end));
}

/** "[{" starts a list of objects; "[name(" at the start of a line starts a list of calls. */
function allowsList(head: string, isBlank: boolean, tools: Tools): boolean | undefined {
  const text = head.slice(1);
  if (text === "") return undefined;
  if (text.startsWith("{")) return allowsObject(text);
  if (!isBlank) return false;
  const paren = text.indexOf("(");
  const name = (paren < 0 ? text : text.slice(0, paren)).trim();
  for (let i = 0; i < name.length; i++) if (!isNameCode(name.charCodeAt(i))) return false;
  if (paren < 0) return undefined;
  return name !== "" && (!tools.given || tools.names.has(name));
}

// A closing tag after a bare object shows that it is the torn rest of a section: no call.
function settlesBare(rest: string): boolean | undefined {
  if (!rest.startsWith("<")) return true;
  if (rest.length < 2) return undefined;
  return rest[1] !== "/";
}

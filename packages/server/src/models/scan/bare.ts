// Calls without any marker: a JSON object or list, or a Python list of calls. What they may start with,
// what may follow, and whether they are calls at all.
import { Brackets, type BracketsRules } from "./brackets.ts";
import { FIRST_KEYS, parseBareCalls } from "./json-call.ts";
import { parsePythonic } from "./pythonic.ts";
import { isNameCode, isSpaceCode, type Found, type Tools } from "./types.ts";

const OBJECT: BracketsRules = {
  quotes: '"',
  multiline: false,
  allows: allowsObject,
  settles: settlesBare,
};

export function objectFrame(): Brackets {
  return new Brackets(OBJECT);
}

export function listFrame(isLineStart: boolean, tools: Tools): Brackets {
  return new Brackets({
    quotes: `"'`,
    multiline: true,
    allows: (head) => allowsList(head, isLineStart, tools),
    settles: settlesBare,
  });
}

/** Saves a frame where the character after "{" shows that this is no call; never decides otherwise. */
export function mayBeObject(text: string, at: number): boolean {
  const next = text.charCodeAt(at + 1);
  return next === 34 || isSpaceCode(next) || at + 1 >= text.length;
}

/** The same for the characters after "[". */
export function mayBeList(text: string, at: number, isLineStart: boolean): boolean {
  const next = text.charCodeAt(at + 1);
  if (at + 1 >= text.length || isSpaceCode(next)) return true;
  return next === 123 ? mayBeObject(text, at + 1) : isLineStart && isNameCode(next);
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

// JSON as models write it: strict first; else unquoted keys, single quotes, comments, trailing
// commas, Python literals, raw line breaks and unescaped quotes in strings. Never guesses a missing end.
import { FAILED, parseStrict, type Json } from "./strict-json.ts";
import { DEPTH_MAX, isNameCode, isSpaceCode } from "./types.ts";

interface Reader {
  readonly text: string;
  at: number;
  bad: boolean;
}

/** The first value of the text; what follows it is ignored, unless `whole` is set. */
export function parseLoose(text: string, whole = false): Json {
  const strict = parseStrict(text);
  if (strict.ok) return strict;
  const reader: Reader = { text, at: 0, bad: false };
  const value = readValue(reader, 0);
  skip(reader);
  if (reader.bad || (whole && reader.at < text.length)) return FAILED;
  return { ok: true, value };
}

/** All values of a text that holds one after another; none if it is not whole. */
export function parseEach(text: string): unknown[] {
  const strict = parseStrict(text);
  if (strict.ok) return [strict.value];
  const r: Reader = { text, at: 0, bad: false };
  const values: unknown[] = [];
  do {
    values.push(readValue(r, 0));
    skip(r);
  } while (!r.bad && (text[r.at] === "{" || text[r.at] === "["));
  return r.bad ? [] : values;
}

function readValue(r: Reader, depth: number): unknown {
  skip(r);
  const c = r.text[r.at];
  if (depth > DEPTH_MAX || c === undefined) return fail(r);
  if (c === "{") return readObject(r, depth);
  if (c === "[") return readArray(r, depth);
  if (c === '"' || c === "'") return readString(r, c, "value");
  return readWord(r);
}

function readObject(r: Reader, depth: number): unknown {
  const out: [string, unknown][] = [];
  r.at++;
  for (;;) {
    skip(r);
    const c = r.text[r.at];
    if (c === "}") {
      r.at++;
      return Object.fromEntries(out);
    }
    if (c === ",") {
      r.at++;
      continue;
    }
    const key = c === '"' || c === "'" ? readString(r, c, "key") : readKey(r);
    skip(r);
    if (r.bad || r.text[r.at] !== ":") return fail(r);
    r.at++;
    const value = readValue(r, depth + 1);
    if (r.bad) return undefined;
    out.push([key, value]);
    skip(r);
    const after = r.text[r.at];
    if (after !== "," && after !== "}") return fail(r);
  }
}

function readArray(r: Reader, depth: number): unknown {
  const out: unknown[] = [];
  r.at++;
  for (;;) {
    skip(r);
    const c = r.text[r.at];
    if (c === "]") {
      r.at++;
      return out;
    }
    if (c === ",") {
      r.at++;
      continue;
    }
    out.push(readValue(r, depth + 1));
    if (r.bad) return undefined;
    skip(r);
    const after = r.text[r.at];
    if (after !== "," && after !== "]") return fail(r);
  }
}

function readKey(r: Reader): string {
  const from = r.at;
  while (r.at < r.text.length) {
    const code = r.text.charCodeAt(r.at);
    if (!isNameCode(code) && code !== 36) break;
    r.at++;
  }
  if (r.at === from) r.bad = true;
  return r.text.slice(from, r.at);
}

const WORDS = new Map<string, unknown>([
  ["true", true],
  ["True", true],
  ["false", false],
  ["False", false],
  ["null", null],
  ["None", null],
]);

function readWord(r: Reader): unknown {
  const from = r.at;
  while (r.at < r.text.length) {
    const code = r.text.charCodeAt(r.at);
    if (!isNameCode(code) && code !== 43) break;
    r.at++;
  }
  const word = r.text.slice(from, r.at);
  if (WORDS.has(word)) return WORDS.get(word);
  const number = parseNumber(word);
  return number === undefined ? fail(r) : number;
}

/** A JSON number, read without surprises: no hex, no "Infinity", no empty text. */
export function parseNumber(word: string): number | undefined {
  const text = word.startsWith("+") || word.startsWith("-") ? word.slice(1) : word;
  const first = text.charCodeAt(0);
  const isDigit = first >= 48 && first <= 57;
  if (!isDigit && !(first === 46 && text.length > 1)) return undefined;
  const second = text[1];
  if (first === 48 && second !== undefined && second !== "." && second !== "e" && second !== "E")
    return undefined;
  const value = Number(word);
  return Number.isFinite(value) ? value : undefined;
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  b: "\b",
  f: "\f",
};

function readString(r: Reader, quote: string, place: "key" | "value"): string {
  const parts: string[] = [];
  let from = ++r.at;
  for (; r.at < r.text.length; r.at++) {
    const c = r.text[r.at];
    if (c === "\\") {
      parts.push(r.text.slice(from, r.at));
      r.at++;
      parts.push(readEscape(r));
      from = r.at + 1;
    } else if (c === quote && closes(r.text, r.at + 1, place)) {
      parts.push(r.text.slice(from, r.at));
      r.at++;
      return parts.join("");
    }
  }
  r.bad = true;
  return "";
}

function readEscape(r: Reader): string {
  const c = r.text[r.at] ?? "";
  if (c !== "u") return ESCAPES[c] ?? c;
  const hex = r.text.slice(r.at + 1, r.at + 5);
  const code = Number.parseInt(hex, 16);
  if (hex.length < 4 || Number.isNaN(code)) return c;
  r.at += 4;
  return String.fromCharCode(code);
}

// An unescaped quote ends its string only where the grammar can go on after it.
function closes(text: string, from: number, place: "key" | "value"): boolean {
  const at = skipSpace(text, from);
  const c = text[at];
  if (place === "key") return c === ":";
  if (c === undefined || c === "]") return true;
  if (c === "}") {
    const after = text[skipSpace(text, at + 1)];
    return after === undefined || ",}]/<;`".includes(after);
  }
  if (c !== ",") return c === "/" && (text[at + 1] === "/" || text[at + 1] === "*");
  const next = skipSpace(text, at + 1);
  const opener = text[next];
  if (opener === undefined) return false;
  if (opener !== '"' && opener !== "'")
    return "{[}]-/tfnTFN0123456789_".includes(opener) || startsKey(text, next);
  const end = text.indexOf(opener, next + 1);
  if (end < 0) return false;
  const after = text[skipSpace(text, end + 1)];
  return after === ":" || after === "," || after === "]";
}

function startsKey(text: string, from: number): boolean {
  let at = from;
  while (at < text.length && at - from < 64 && isNameCode(text.charCodeAt(at))) at++;
  return at > from && text[skipSpace(text, at)] === ":";
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && isSpaceCode(text.charCodeAt(at))) at++;
  return at;
}

function skip(r: Reader): void {
  for (;;) {
    r.at = skipSpace(r.text, r.at);
    if (r.text[r.at] !== "/") return;
    const next = r.text[r.at + 1];
    if (next === "/") r.at = lineEnd(r.text, r.at);
    else if (next === "*") {
      const end = r.text.indexOf("*/", r.at + 2);
      r.at = end < 0 ? r.text.length : end + 2;
    } else return;
  }
}

function lineEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== "\n" && text[at] !== "\r") at++;
  return at;
}

function fail(r: Reader): undefined {
  r.bad = true;
  return undefined;
}

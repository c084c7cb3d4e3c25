// Calls written as Python: [f(a=1, b="x"), g()].
import { makeCall } from "./call.ts";
import { parseNumber } from "./loose-json.ts";
import { DEPTH_MAX, isNameCode, isSpaceCode, type Found, type Tools } from "./types.ts";

interface Reader {
  readonly text: string;
  at: number;
  bad: boolean;
}

/** All calls of the list, or of the lines; none if any of it is not a call (or, with tools given, not
 * a known one). */
export function parsePythonic(text: string, tools: Tools): Found[] {
  const r: Reader = { text, at: 0, bad: false };
  const out: Found[] = [];
  skip(r);
  const listed = eat(r, "[");
  for (;;) {
    skip(r);
    if (listed && eat(r, "]")) break;
    const found = readCall(r, tools);
    if (found === undefined) return [];
    out.push(found);
    skip(r);
    if (eat(r, ",")) continue;
    if (!listed && r.at < text.length) continue;
    if (listed && !eat(r, "]")) return [];
    break;
  }
  skip(r);
  return r.at < text.length ? [] : out;
}

/** The same inside `print(…)`, as Gemma writes it. */
export function parsePrinted(text: string, tools: Tools): Found[] {
  const isPrinted = text.startsWith("print(") && text.endsWith(")");
  return parsePythonic(isPrinted ? text.slice("print(".length, -1) : text, tools);
}

function readCall(r: Reader, tools: Tools): Found | undefined {
  const name = readName(r);
  skip(r);
  if (name === "" || !eat(r, "(") || (tools.given && !tools.names.has(name))) return undefined;
  const positions = Object.keys(tools.schema(name)?.properties ?? {});
  const entries: [string, unknown][] = [];
  for (;;) {
    skip(r);
    if (eat(r, ")")) break;
    const from = r.at;
    let key: string | undefined = readName(r);
    skip(r);
    if (key === "" || r.text[r.at] !== "=") {
      r.at = from;
      key = positions[entries.length];
    } else r.at++;
    const value = readValue(r, 0);
    if (r.bad || key === undefined) return undefined;
    entries.push([key, value]);
    skip(r);
    if (!eat(r, ",") && r.text[r.at] !== ")") return undefined;
  }
  return makeCall(name, Object.fromEntries(entries), tools);
}

function readName(r: Reader): string {
  const from = r.at;
  const first = r.text.charCodeAt(from);
  if ((first >= 48 && first <= 57) || first === 45 || first === 46) return "";
  while (r.at < r.text.length && isNameCode(r.text.charCodeAt(r.at))) r.at++;
  return r.text.slice(from, r.at);
}

function readValue(r: Reader, depth: number): unknown {
  skip(r);
  const c = r.text[r.at];
  if (depth > DEPTH_MAX || c === undefined) r.bad = true;
  else if (c === '"' || c === "'") return readStrings(r);
  else if (c === "[") return readItems(r, "]", depth);
  else if (c === "(") return readItems(r, ")", depth);
  else if (c === "{") return readDict(r, depth);
  else return readWord(r);
  return undefined;
}

function readItems(r: Reader, close: string, depth: number): unknown[] {
  const out: unknown[] = [];
  r.at++;
  for (;;) {
    skip(r);
    if (eat(r, close)) return out;
    out.push(readValue(r, depth + 1));
    skip(r);
    if (r.bad || (!eat(r, ",") && r.text[r.at] !== close)) {
      r.bad = true;
      return out;
    }
  }
}

function readDict(r: Reader, depth: number): unknown {
  const out: [string, unknown][] = [];
  r.at++;
  for (;;) {
    skip(r);
    if (eat(r, "}")) return Object.fromEntries(out);
    const key = readValue(r, depth + 1);
    skip(r);
    if (r.bad || !eat(r, ":")) r.bad = true;
    const value = r.bad ? undefined : readValue(r, depth + 1);
    skip(r);
    if (r.bad || (!eat(r, ",") && r.text[r.at] !== "}")) {
      r.bad = true;
      return undefined;
    }
    out.push([String(key), value]);
  }
}

const WORDS = new Map<string, unknown>([
  ["True", true],
  ["true", true],
  ["False", false],
  ["false", false],
  ["None", null],
  ["null", null],
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
  const number = parseNumber(word.replaceAll("_", ""));
  if (number === undefined) r.bad = true;
  return number;
}

// Neighbouring literals join, as in Python.
function readStrings(r: Reader): string {
  const parts: string[] = [];
  while (r.text[r.at] === '"' || r.text[r.at] === "'") {
    const isDouble = r.text[r.at] === '"';
    const triple = isDouble ? '"""' : "'''";
    const quote = isDouble ? '"' : "'";
    parts.push(readString(r, r.text.startsWith(triple, r.at) ? triple : quote));
    skip(r);
  }
  return parts.join("");
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  "0": "\0",
  "\n": "",
};
const HEX: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

function readString(r: Reader, quote: string): string {
  r.at += quote.length;
  const end = r.text.indexOf(quote, r.at);
  const plain = end < 0 ? "\\" : r.text.slice(r.at, end);
  if (!plain.includes("\\")) {
    r.at = end + quote.length;
    return plain;
  }
  const parts: string[] = [];
  let from = r.at;
  for (; r.at < r.text.length; r.at++) {
    const c = r.text[r.at];
    if (c === "\\") {
      parts.push(r.text.slice(from, r.at));
      r.at++;
      parts.push(readEscape(r));
      from = r.at + 1;
    } else if (c === quote[0] && r.text.startsWith(quote, r.at)) {
      parts.push(r.text.slice(from, r.at));
      r.at += quote.length;
      return parts.join("");
    }
  }
  r.bad = true;
  return "";
}

function readEscape(r: Reader): string {
  const c = r.text[r.at] ?? "";
  const digits = HEX[c];
  if (digits !== undefined) {
    const code = Number.parseInt(r.text.slice(r.at + 1, r.at + 1 + digits), 16);
    if (Number.isNaN(code) || code > 0x10ffff) return `\\${c}`;
    r.at += digits;
    return String.fromCodePoint(code);
  }
  if (c === "\\" || c === '"' || c === "'") return c;
  return ESCAPES[c] ?? `\\${c}`;
}

function skip(r: Reader): void {
  while (r.at < r.text.length && isSpaceCode(r.text.charCodeAt(r.at))) r.at++;
}

function eat(r: Reader, char: string): boolean {
  if (r.text[r.at] !== char) return false;
  r.at++;
  return true;
}

// JSON to the letter. A text is checked before it is parsed, for an exception costs more than a check.
import { DEPTH_MAX } from "./types.ts";

export type Json = { readonly ok: true; readonly value: unknown } | { readonly ok: false };

export const FAILED: Json = { ok: false };

export function parseStrict(text: string): Json {
  if (!isJson(text)) return FAILED;
  try {
    const value: unknown = JSON.parse(text);
    return { ok: true, value };
  } catch {
    return FAILED;
  }
}

/** What may come next at a place between tokens. */
const VALUE = 0;
const AFTER = 1;
const KEY = 2;

// Says no to all that is no JSON, but for some numbers and escapes, which the parser refuses itself.
function isJson(text: string): boolean {
  const closers: number[] = [];
  let place = VALUE;
  let isFirst = false;
  for (let i = skipSpace(text, 0); i < text.length; i = skipSpace(text, i)) {
    const code = text.charCodeAt(i);
    if (place === AFTER) {
      const closer = closers.at(-1);
      if (closer === undefined) return false;
      if (code === closer) closers.pop();
      else if (code === 44) place = closer === 125 ? KEY : VALUE;
      else return false;
      isFirst = false;
      i++;
    } else if (isFirst && code === closers.at(-1)) {
      closers.pop();
      place = AFTER;
      isFirst = false;
      i++;
    } else if (place === KEY) {
      i = code === 34 ? skipSpace(text, endOfString(text, i + 1)) : text.length;
      if (text.charCodeAt(i) !== 58) return false;
      place = VALUE;
      isFirst = false;
      i++;
    } else if (code === 123 || code === 91) {
      if (closers.length > DEPTH_MAX) return false;
      closers.push(code === 123 ? 125 : 93);
      place = code === 123 ? KEY : VALUE;
      isFirst = true;
      i++;
    } else {
      const to = code === 34 ? endOfString(text, i + 1) : endOfWord(text, i);
      if (to <= i) return false;
      i = to;
      place = AFTER;
      isFirst = false;
    }
  }
  return place === AFTER && closers.length === 0;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) break;
  }
  return at;
}

/** The place after the closing quote; the text's length + 1 if the string is broken. */
function endOfString(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 34) return i + 1;
    if (code < 32) break;
    if (code === 92) i++;
  }
  return text.length + 1;
}

function endOfWord(text: string, from: number): number {
  const code = text.charCodeAt(from);
  if (code === 116) return text.startsWith("true", from) ? from + 4 : from;
  if (code === 102) return text.startsWith("false", from) ? from + 5 : from;
  if (code === 110) return text.startsWith("null", from) ? from + 4 : from;
  let at = from;
  for (; at < text.length; at++) {
    const digit = text.charCodeAt(at);
    const isDigit = digit >= 48 && digit <= 57;
    if (!isDigit && digit !== 45 && digit !== 46 && digit !== 43 && (digit | 32) !== 101) break;
  }
  return at;
}

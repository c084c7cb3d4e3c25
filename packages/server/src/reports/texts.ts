// The texts in what a send stored: its address, its headers and its body, each decoded from the form in which
// it travelled, so that a detector reads what a person at the other end would.
import type { Json, JsonObject } from "../lib/json.ts";
import { isJsonObject } from "../lib/json.ts";

const DEPTH_MAX = 200;

/** Undefined when the bytes were never kept: a credential stood in them. */
export function textsOf(body: JsonObject): string[] | undefined {
  const { url, headers, text, base64, secretBytes } = body;
  if (secretBytes !== undefined) return undefined;
  const texts: string[] = [];
  if (typeof url === "string") texts.push(...urlTexts(url));
  if (isJsonObject(headers)) texts.push(...leaves(headers));
  if (typeof text === "string") texts.push(...bodyTexts(text));
  if (typeof base64 === "string") texts.push(Buffer.from(base64, "base64").toString("utf8"));
  return texts;
}

function urlTexts(url: string): string[] {
  if (!URL.canParse(url)) return [url];
  const parsed = new URL(url);
  return [decoded(parsed.pathname), ...formTexts(parsed.search.slice(1))];
}

/** JSON by its leaves, a form by its fields; anything else as it stands. */
function bodyTexts(text: string): string[] {
  if (/^\s*[[{]/.test(text))
    try {
      const value: Json = JSON.parse(text);
      return [leaves(value).join("\n")];
    } catch {
      return [text];
    }
  if (/^[\w.~%+-]+=[^\s<>]*$/.test(text)) return formTexts(text);
  return [text];
}

function formTexts(text: string): string[] {
  return text
    .split("&")
    .filter((part) => part !== "")
    .map((part) => decoded(part.replaceAll("+", " ")));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Names, strings and numbers of a value. Deeper than anything of ours it is read as its own text. */
function leaves(value: Json, depth = 0): string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "number") return [String(value)];
  if (value === null || typeof value === "boolean") return [];
  if (depth > DEPTH_MAX) return [JSON.stringify(value)];
  if (isList(value)) return value.flatMap((item) => leaves(item, depth + 1));
  return Object.entries(value).flatMap(([name, item]) => {
    const [first = "", ...rest] = leaves(item, depth + 1);
    // A name and its value side by side: "ssn: 078-05-1120" is context for a detector.
    return [`${name}: ${first}`, ...rest];
  });
}

function isList(value: readonly Json[] | JsonObject): value is readonly Json[] {
  return Array.isArray(value);
}

// What a tool's answer says, read by the places that were configured: foreign, so checked and bounded.
import type { CallToolResult } from "@modelcontextprotocol/client";
import { SourceError, type LiveHit } from "@stead/sdk";
import type { Settings } from "./settings.ts";

const ID_CHARS_MAX = 500;
const TITLE_CHARS_MAX = 300;
const QUOTE_CHARS_MAX = 600;
const TEXT_CHARS_MAX = 400_000;

export function hitsOf(
  result: CallToolResult,
  { search, url: server }: Settings,
  limit: number,
): LiveHit[] {
  if (result.isError === true)
    throw new SourceError("malformed", `The tool ${search.tool} failed to search.`);
  const listed = at(valueOf(result), search.results);
  if (!Array.isArray(listed))
    throw new SourceError("settings", `There is no list ${search.results} in what it answered.`);
  const hits: LiveHit[] = [];
  for (const each of listed.slice(0, limit)) {
    const id = textAt(each, search.id);
    if (id === undefined || id === "" || id.length > ID_CHARS_MAX) continue;
    const title = textAt(each, search.title) ?? id;
    const url = webAddress(textAt(each, search.url));
    const path = search.path === undefined ? undefined : textAt(each, search.path);
    hits.push({
      id,
      title: title.slice(0, TITLE_CHARS_MAX),
      path: (path ?? new URL(server).host).slice(0, TITLE_CHARS_MAX),
      quote: (textAt(each, search.text) ?? title).slice(0, QUOTE_CHARS_MAX),
      ...(url === undefined ? {} : { url }),
    });
  }
  return hits;
}

/** Null when the tool refuses: it may not be known whether there is nothing or nothing for this person. */
export function openedOf(
  result: CallToolResult,
  { open }: Settings,
  id: string,
): { title: string; text: string } | null {
  if (result.isError === true) return null;
  const value = valueOf(result);
  const text = typeof value === "string" ? value : textAt(value, open.text);
  if (text === undefined || text === "") return null;
  const title = textAt(value, open.title) ?? id;
  return { title: title.slice(0, TITLE_CHARS_MAX), text: text.slice(0, TEXT_CHARS_MAX) };
}

/** Structured, or else JSON in its text, or else that text. */
function valueOf(result: CallToolResult): unknown {
  if (result.structuredContent !== undefined) return result.structuredContent;
  const text = result.content
    .flatMap((part) => {
      if (part.type === "text") return [part.text];
      return part.type === "resource" && "text" in part.resource ? [part.resource.text] : [];
    })
    .join("\n");
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : text;
  } catch {
    return text;
  }
}

function at(value: unknown, place: string): unknown {
  let here = value;
  for (const key of place === "" ? [] : place.split(".")) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, key)) return undefined;
    here = Object.getOwnPropertyDescriptor(here, key)?.value;
  }
  return here;
}

function textAt(value: unknown, place: string): string | undefined {
  const found = at(value, place);
  return typeof found === "string" || typeof found === "number" ? String(found) : undefined;
}

/** Only what a browser opens as a page. */
function webAddress(text: string | undefined): string | undefined {
  return text !== undefined && /^https?:\/\//i.test(text) && URL.canParse(text) ? text : undefined;
}

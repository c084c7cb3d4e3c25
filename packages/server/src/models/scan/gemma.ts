// Gemma: call:NAME{key:<escape>text<escape>,count:3}; Gemma 4 writes <|"|> for <escape>.
import { makeCall } from "./call.ts";
import { parseLoose } from "./loose-json.ts";
import type { Found, Tools } from "./types.ts";

const QUOTE = /<escape>|<\|"\|>/;
const CALL = /call:([\p{L}\p{N}_.-]+)\s*(?=\{)/u;

export function parseGemma(body: string, tools: Tools): Found[] {
  const head = CALL.exec(body);
  if (head === null) return [{ why: "The call has no tool name." }];
  // Every second piece is a text; in the others keys and braces stand as in JSON, keys without quotes.
  const pieces = body.slice(head.index + head[0].length).split(QUOTE);
  const text = pieces.map((piece, i) => (i % 2 === 1 ? JSON.stringify(piece) : piece)).join("");
  const json = pieces.length % 2 === 1 ? parseLoose(text.trim(), true) : undefined;
  if (json?.ok !== true) return [{ why: "The arguments can't be read." }];
  return [makeCall(head[1] ?? "", json.value, tools)];
}

// Text in XML: its five entities and character references, decoded once, and what is left without tags.
import { endOfTag } from "./tag-end.ts";

const ENTITIES = new Map([
  ["&lt;", "<"],
  ["&gt;", ">"],
  ["&amp;", "&"],
  ["&quot;", '"'],
  ["&apos;", "'"],
]);

export function decodeEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replaceAll(/&(?:lt|gt|amp|quot|apos|#\d{1,7}|#x[\da-fA-F]{1,6});/g, (entity) => {
    const named = ENTITIES.get(entity);
    if (named !== undefined) return named;
    const isHex = entity[2] === "x";
    const code = Number.parseInt(entity.slice(isHex ? 3 : 2, -1), isHex ? 16 : 10);
    return code <= 0x10ffff ? String.fromCodePoint(code) : entity;
  });
}

const CDATA = "<![CDATA[";
/** What is left out whole, from its start to its end. */
const HIDDEN: readonly (readonly [string, string])[] = [
  [CDATA, "]]>"],
  ["<!--", "-->"],
  ["<?", "?>"],
];

const TAG = ["", ">"] as const;

/** A letter, "_" or "/". */
function beginsTag(code: number): boolean {
  return ((code | 32) >= 97 && (code | 32) <= 122) || code === 95 || code === 47;
}

/** What one would read: without tags, comments and instructions; CDATA as it is. */
export function plainText(body: string): string {
  const lastEnds = HIDDEN.map(([, close]) => body.lastIndexOf(close));
  const parts: string[] = [];
  let from = 0;
  for (let at = body.indexOf("<"); at >= 0; at = body.indexOf("<", Math.max(at + 1, from))) {
    const code = body.charCodeAt(at + 1);
    const kind =
      code === 33 || code === 63
        ? HIDDEN.findIndex(([open], i) => Number(lastEnds[i]) > at && body.startsWith(open, at))
        : -1;
    const [open, close] = HIDDEN[kind] ?? TAG;
    const end = kind >= 0 ? body.indexOf(close, at) : beginsTag(code) ? endOfTag(body, at) : -1;
    if (end < 0) continue;
    parts.push(decodeEntities(body.slice(from, at)));
    if (open === CDATA) parts.push(body.slice(at + open.length, end));
    from = end + close.length;
  }
  parts.push(decodeEntities(body.slice(from)));
  return parts.join("").trim();
}

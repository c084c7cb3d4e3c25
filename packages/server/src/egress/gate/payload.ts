// A request as the texts that it carries: its address, its headers and its body, each decoded as its
// receiver will decode it, and written again in the same way.
import { isUtf8 } from "node:buffer";
import type { OutRequest } from "../request.ts";
import { jsonPieces, Pieces, plainPieces, type Leaf, type Piece } from "./json-text.ts";

export interface Payload {
  readonly url: Pieces;
  readonly headers: ReadonlyMap<string, Pieces>;
  /** Undefined when there is none, or when it is no text. */
  readonly body: Pieces | undefined;
  /** True when the body can't be read as text. */
  readonly unreadable: boolean;
}

const same = (text: string): string => text;

export function payloadOf(request: Pick<OutRequest, "url" | "headers" | "body">): Payload {
  const headers = new Map<string, Pieces>();
  for (const [name, value] of Object.entries(request.headers))
    if (!STANDARD_HEADERS.has(name.toLowerCase())) headers.set(name, plainPieces(value));
  const text = textOf(request.body);
  return {
    url: urlPieces(request.url),
    headers,
    body: text === undefined ? undefined : bodyPieces(text, typeOf(request.headers)),
    unreadable: request.body !== undefined && text === undefined,
  };
}

/** Written by Stead itself, the same for everybody. */
const STANDARD_HEADERS = new Set([
  "accept",
  "accept-encoding",
  "accept-language",
  "content-type",
  "user-agent",
  "anthropic-version",
  "mcp-protocol-version",
  "mcp-method",
]);

function textOf(body: OutRequest["body"]): string | undefined {
  if (body === undefined) return undefined;
  if (typeof body === "string") return body;
  return isUtf8(body) ? Buffer.from(body).toString("utf8") : undefined;
}

function typeOf(headers: OutRequest["headers"]): string {
  for (const [name, value] of Object.entries(headers))
    if (name.toLowerCase() === "content-type") return value.toLowerCase();
  return "";
}

function bodyPieces(text: string, type: string): Pieces {
  if (type.includes("x-www-form-urlencoded")) return formPieces(text);
  return jsonPieces(text) ?? plainPieces(text);
}

/** Names and values of a form or of a query. */
function formPieces(text: string): Pieces {
  return new Pieces(
    text.split(/([&=;])/).map((part, i): Piece => {
      if (i % 2 === 1) return { raw: part, write: same };
      const decoded = decodePart(part.replaceAll("+", " "));
      return encoded(part, decoded);
    }),
  );
}

function urlPieces(url: string): Pieces {
  const [, head = "", path = "", query = "", hash = ""] =
    /^([a-z][a-z0-9+.-]*:\/\/[^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?$/is.exec(url) ?? ["", "", url];
  const segments = path
    .split(/(\/)/)
    .map((part, i): Piece =>
      i % 2 === 1 || part === "" ? { raw: part, write: same } : encoded(part, decodePart(part)),
    );
  const inQuery = query === "" ? [] : formPieces(query.slice(1)).pieces;
  return new Pieces([
    { raw: head, leaf: { text: head, kind: "key", key: "" }, write: same },
    ...segments,
    ...(query === "" ? [] : [{ raw: "?", write: same }]),
    ...inQuery,
    ...(hash === "" ? [] : [encoded(hash, decodePart(hash))]),
  ]);
}

function encoded(raw: string, text: string): Piece {
  const leaf: Leaf = { text, kind: "text", key: "" };
  return { raw, leaf, write: (now) => encodeURIComponent(now.toWellFormed()) };
}

/** What is wrongly encoded is read as it stands. */
function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

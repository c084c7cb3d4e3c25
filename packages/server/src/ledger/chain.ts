// The chain of a stream: what exactly is hashed, and the text form in which data is stored.
import { hash } from "node:crypto";
import type { BodyRef } from "@stead/protocol";
import { canonical, type Json, type JsonObject } from "../lib/json.ts";

/** The `prev` of a stream's first event. */
export const GENESIS = "0".repeat(64);

export interface ChainedEvent {
  readonly orgId: string;
  readonly stream: string;
  readonly seq: number;
  readonly at: number;
  readonly type: string;
  /** Canonical text of the data, as `storedText` gives it. */
  readonly data: string;
  /** Canonical text of the body references. */
  readonly bodies: string;
  readonly prev: string;
}

/** SHA-256 over the canonical JSON array of everything that the event is; lower-case hex. */
export function hashEvent(event: ChainedEvent): string {
  const { orgId, stream, seq, at, type, data, bodies, prev } = event;
  return hash(
    "sha256",
    `["stead/event/1",${JSON.stringify(orgId)},${JSON.stringify(stream)},${seq},${at},` +
      `${JSON.stringify(type)},${data},${bodies},"${prev}"]`,
    "hex",
  );
}

/** Canonical text of body references; their fields need no escaping but the name and the id. */
export function refsText(bodies: readonly BodyRef[]): string {
  const refs = bodies.map(
    ({ bytes, id, name, sha256 }) =>
      `{"bytes":${bytes},"id":${JSON.stringify(id)},"name":${JSON.stringify(name)},` +
      `"sha256":${JSON.stringify(sha256)}}`,
  );
  return `[${refs.join(",")}]`;
}

// Postgres' jsonb has no U+0000 and UTF-8 no lone surrogates. Each becomes a mark (a code point
// that Unicode reserves for internal use) and four hex digits, and so does the mark: nothing is
// lost, and the hash is over what is stored, so a verifier need not know of it.
const MARK = "\uFDD0";
const FOREIGN =
  /[\0\uFDD0]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;
// A lone surrogate shows as U+FFFD in canonical text; who really wrote one of these loses some
// time.
const SUSPECT = /\\u0000|[\uFDD0\uFFFD]/;
const MARKED = /\uFDD0([0-9a-f]{4})/g;

/** The canonical text of data that can go through jsonb and come back the same. */
export function storedText(data: JsonObject): string {
  const text = canonical(data);
  return SUSPECT.test(text) ? canonical(mapObject(data, escapeText)) : text;
}

/** The inverse of `storedText`, on the text that Postgres gives back. */
export function parseStored(text: string): JsonObject {
  const data: JsonObject = JSON.parse(text);
  return text.includes(MARK) ? mapObject(data, unescapeText) : data;
}

function escapeText(text: string): string {
  return text.replace(FOREIGN, (unit) => MARK + unit.charCodeAt(0).toString(16).padStart(4, "0"));
}

function unescapeText(text: string): string {
  return text.replace(MARKED, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function mapStrings(value: Json, change: (text: string) => string): Json {
  if (typeof value === "string") return change(value);
  if (value === null || typeof value !== "object") return value;
  return isList(value) ? value.map((item) => mapStrings(item, change)) : mapObject(value, change);
}

function mapObject(value: JsonObject, change: (text: string) => string): JsonObject {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [change(key), mapStrings(item, change)]),
  );
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

// Canonical JSON (RFC 8785: sorted keys, no spaces) and digests over it.
import { createHash } from "node:crypto";

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** An object that came out of JSON, or out of a schema that describes JSON; its depths are not walked. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The same value as JSON, for objects whose type is an interface: TypeScript sees no JSON in these. */
export function asJsonObject(value: object): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** True when it is nested deeper than `levels`; without recursion, which is what depth would exhaust. */
export function isDeeper(value: unknown, levels: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > levels) return true;
    const below: unknown[] = [];
    for (const item of level)
      if (typeof item === "object" && item !== null)
        for (const child of Object.values(item)) below.push(child);
    level = below;
  }
  return false;
}

/**
 * The canonical text of a JSON value: keys sorted by UTF-16 code units, numbers and strings as
 * ECMAScript writes them. Lone surrogates are replaced, for Postgres and UTF-8 know none; a number
 * that is not finite throws, for it has no JSON form. Source: RFC 8785.
 */
export function canonical(value: Json): string {
  if (typeof value === "string") return canonicalText(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new Error("canonical: a number is not finite");
    return value === 0 ? "0" : String(value);
  }
  if (value === null || typeof value === "boolean") return String(value);
  return isList(value) ? canonicalList(value) : canonicalObject(value);
}

// Every event, digest and hash comes through here: plain text is not escaped, keys that are in order
// are not sorted, and pieces are added to one string, which together halves the cost.
const PLAIN = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/;

function canonicalText(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text.toWellFormed());
}

function canonicalList(list: readonly Json[]): string {
  let text = "";
  for (const item of list) text += text === "" ? canonical(item) : `,${canonical(item)}`;
  return `[${text}]`;
}

function canonicalObject(value: JsonObject): string {
  let text = "";
  for (const key of sortedKeys(value)) {
    const item = value[key];
    if (item === undefined) continue;
    text += `${text === "" ? "" : ","}${canonicalText(key)}:${canonical(item)}`;
  }
  return `{${text}}`;
}

function sortedKeys(value: JsonObject): string[] {
  const keys = Object.keys(value);
  let before = "";
  for (const key of keys) {
    if (key < before) return keys.toSorted();
    before = key;
  }
  return keys;
}

function isList(value: readonly Json[] | JsonObject): value is readonly Json[] {
  return Array.isArray(value);
}

/** SHA-256 of bytes or UTF-8 text, lower-case hex. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** SHA-256 of a value's canonical text. */
export function digest(value: Json): string {
  return sha256(canonical(value));
}

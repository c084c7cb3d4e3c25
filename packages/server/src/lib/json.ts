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

/**
 * The canonical text of a JSON value: keys sorted by UTF-16 code units, numbers and strings as
 * ECMAScript writes them. Lone surrogates are replaced, for Postgres and UTF-8 know none; a number
 * that is not finite throws, for it has no JSON form. Source: RFC 8785.
 */
export function canonical(value: Json): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new Error("canonical: a number is not finite");
    return JSON.stringify(value);
  }
  if (typeof value === "string") return JSON.stringify(value.toWellFormed());
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item)).join(",")}]`;
  return canonicalObject(value as JsonObject);
}

function canonicalObject(value: JsonObject): string {
  const parts: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const item = value[key];
    if (item === undefined) continue;
    parts.push(`${JSON.stringify(key.toWellFormed())}:${canonical(item)}`);
  }
  return `{${parts.join(",")}}`;
}

/** SHA-256 of bytes or UTF-8 text, lower-case hex. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** SHA-256 of a value's canonical text. */
export function digest(value: Json): string {
  return sha256(canonical(value));
}

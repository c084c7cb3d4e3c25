// The values of a structured result, each with the trust of the field that it stands in.
import type { Contract, Trust } from "@stead/protocol";
import { parse } from "yaml";
import { trustRank } from "../../access/label.ts";
import type { Json } from "../../lib/json.ts";
import { isRecord } from "../../lib/record.ts";
import { CHARS_MAX } from "./canonical.ts";

export interface Leaf {
  readonly name: string;
  readonly value: string | number;
  readonly trust: Trust;
}

const LEAVES_MAX = 20_000;

/**
 * Of a result that is JSON or YAML as a whole; undefined: it is text, of which no part has a name. Where the
 * result itself is trusted less than its contract says, so is each part.
 */
export function leavesOf(
  text: string,
  contract: Pick<Contract, "fields" | "result">,
  own: Trust = "person",
): Leaf[] | undefined {
  const value = structured(text);
  // Somebody's words have broken it: which of it is a system's own can't be told any more.
  if (value === undefined) return looksStructured(text) && hasRecords(contract) ? [] : undefined;
  const isLess = trustRank(own) > trustRank(leastTrust(contract));
  const leaves: Leaf[] = [];
  const into = { contract, leaves, least: isLess ? own : "person" } as const;
  collect(value, { name: "", trust: contract.result.trust }, into);
  return leaves;
}

function hasRecords({ result, fields = {} }: Pick<Contract, "fields" | "result">): boolean {
  const all = [result.trust, ...Object.values(fields).map(({ trust }) => trust)];
  return all.some((each) => trustRank(each) < trustRank("colleague"));
}

interface Place {
  readonly name: string;
  readonly trust: Trust;
}

interface Collecting {
  readonly contract: Pick<Contract, "fields">;
  readonly leaves: Leaf[];
  readonly least: Trust;
}

function collect(value: unknown, place: Place, into: Collecting): void {
  if (into.leaves.length >= LEAVES_MAX) return;
  if (typeof value === "string" || typeof value === "number")
    into.leaves.push({ ...place, trust: lesser(place.trust, into.least), value });
  else if (Array.isArray(value)) for (const each of value) collect(each, place, into);
  else if (isRecord(value))
    for (const [name, each] of Object.entries(value))
      collect(each, { name, trust: trustOf(name, place, into.contract) }, into);
}

function lesser(one: Trust, other: Trust): Trust {
  return trustRank(one) > trustRank(other) ? one : other;
}

/** What stands within a field is as the field, unless it is named itself. */
function trustOf(name: string, { trust }: Place, { fields }: Pick<Contract, "fields">): Trust {
  return (fields && Object.hasOwn(fields, name) ? fields[name]?.trust : undefined) ?? trust;
}

function looksStructured(text: string): boolean {
  return /^\s*(?:[{[]|- |[\w-]+:(?:\s|$))/.test(text);
}

/** Its JSON, its lines of JSON or its YAML; undefined: it is text. */
export function structured(text: string): Json | undefined {
  if (text.length > CHARS_MAX || !looksStructured(text)) return undefined;
  const start = text.trimStart().slice(0, 1);
  if (start === "{" || start === "[") {
    try {
      const value: Json = JSON.parse(text);
      return value;
    } catch {
      return jsonLines(text);
    }
  }
  try {
    const value: unknown = parse(text, { maxAliasCount: 0, schema: "failsafe" });
    return typeof value === "object" && value !== null
      ? JSON.parse(JSON.stringify(value))
      : undefined;
  } catch {
    return undefined;
  }
}

/** One value a line. */
function jsonLines(text: string): Json | undefined {
  try {
    const lines = text.split("\n").filter((line) => line.trim() !== "");
    return lines.map((line): Json => JSON.parse(line));
  } catch {
    return undefined;
  }
}

/** The least trusted writer of any of it: all of it is read. */
export function leastTrust({ result, fields = {} }: Pick<Contract, "fields" | "result">): Trust {
  const all = [result.trust, ...Object.values(fields).map(({ trust }) => trust)];
  return all.toSorted((a, b) => trustRank(b) - trustRank(a))[0] ?? result.trust;
}

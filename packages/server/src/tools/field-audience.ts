// Parts of a result that its contract keeps for groups: taken out before anything of it is read on behalf
// of somebody who is in none of them.
import type { Contract, Principal } from "@stead/protocol";
import { clip } from "../lib/bounded.ts";
import type { Json } from "../lib/json.ts";
import { isRecord } from "../lib/record.ts";
import { structured } from "./sink/fields.ts";

type Terms = Pick<Contract, "fields" | "result">;

export interface Seen {
  readonly text: string;
  /** Of the parts that are left: who else may see them is in all of these. */
  readonly audience: readonly string[];
}

/**
 * The text with each part withheld that the person is not among the audience of. A text of which no part has
 * a name is one part: it is under all that the contract says.
 */
export function seenBy(text: string, terms: Terms, person: Principal): Seen {
  const { result } = terms;
  const whole = lacking(result.audience, person);
  if (whole.length > 0) return { text: withheld(whole), audience: [] };
  const kept = keptOf(terms);
  if (kept.size === 0) return { text, audience: result.audience };
  const value = structured(text);
  if (value === undefined) {
    const audience = [...result.audience, ...[...kept.values()].flat()];
    const lacks = lacking(audience, person);
    return lacks.length > 0 ? { text: withheld(lacks), audience: [] } : { text, audience };
  }
  const taking: Taking = { kept, person, audience: new Set(result.audience), isChanged: false };
  const left = without(value, taking);
  return {
    text: taking.isChanged ? JSON.stringify(left) : text,
    audience: [...taking.audience],
  };
}

/** Of an error, which can say whatever a result can and has no parts. */
export function errorSeenBy(detail: string, terms: Terms, person: Principal): string {
  const audience = [...terms.result.audience, ...[...keptOf(terms).values()].flat()];
  const lacks = lacking(audience, person);
  return lacks.length > 0 ? withheld(lacks) : detail;
}

/** Who may see what somebody was shown of an error. */
export function audienceMet(terms: Terms, person: Principal): string[] {
  const audience = [...terms.result.audience, ...[...keptOf(terms).values()].flat()];
  return lacking(audience, person).length > 0 ? [] : audience;
}

function keptOf({ fields = {} }: Terms): Map<string, readonly string[]> {
  return new Map(
    Object.entries(fields).flatMap(([name, { audience = [] }]) =>
      audience.length > 0 ? [[name, audience]] : [],
    ),
  );
}

interface Taking {
  readonly kept: ReadonlyMap<string, readonly string[]>;
  readonly person: Principal;
  /** Of the parts that stayed. */
  readonly audience: Set<string>;
  isChanged: boolean;
}

function without(value: Json, taking: Taking): Json {
  if (Array.isArray(value)) return value.map((each) => without(each, taking));
  if (!isRecord(value)) return value;
  const parts = Object.entries(value).map(([name, each]): [string, Json] => {
    const audience = taking.kept.get(name) ?? [];
    const lacks = lacking(audience, taking.person);
    if (lacks.length > 0) {
      taking.isChanged = true;
      return [name, withheld(lacks)];
    }
    for (const one of audience) taking.audience.add(one);
    return [name, without(each, taking)];
  });
  return Object.fromEntries(parts);
}

function lacking(audience: readonly string[], { groups }: Principal): string[] {
  return audience.filter((one) => !groups.some((id) => one === `group:${id}`));
}

function withheld(lacks: readonly string[]): string {
  const groups = lacks.map((one) => one.replace(/^group:/, "")).join(", ");
  return clip(`[withheld: this is for people of ${groups}]`, 300);
}

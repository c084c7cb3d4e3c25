// From determining policies to a decision that explains itself: one sentence, and whom to ask.
import type { Decision, DeterminingPolicy, Hold } from "@stead/protocol";
import { clip } from "../lib/bounded.ts";
import type { AskTerms, Policy, PolicySet } from "./policy.ts";

/** Who is asked when no policy says. */
export const ADMINISTRATORS: AskTerms = {
  group: "role:administrator",
  name: "the administrators",
  quorum: 1,
  expiresMs: undefined,
};
const EXPIRES_MS = 24 * 3_600_000;

function named(policies: PolicySet, ids: readonly string[]): Policy[] {
  return ids.flatMap((id) => policies.policies.get(id) ?? []);
}

function determining(found: readonly Policy[]): DeterminingPolicy[] {
  return found.map(({ id, hash, effect, annotations }) => ({ id, hash, effect, annotations }));
}

/** "Refunds above 100 USD need a second person (policy refunds.above-100)". */
function reasonOf({ id, annotations }: Policy): string {
  const reason = annotations["reason"]?.trim().replace(/[.;]+$/, "");
  return reason ? `${reason} (policy ${id})` : `Policy ${id}`;
}

function contactOf(found: readonly Policy[]): string {
  const contacts = found.flatMap(({ annotations }) => annotations["contact"]?.trim() ?? []);
  return [...new Set(contacts)].join(", ") || ADMINISTRATORS.name;
}

export function permitOf(policies: PolicySet, ids: readonly string[]): Decision {
  const found = named(policies, ids);
  const [first] = found;
  const reason = first ? `${reasonOf(first)}.` : "Allowed.";
  return { kind: "permit", policies: determining(found), reason, approvers: [] };
}

/** Every rule's approvers and quorum; two rules that name the same group need the larger quorum. */
export function askOf(policies: PolicySet, ids: readonly string[]): Decision {
  const found = named(policies, ids);
  const forbids = found.filter(({ effect }) => effect === "forbid");
  const asking = forbids.length > 0 ? forbids : found.filter(({ terms }) => terms);
  const terms = asking.map((policy) => policy.terms ?? ADMINISTRATORS);
  if (terms.length === 0) terms.push(ADMINISTRATORS);
  const byGroup = new Map<string, AskTerms>();
  for (const term of terms) {
    const had = byGroup.get(term.group);
    if (!had || had.quorum < term.quorum) byGroup.set(term.group, term);
  }
  const approvers = [...byGroup.values()]
    .map(({ group, quorum, name }) => ({ group, quorum, name }))
    .toSorted((a, b) => (a.group < b.group ? -1 : 1));
  const expiresMs = Math.min(...terms.map((term) => term.expiresMs ?? EXPIRES_MS));
  const why = asking.map(reasonOf).join("; ") || "No policy allows it without approval";
  const who = approvers.map(({ quorum, name }) => `${people(quorum)} of ${name}`).join(" and ");
  const contact = contactOf(asking);
  const ask = contact === ADMINISTRATORS.name ? "" : ` (questions: ${contact})`;
  return {
    kind: "ask",
    policies: determining(asking.length > 0 ? asking : found),
    reason: `${why}: ${who} must agree within ${span(expiresMs)}${ask}.`,
    approvers,
    expiresMs,
    contact,
  };
}

const HELD_MS = 4 * 3_600_000;

/**
 * Asks whoever asked, for it is their authority that a value from elsewhere would use; where rules ask
 * others too, those see the values as well.
 */
export function heldOf(decision: Decision, holds: readonly Hold[]): Decision {
  const why = holds.slice(0, HOLDS_TOLD).map(toldHold).join("; ");
  const more = holds.length > HOLDS_TOLD ? ` and ${holds.length - HOLDS_TOLD} more` : "";
  const reason = `${why}${more}: somebody must have seen it before it is used.`;
  if (decision.kind === "ask")
    return { ...decision, holds: [...holds], reason: `${decision.reason} ${reason}` };
  const { policies } = decision;
  const kind = "ask" as const;
  return { kind, policies, holds: [...holds], reason, approvers: [], expiresMs: HELD_MS };
}

const HOLDS_TOLD = 3;
const VALUE_TOLD = 80;

function toldHold({ argument, value, source }: Hold): string {
  if (argument === "") return `It is ${source}`;
  return `"${clip(value, VALUE_TOLD)}" (${argument}) is ${source}`;
}

export function deniedOf(policies: PolicySet, ids: readonly string[], what: string): Decision {
  const found = named(policies, ids);
  if (found.length === 0) return refusalOf(`No policy allows ${what}`);
  const contact = contactOf(found);
  const reason = `${found.map(reasonOf).join("; ")}; ask ${contact}.`;
  return denial("policy.denied", { policies: determining(found), reason, contact });
}

/** A no that no policy gave. */
export function refusalOf(why: string): Decision {
  const contact = ADMINISTRATORS.name;
  return denial("policy.denied", { policies: [], reason: `${why}; ask ${contact}.`, contact });
}

/** A no because something could not be evaluated. */
export function errorOf(policies: PolicySet, ids: readonly string[], detail: string): Decision {
  const found = named(policies, ids);
  const contact = contactOf(found);
  const which = found.length > 0 ? ` (policy ${found.map(({ id }) => id).join(", ")})` : "";
  const why = detail.trim().replace(/\.$/, "");
  const reason = `Policy could not be evaluated, so the answer is no: ${why}${which}; ask ${contact}.`;
  return denial("policy.error", { policies: determining(found), reason, contact });
}

function denial(
  code: "policy.denied" | "policy.error",
  parts: Pick<Decision, "policies" | "reason"> & { contact: string },
): Decision {
  return { kind: "deny", code, ...parts, approvers: [] };
}

function people(quorum: number): string {
  return quorum === 1 ? "one" : String(quorum);
}

function span(ms: number): string {
  const units = [
    [86_400_000, "day"],
    [3_600_000, "hour"],
  ] as const;
  for (const [unit, name] of units) {
    const count = ms / unit;
    if (Number.isInteger(count)) return `${count} ${name}${count === 1 ? "" : "s"}`;
  }
  const minutes = Math.round(ms / 60_000);
  return `${minutes} minute${minutes === 1 ? "" : "s"}`;
}

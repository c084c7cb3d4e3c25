// The annotations of a policy. Cedar takes any; we take those that we honour, and check their values.
import { fail, ok, type Result } from "../lib/result.ts";
import { ROLES } from "@stead/protocol";
import { DECLASSIFY_ACTION } from "./cedar/vocabulary.ts";
import type { ActionScope, AskTerms, GroupName } from "./policy.ts";

const KNOWN = ["id", "reason", "approvers", "quorum", "expires", "contact"];
const UNITS = new Map([
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
]);
const EXPIRES_MAX_MS = 30 * 86_400_000;
const QUORUM_MAX = 20;

export interface Annotated {
  readonly effect: "permit" | "forbid";
  readonly scope: ActionScope;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Finds the one group of that name or id, or the role; says what is wrong when there is none. */
export function resolveGroup(written: string, groups: readonly GroupName[]): Result<GroupName> {
  const role = ROLES.find((known) => written === `role:${known}`);
  if (role) return ok({ id: written, name: `the ${role}s` });
  const found = groups.filter(({ id, name }) => id === written || name === written);
  const [first] = found;
  if (first && found.length === 1) return ok(first);
  if (first) {
    const ids = found.map(({ id }) => id).join(", ");
    return fail("policy.invalid", `${found.length} groups are called "${written}"`, {
      hint: `Write the id of the one that is meant: ${ids}.`,
    });
  }
  return fail("policy.invalid", `there is no group "${written}"`, {
    hint: "Create the group first, or correct the name; roles are written role:administrator.",
  });
}

/** Checks keys and values; gives the terms on which people are asked, when the policy names any. */
export function askTerms(
  policy: Annotated,
  groups: readonly GroupName[],
): Result<AskTerms | undefined> {
  const { annotations } = policy;
  for (const [key, value] of Object.entries(annotations)) {
    if (!KNOWN.includes(key))
      return fail("policy.invalid", `there is no annotation @${key}`, {
        hint: `Known are ${KNOWN.map((known) => `@${known}`).join(", ")}.`,
      });
    if (value.trim() === "")
      return fail("policy.invalid", `@${key} is empty`, { hint: "Give it a value in quotes." });
  }
  const quorum = quorumOf(annotations["quorum"]);
  if (!quorum.ok) return quorum;
  const expires = expiresOf(annotations["expires"]);
  if (!expires.ok) return expires;
  const approvers = annotations["approvers"];
  if (approvers === undefined) {
    const alone = ["quorum", "expires"].find((key) => key in annotations);
    if (!alone) return ok(undefined);
    return fail("policy.invalid", `@${alone} stands without @approvers`, {
      hint: 'Say whom to ask: @approvers("group:<name>").',
    });
  }
  if (!mayAsk(policy))
    return fail("policy.invalid", "@approvers on a rule that no approval can lift", {
      hint: 'Only a forbid whose action is in Action::"unapproved" asks; one on a call is final.',
    });
  const group = groupOf(approvers, groups);
  if (!group.ok) return group;
  const { id, name } = group.value;
  return ok({ group: id, name, quorum: quorum.value, expiresMs: expires.value });
}

/** A forbid on `unapproved` alone asks; so does a permit of calls, for those that nothing else names. */
function mayAsk({ effect, scope }: Annotated): boolean {
  if (scope.kind !== "named") return false;
  if (effect === "permit")
    return scope.ids.every(
      (id) => id === "call" || id.startsWith("call:") || id === DECLASSIFY_ACTION,
    );
  return scope.ids.every((id) => id === "unapproved" || id.startsWith("unapproved:"));
}

function groupOf(approvers: string, groups: readonly GroupName[]): Result<GroupName> {
  if (approvers.startsWith("role:")) return resolveGroup(approvers, groups);
  if (approvers.startsWith("group:")) return resolveGroup(approvers.slice(6).trim(), groups);
  return fail("policy.invalid", `@approvers("${approvers}") names neither a group nor a role`, {
    hint: 'Write @approvers("group:<name>") or @approvers("role:administrator").',
  });
}

function quorumOf(text: string | undefined): Result<number> {
  if (text === undefined) return ok(1);
  const quorum = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  if (quorum >= 1 && quorum <= QUORUM_MAX) return ok(quorum);
  return fail("policy.invalid", `@quorum("${text}") is no number of people`, {
    hint: `Write a whole number from 1 to ${QUORUM_MAX}, such as @quorum("2").`,
  });
}

function expiresOf(text: string | undefined): Result<number | undefined> {
  if (text === undefined) return ok(undefined);
  const match = /^(\d{1,5})([mhd])$/.exec(text);
  const ms = Number(match?.[1] ?? 0) * (UNITS.get(match?.[2] ?? "") ?? 0);
  if (ms > 0 && ms <= EXPIRES_MAX_MS) return ok(ms);
  return fail("policy.invalid", `@expires("${text}") is no length of time`, {
    hint: 'Write minutes, hours or days up to 30 days, such as @expires("4h").',
  });
}

// The policies that could apply to one action, handed to Cedar once. Those whose scope names other actions
// are left out, and the scope of the others, which is met, need not be looked at again: no answer changes,
// and the hierarchy of actions need not go along with each request.
import { preparsePolicySet, type Policy as CedarPolicy } from "@cedar-policy/cedar-wasm/nodejs";
import { digest } from "../../lib/json.ts";
import { assert } from "../../lib/result.ts";
import type { ActionScope, Policy } from "../policy.ts";
import type { Answer } from "./evaluate.ts";
import { mentionsIn, type Mentions } from "./mentions.ts";

export interface Slice {
  /** Under which Cedar knows it: the hash of what is in it, so equal slices are one. */
  readonly id: string;
  readonly mentions: Mentions;
  /** Names of groups as its policies write them. */
  readonly groups: ReadonlySet<string>;
  /** Answers to exact requests, oldest first. */
  readonly answers: Map<string, Answer>;
}

const known = new Map<string, Slice>();

/** True when a policy of that scope applies to the action, given all that the action is in. */
export function reaches(scope: ActionScope, id: string, parents: readonly string[]): boolean {
  if (scope.kind === "all" || scope.ids.includes(id)) return true;
  return scope.below && parents.some((parent) => scope.ids.includes(parent));
}

/** False when the JSON form has a number that JavaScript can't hold: then only the text says it right. */
function isExact(node: unknown): boolean {
  if (typeof node === "number" || typeof node === "bigint") return Number.isSafeInteger(node);
  return typeof node !== "object" || node === null || Object.values(node).every(isExact);
}

/** The slice of these policies, all of which apply to the action that it is for. */
export function sliceOf(policies: readonly Policy[]): Slice {
  const id = digest(policies.map((policy) => [policy.id, policy.text]));
  const had = known.get(id);
  if (had) return had;
  const exact = policies.every(({ form }) => isExact(form));
  const staticPolicies: Record<string, CedarPolicy> = {};
  for (const { id: name, form, text } of policies)
    staticPolicies[name] = exact ? { ...form, action: { op: "All" }, annotations: {} } : text;
  const answer = preparsePolicySet(id, { staticPolicies });
  assert(answer.type === "success", "policies that parsed one by one parse together");
  const mentions = mentionsIn(policies.map(({ form }) => form.conditions));
  const slice: Slice = {
    id,
    mentions: { ...mentions, action: mentions.action || !exact },
    groups: new Set(policies.flatMap(({ groupsNamed }) => groupsNamed)),
    answers: new Map(),
  };
  known.set(id, slice);
  return slice;
}

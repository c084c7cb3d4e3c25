// One question to Cedar. Whatever goes wrong is an error, and every error is a denial: Cedar itself skips
// a policy that fails, so a forbid that failed would allow.
import {
  statefulIsAuthorized,
  type AuthorizationAnswer,
  type EntityJson,
  type TypeAndId,
} from "@cedar-policy/cedar-wasm/nodejs";
import type { Slice } from "./slice.ts";
import type { CedarRecord } from "./value.ts";

export interface Request {
  readonly principal: TypeAndId;
  readonly action: TypeAndId;
  readonly resource: TypeAndId;
  readonly context: CedarRecord;
  readonly entities: EntityJson[];
}

/** `policies`: those that determined it. */
export type Answer =
  | { readonly kind: "allow" | "deny"; readonly policies: readonly string[] }
  | { readonly kind: "error"; readonly policies: readonly string[]; readonly detail: string };

/** The most entities that a request may carry: beyond it Cedar's time is theirs. */
const ENTITIES_MAX = 10;
const ANSWERS_MAX = 2_000;
const KEY_CHARS_MAX = 2_000;

/**
 * The answer is a function of the slice and the exact request, so it is kept under the request's text.
 * Nothing else goes into it: no clock, no table; a changed group or label is another request.
 */
export function evaluate(slice: Slice, request: Request): Answer {
  const key = JSON.stringify(request);
  const kept = slice.answers.get(key);
  if (kept) return kept;
  const answer = evaluateAnew(slice, request);
  if (key.length > KEY_CHARS_MAX) return answer;
  slice.answers.set(key, answer);
  if (slice.answers.size > ANSWERS_MAX) {
    const [oldest] = slice.answers.keys();
    if (oldest !== undefined) slice.answers.delete(oldest);
  }
  return answer;
}

function evaluateAnew(slice: Slice, request: Request): Answer {
  if (request.entities.length > ENTITIES_MAX)
    return { kind: "error", policies: [], detail: "The request has too many entities." };
  let answer: AuthorizationAnswer;
  try {
    answer = statefulIsAuthorized({ ...request, preparsedPolicySetId: slice.id });
  } catch {
    return { kind: "error", policies: [], detail: "The policy engine failed." };
  }
  if (answer.type === "failure") {
    const detail = answer.errors[0]?.message ?? "The policy engine refused the request.";
    return { kind: "error", policies: [], detail };
  }
  const { decision, diagnostics } = answer.response;
  const [error] = diagnostics.errors;
  if (error) {
    const policies = diagnostics.errors.map(({ policyId }) => policyId).toSorted();
    return { kind: "error", policies, detail: error.error.message };
  }
  return { kind: decision, policies: diagnostics.reason.toSorted() };
}

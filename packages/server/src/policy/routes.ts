// Endpoints of policies: read them, and ask what they would say.
import type { Handlers } from "../lib/handler.ts";
import { ok } from "../lib/result.ts";
import { listPolicies } from "./list.ts";
import type { PolicySet } from "./policy.ts";
import { tryPolicy, type TrialSubjects } from "./try.ts";

export interface PolicyRouteParts {
  /** Those in force at this moment. */
  readonly policies: () => PolicySet;
  readonly subjects: TrialSubjects;
}

export function policyRoutes({
  policies,
  subjects,
}: PolicyRouteParts): Pick<Handlers, "policy.list" | "policy.try"> {
  return {
    "policy.list": async () => ok({ items: listPolicies(policies()), next: null }),
    "policy.try": async (_asker, { body }) => tryPolicy(policies(), subjects, body),
  };
}

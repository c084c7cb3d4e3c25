// Endpoints of policies: read them, and ask what they would say.
import type { Handlers } from "../lib/handler.ts";
import { ok } from "../lib/result.ts";
import type { PoliciesInForce } from "./in-force.ts";
import { listPolicies } from "./list.ts";
import { tryPolicy, type TrialSubjects } from "./try.ts";

export interface PolicyRouteParts {
  readonly policies: Pick<PoliciesInForce, "current" | "problem">;
  readonly subjects: TrialSubjects;
}

export function policyRoutes({
  policies,
  subjects,
}: PolicyRouteParts): Pick<Handlers, "policy.list" | "policy.try"> {
  return {
    "policy.list": async () => {
      const { current, problem } = policies;
      return ok({ items: listPolicies(current), next: null, problem });
    },
    "policy.try": async (_asker, { body }) => tryPolicy(policies.current, subjects, body),
  };
}

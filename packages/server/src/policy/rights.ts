// What policy says to giving rights away: the answer to identity's port, from the policies in force.
import type { RightsPort, NamedBy, Right } from "../identity/port.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { decideAction } from "./decide.ts";
import type { PoliciesInForce } from "./in-force.ts";
import type { PolicySet } from "./policy.ts";

export function rightsPort(inForce: Pick<PoliciesInForce, "current" | "reload">): RightsPort {
  return {
    decide: ({ principal, action, right }) => {
      const { id, ...attrs } = right;
      const resource = { type: "Right", id, attrs: present(attrs) };
      const decision = decideAction(inForce.current, { principal, action, resource });
      if (decision.kind === "permit") return ok();
      return refused(decision);
    },
    approvers: () => approversIn(inForce.current),
    namedBy: (groupId) => namedIn(inForce.current, groupId),
    groupsChanged: async () => {
      // The old ones stay in force when these can't be read; the Policies screen says why.
      await inForce.reload();
    },
  };
}

function present(attrs: Omit<Right, "id">): Record<string, string | boolean | readonly string[]> {
  const given: Record<string, string | boolean | readonly string[]> = {};
  for (const [name, value] of Object.entries(attrs)) if (value !== undefined) given[name] = value;
  return given;
}

function refused(decision: ReturnType<typeof decideAction>): Result<never> {
  return fail("policy.denied", decision.reason, {
    ...(decision.contact === undefined ? {} : { hint: `Ask ${decision.contact}.` }),
    data: { policies: decision.policies.map(({ id }) => id) },
  });
}

function approversIn({ policies }: PolicySet): Set<string> {
  return new Set([...policies.values()].flatMap(({ terms }) => (terms ? [terms.group] : [])));
}

function namedIn({ policies, groupsNamed }: PolicySet, groupId: string): NamedBy[] {
  const names = groupsNamed.get(groupId) ?? [];
  return [...policies.values()].flatMap((policy) => {
    const { file, line, id, terms, annotations, groupsNamed: own } = policy;
    const asked = terms?.group === groupId ? [annotations["approvers"] ?? ""] : [];
    const written = [
      ...own.filter((name) => names.includes(name)),
      ...asked.map((text) => text.replace(/^group:/, "").trim()),
    ];
    return written.map((each) => ({ written: each, place: `${file}:${line} (${id})` }));
  });
}

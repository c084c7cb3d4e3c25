// For tests: Cedar asked the long way, with all policies as written, all attributes, schema and validation.
import {
  preparsePolicySet,
  preparseSchema,
  statefulIsAuthorized,
  type EntityJson,
} from "@cedar-policy/cedar-wasm/nodejs";
import { trustRank } from "../access/label.ts";
import { assert } from "../lib/result.ts";
import { shapeOfArguments } from "./cedar/shape.ts";
import { cedarArguments } from "./cedar/value.ts";
import { schemaOf } from "./cedar/vocabulary.ts";
import { tools } from "./policy.arbitrary.ts";
import { GROUPS } from "./policy.fixture.ts";
import type { CallQuestion, PolicySet } from "./policy.ts";

export type Outright = { kind: string; code?: string; policies?: readonly string[] };

/** The decision by the words of the design, with nothing left out and nothing kept. */
export function outright(policies: PolicySet, question: CallQuestion): Outright {
  const first = whole(policies, question, "unapproved");
  if (first.errors) return { kind: "deny", code: "policy.error" };
  if (first.allow) return { kind: "permit", policies: first.reasons };
  const second = whole(policies, question, "call");
  if (second.errors) return { kind: "deny", code: "policy.error" };
  if (!second.allow) return { kind: "deny", code: "policy.denied", policies: second.reasons };
  return first.reasons.length > 0 ? { kind: "ask", policies: first.reasons } : { kind: "ask" };
}

const shapes = new Map(tools.map(({ name, inputSchema }) => [name, shapeOfArguments(inputSchema)]));
preparseSchema("whole", schemaOf(shapes));

const parsed = new Set<string>();

/** All policies as they are written. */
function preparsed(policies: PolicySet): string {
  const id = `whole ${policies.hash}`;
  if (parsed.has(id)) return id;
  parsed.add(id);
  const texts = [...policies.policies].map(([key, { text }]) => [key, text] as const);
  preparsePolicySet(id, { staticPolicies: Object.fromEntries(texts) });
  return id;
}

function whole(policies: PolicySet, question: CallQuestion, kind: "unapproved" | "call") {
  const { principal, tool, label } = question;
  const shape = shapes.get(tool.name);
  assert(shape, "the tool's shape");
  const args = cedarArguments(shape, question.arguments);
  assert(args.ok, "the arguments fit");
  const groups = principal.groups.flatMap((id) => [
    id,
    GROUPS.find((group) => group.id === id)?.name ?? id,
  ]);
  const parents = [...groups, ...principal.roles.map((role) => `role:${role}`)];
  const { personId: id, name, email, department, title } = principal;
  const entities: EntityJson[] = [
    {
      uid: { type: "Person", id },
      attrs: { id, name, email, department, title },
      parents: parents.map((group) => ({ type: "Group", id: group })),
    },
    { uid: { type: "Tool", id: tool.name }, attrs: { provider: tool.provider }, parents: [] },
  ];
  const answer = statefulIsAuthorized({
    principal: { type: "Person", id },
    action: { type: "Action", id: `${kind}:${tool.name}` },
    resource: { type: "Tool", id: tool.name },
    context: {
      agent: question.agent.id,
      version: question.agent.version,
      effect: tool.contract.effect,
      args: args.value,
      labels: {
        classes: label.classes,
        trust: label.trust,
        trustRank: trustRank(label.trust),
        audienceSize: label.audience.length,
      },
      attended: question.attended,
      surface: question.surface,
      spentMicros: question.spentMicros,
      reviewed: tool.reviewed,
      granted: question.granted,
      held: (question.holds ?? []).length > 0,
      approved: kind === "call",
      actsAs: question.actsAs,
    },
    preparsedSchemaName: "whole",
    validateRequest: true,
    preparsedPolicySetId: preparsed(policies),
    entities,
  });
  assert(answer.type === "success", `the request is valid: ${JSON.stringify(answer)}`);
  const { decision, diagnostics } = answer.response;
  const reasons = diagnostics.reason.toSorted();
  return { allow: decision === "allow", reasons, errors: diagnostics.errors.length > 0 };
}

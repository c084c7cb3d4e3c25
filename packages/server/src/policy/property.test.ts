// Properties of decisions over generated people, calls, labels and policies; and that slices and left-out
// attributes change no answer, against Cedar given everything, with schema and validation.
import {
  preparsePolicySet,
  preparseSchema,
  statefulIsAuthorized,
  type EntityJson,
} from "@cedar-policy/cedar-wasm/nodejs";
import { ROLES, TRUST, type Decision, type Principal } from "@stead/protocol";
import * as fc from "fast-check";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { trustRank } from "../access/label.ts";
import { assert } from "../lib/result.ts";
import { shapeOfArguments } from "./cedar/shape.ts";
import { cedarArguments } from "./cedar/value.ts";
import { schemaOf } from "./cedar/vocabulary.ts";
import { decideAction, decideCall } from "./decide.ts";
import { ADA, callOf, FIND, GROUPS, policiesOf, REFUND, TOOLS, toolOf } from "./policy.fixture.ts";
import type { CallQuestion, PolicySet } from "./policy.ts";

// Each generated policy is validated for itself, which takes its time.
vi.setConfig({ testTimeout: 120_000 });

const UNREVIEWED = toolOf("web.post", "outward", {
  properties: {
    url: { type: "string" },
    price: { type: "number" },
    deep: {
      type: "object",
      properties: {
        flag: { type: "boolean" },
        counts: { type: "array", items: { type: "integer" } },
      },
    },
  },
  optional: ["price", "deep"],
  reviewed: false,
});
const tools = [...TOOLS, UNREVIEWED];

/** Conditions that only labels, groups, time of day and the like decide, and some that read arguments. */
const CONDITIONS = [
  'context.labels.classes.contains("phi")',
  'context.labels.classes.containsAny(["secret", "pii"])',
  "context.labels.trustRank >= 2",
  "context.labels.audienceSize > 1",
  'principal in Group::"Finance approvers"',
  'principal in Group::"grp_privacy"',
  'principal in Group::"role:builder"',
  'principal.department == "Support" && principal has email',
  'resource.provider == "demo"',
  "!context.attended || context.spentMicros > 500",
  'context.actsAs == "agent"',
  'action in Action::"unapproved"',
  'context.args has query && context.args.query like "*x*"',
  "context.args has amountCents && context.args.amountCents + 9223372036854775000 > 0",
  "context.args has amountCents && context.args.amountCents > 9007199254740993",
  "context.args has priceMicros && context.args.priceMicros > 2000000",
  "context.args has deep && context.args.deep has counts && context.args.deep.counts.contains(3)",
  "context.args has deep.flag && context.args.deep.flag",
];
const SCOPES = ["unapproved", "call"].flatMap((kind) => [
  `action in Action::"${kind}"`,
  ...["refund.create", "web.post", "order.find"].map(
    (tool) => `action == Action::"${kind}:${tool}"`,
  ),
  `action in [Action::"${kind}:refund.create", Action::"${kind}:order.find"]`,
  `action in Action::"${kind}:web.post"`,
]);

/** Some conditions can't hold for some scopes, which the load refuses: those are left out. */
const rules = fc.uniqueArray(
  fc.record({
    effect: fc.constantFrom("permit", "forbid", "forbid"),
    scope: fc.constantFrom(...SCOPES),
    condition: fc.constantFrom(...CONDITIONS),
    negated: fc.boolean(),
  }),
  { maxLength: 4, selector: (rule) => JSON.stringify(rule) },
);
type Rule = { effect: string; scope: string; condition: string; negated: boolean };

const textOf = ({ effect, scope, condition, negated }: Rule): string =>
  `${effect} (principal, ${scope}, resource) ${negated ? "unless" : "when"} { ${condition} };`;

const sets = new Map<string, PolicySet | undefined>();
async function setOf(chosen: readonly Rule[]): Promise<PolicySet> {
  const sound: string[] = [];
  for (const rule of chosen) {
    const text = textOf(rule);
    if (!sets.has(text)) sets.set(text, await policiesOf(text, { tools }).catch(() => undefined));
    if (sets.get(text)) sound.push(text);
  }
  return policiesOf(sound.join("\n"), { tools });
}

const principals: fc.Arbitrary<Principal> = fc
  .record({
    groups: fc.subarray(["grp_finance", "grp_privacy", "grp_other"]),
    roles: fc.subarray([...ROLES]),
    department: fc.constantFrom("Support", "Sales"),
  })
  .map((parts) => ({ ...ADA, ...parts }));

const called = fc.oneof(
  fc.record({
    tool: fc.constant(REFUND),
    arguments: fc.record({
      orderId: fc.string(),
      amountCents: fc.oneof(fc.integer(), fc.maxSafeInteger()),
      reason: fc.string(),
    }),
  }),
  fc.record({ tool: fc.constant(FIND), arguments: fc.record({ query: fc.string() }) }),
  fc.record({
    tool: fc.constant(UNREVIEWED),
    arguments: fc.record(
      {
        url: fc.string(),
        price: fc.integer({ min: 0, max: 5_000_000 }).map((micros) => micros / 1e6),
        deep: fc.record({ flag: fc.boolean(), counts: fc.array(fc.nat(4)) }, { requiredKeys: [] }),
      },
      { requiredKeys: ["url"] },
    ),
  }),
);

const questions: fc.Arbitrary<CallQuestion> = fc
  .record({
    called,
    principal: principals,
    granted: fc.boolean(),
    actsAs: fc.constantFrom("caller", "agent", "connection"),
    label: fc.record({
      audience: fc.subarray(["only:a", "only:b", "cls_1"]),
      classes: fc.subarray(["phi", "pii", "secret"]),
      trust: fc.constantFrom(...TRUST),
    }),
    attended: fc.boolean(),
    spentMicros: fc.nat(1_000),
  })
  .map(({ called: { tool, arguments: args }, ...change }) =>
    callOf(tool, { ...change, arguments: args }),
  );

const many = fc.array(questions, { minLength: 50, maxLength: 50 });

const RANK = { permit: 0, ask: 1, deny: 2 };
const rank = (decision: Decision): number => RANK[decision.kind];

let base: PolicySet;
beforeAll(async () => {
  base = await policiesOf("", { tools });
});

describe("with the built-in rules", () => {
  it("one data class more, less trust or more audience never widens", () => {
    fc.assert(
      fc.property(questions, fc.string(), fc.constantFrom(...TRUST), (question, extra, trust) => {
        const { label } = question;
        const worse = {
          audience: [...label.audience, "cls_more"],
          classes: [...label.classes, extra, "secret"],
          trust: trustRank(trust) > trustRank(label.trust) ? trust : label.trust,
        };
        const before = decideCall(base, question);
        const after = decideCall(base, { ...question, label: worse });
        expect(rank(after)).toBeGreaterThanOrEqual(rank(before));
      }),
      { numRuns: 300 },
    );
  });

  it("one group or role less never widens, for a call or an action", () => {
    const resource = fc.record({
      personId: fc.constantFrom(ADA.personId, "per_other"),
      approverGroups: fc.subarray(["grp_finance", "grp_privacy", "role:administrator"]),
    });
    fc.assert(
      fc.property(questions, resource, fc.nat(), (question, attrs, pick) => {
        const { principal } = question;
        const all = [...principal.groups, ...principal.roles];
        const gone = all[pick % Math.max(1, all.length)];
        const poorer: Principal = {
          ...principal,
          groups: principal.groups.filter((group) => group !== gone),
          roles: principal.roles.filter((role) => role !== gone),
        };
        const run = { type: "Run", id: "run_1", attrs };
        for (const action of ["run.get", "run.list", "run.cancel", "ledger.search"]) {
          const before = decideAction(base, { principal, action, resource: run });
          const after = decideAction(base, { principal: poorer, action, resource: run });
          expect(rank(after)).toBeGreaterThanOrEqual(rank(before));
        }
        const before = decideCall(base, question);
        const after = decideCall(base, { ...question, principal: poorer });
        expect(rank(after)).toBeGreaterThanOrEqual(rank(before));
      }),
      { numRuns: 300 },
    );
  });

  it("what was not granted, or nobody reviewed, never happens by itself", () => {
    fc.assert(
      fc.property(questions, (question) => {
        const decision = decideCall(base, question);
        if (!question.granted) expect(decision.kind).toBe("deny");
        if (!question.tool.reviewed) expect(decision.kind).not.toBe("permit");
      }),
    );
  });
});

describe("with generated policies", () => {
  it("deny wins: one forbid more never widens, and takes no approver away from those named", async () => {
    const condition = fc.constantFrom(...CONDITIONS);
    await fc.assert(
      fc.asyncProperty(rules, condition, many, async (chosen, added, asked) => {
        const more = { effect: "forbid", scope: SCOPES[0] ?? "", condition: added, negated: false };
        const [before, after] = [await setOf(chosen), await setOf([...chosen, more])];
        for (const question of asked)
          compare(decideCall(before, question), decideCall(after, question));
      }),
      { numRuns: 8 },
    );
  });

  it("answers as Cedar does when it is given everything, and denies on any error", async () => {
    const kinds = new Set<string>();
    await fc.assert(
      fc.asyncProperty(rules, many, async (chosen, asked) => {
        const policies = await setOf(chosen);
        for (const question of asked) {
          const decision = decideCall(policies, question);
          kinds.add(decision.code ?? decision.kind);
          const expected = outright(policies, question);
          expect({ kind: decision.kind, code: decision.code }).toEqual({
            kind: expected.kind,
            code: expected.code,
          });
          if (expected.policies)
            expect(decision.policies.map(({ id }) => id)).toEqual(expected.policies);
        }
      }),
      { numRuns: 12 },
    );
    expect([...kinds].toSorted()).toEqual(["ask", "permit", "policy.denied", "policy.error"]);
  });
});

function compare(before: Decision, after: Decision): void {
  expect(rank(after)).toBeGreaterThanOrEqual(rank(before));
  const byForbid = before.policies.some(({ effect }) => effect === "forbid");
  if (after.kind === "ask" && before.kind === "ask" && byForbid)
    expect(after.approvers).toEqual(expect.arrayContaining(before.approvers));
}

type Outright = { kind: string; code?: string; policies?: readonly string[] };

/** The decision by the words of the design, with nothing left out and nothing kept. */
function outright(policies: PolicySet, question: CallQuestion): Outright {
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

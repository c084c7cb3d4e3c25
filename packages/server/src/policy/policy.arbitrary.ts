// For property tests: people, calls, labels and policies of every kind that can be written.
import { ROLES, TRUST, type Principal } from "@stead/protocol";
import * as fc from "fast-check";
import { ADA, callOf, FIND, policiesOf, REFUND, TOOLS, toolOf } from "./policy.fixture.ts";
import type { CallQuestion, PolicySet } from "./policy.ts";

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
export const tools = [...TOOLS, UNREVIEWED];

/** Conditions that only labels, groups, time of day and the like decide, and some that read arguments. */
export const CONDITIONS = [
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
export const SCOPES = ["unapproved", "call"].flatMap((kind) => [
  `action in Action::"${kind}"`,
  ...["refund.create", "web.post", "order.find"].map(
    (tool) => `action == Action::"${kind}:${tool}"`,
  ),
  `action in [Action::"${kind}:refund.create", Action::"${kind}:order.find"]`,
  `action in Action::"${kind}:web.post"`,
]);

/** Some conditions can't hold for some scopes, which the load refuses: those are left out. */
export const rules = fc.uniqueArray(
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
export async function setOf(chosen: readonly Rule[]): Promise<PolicySet> {
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

export const questions: fc.Arbitrary<CallQuestion> = fc
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

export const many = fc.array(questions, { minLength: 50, maxLength: 50 });

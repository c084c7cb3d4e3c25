// What a decision costs: built-in rules and a hundred of an organisation's own, requests never seen before,
// and the same one again.
import { preparsePolicySet, statefulIsAuthorized } from "@cedar-policy/cedar-wasm/nodejs";
import { decideAction, decideCall } from "./decide.ts";
import { ADA, callOf, FIND, policiesOf, refundOf } from "./policy.fixture.ts";
import type { PolicySet } from "./policy.ts";

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

const ROUNDS = 2_000;
const WARM_UP = 500;
const POLICIES = 100;

/** A tenth speaks of refunds, the others of other tools; a person of forty groups asks. */
function organisationRules(): string {
  const rules: string[] = [];
  for (let i = 0; i < POLICIES; i++) {
    const action =
      i % 10 === 0 ? 'Action::"unapproved:refund.create"' : 'Action::"unapproved:expense.submit"';
    rules.push(
      `@id("rule.${i}") @approvers("group:Finance approvers") forbid (principal, action == ${action}, ` +
        `resource) when { context.args.amountCents > ${1_000_000 + i} };`,
    );
  }
  return rules.join("\n");
}

const principal = {
  ...ADA,
  groups: [...Array.from({ length: 39 }, (_, i) => `grp_${i}`), "grp_finance"],
};

export async function measurePolicy(): Promise<Figure[]> {
  const policies = await policiesOf(organisationRules());
  preparsePolicySet("floor", { staticPolicies: {} });
  return [
    ...measure("policy.engine.floor", floor),
    ...measure("policy.call.permit.new", (i) =>
      decideCall(policies, { ...find(i), principal: { ...principal, personId: `per_${i}` } }),
    ),
    ...measure("policy.call.permit.again", (i) => decideCall(policies, find(i))),
    ...measure("policy.call.ask.new", (i) => decideCall(policies, refundOf(i + 1, { principal }))),
    ...measure("policy.action.new", (i) => startOf(policies, `agt_${i}`)),
  ];
}

/** The engine asked with nothing: what its door alone costs. */
function floor() {
  const uid = { type: "Person", id: "p" };
  const request = { principal: uid, action: { type: "Action", id: "a" }, resource: uid };
  return statefulIsAuthorized({
    ...request,
    context: {},
    entities: [],
    preparsedPolicySetId: "floor",
  });
}

function find(i: number) {
  return callOf(FIND, { principal, arguments: { query: `order ${i}` } });
}

function startOf(policies: PolicySet, id: string) {
  const attrs = { ownerId: "per_other", usableBy: ["grp_3", "grp_77"] };
  const resource = { type: "Agent", id, attrs };
  return decideAction(policies, { principal, action: "run.start", resource });
}

/** Mean CPU, and p99 of the elapsed time (processors count CPU too coarsely), in microseconds. */
function measure(name: string, decide: (i: number) => unknown): Figure[] {
  for (let i = 0; i < WARM_UP; i++) decide(-1 - i);
  const before = process.cpuUsage();
  const elapsed: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const began = process.hrtime.bigint();
    decide(i);
    elapsed.push(Number(process.hrtime.bigint() - began) / 1_000);
  }
  const cpu = process.cpuUsage(before);
  const p99 = elapsed.toSorted((a, b) => a - b)[Math.floor(ROUNDS * 0.99)] ?? 0;
  return [
    { name: `${name}.cpu`, value: (cpu.user + cpu.system) / ROUNDS, unit: "us" },
    { name: `${name}.p99`, value: p99, unit: "us" },
  ];
}

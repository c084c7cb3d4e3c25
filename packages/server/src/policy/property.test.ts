// Properties of decisions over generated people, calls, labels and policies; and that slices and left-out
// attributes change no answer, against Cedar given everything, with schema and validation.
import { TRUST, type Decision, type Principal } from "@stead/protocol";
import * as fc from "fast-check";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { trustRank } from "../access/label.ts";
import { decideAction, decideCall } from "./decide.ts";
import { CONDITIONS, many, questions, rules, SCOPES, setOf, tools } from "./policy.arbitrary.ts";
import { ADA, policiesOf } from "./policy.fixture.ts";
import { outright } from "./policy.oracle.ts";
import type { PolicySet } from "./policy.ts";

// Each generated policy is validated for itself, which takes its time.
vi.setConfig({ testTimeout: 120_000 });

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

  // One seed that is known to bring every kind of answer, and one of today.
  it.each([
    { seed: 7, all: true },
    { seed: undefined, all: false },
  ])("answers as Cedar does when given everything, seed $seed", async ({ seed, all }) => {
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
      { numRuns: 12, ...(seed === undefined ? {} : { seed }) },
    );
    const every = ["ask", "permit", "policy.denied", "policy.error"];
    if (all) expect([...kinds].toSorted()).toEqual(every);
  });
});

function compare(before: Decision, after: Decision): void {
  expect(rank(after)).toBeGreaterThanOrEqual(rank(before));
  const byForbid = before.policies.some(({ effect }) => effect === "forbid");
  if (after.kind === "ask" && before.kind === "ask" && byForbid)
    expect(after.approvers).toEqual(expect.arrayContaining(before.approvers));
}

// What is decided, on the demo's own policies and on policies written to go wrong.
import { fileURLToPath } from "node:url";
import type { Decision } from "@stead/protocol";
import { beforeAll, describe, expect, it, test } from "vitest";
import { assert } from "../lib/result.ts";
import { decideCall, decideModel } from "./decide.ts";
import { loadPolicies } from "./load.ts";
import {
  ADA,
  callOf,
  FIND,
  GROUPS,
  policiesOf,
  REFUND,
  refundOf,
  TOOLS,
  toolOf,
} from "./policy.fixture.ts";
import type { PolicySet } from "./policy.ts";

let demo: PolicySet;
beforeAll(async () => {
  const dir = fileURLToPath(new URL("../../demo/policies", import.meta.url));
  const loaded = await loadPolicies({ dir, groups: GROUPS, tools: TOOLS });
  assert(loaded.ok, loaded.ok ? "" : loaded.failure.detail);
  demo = loaded.value;
});

const ids = (decision: Decision) => decision.policies.map(({ id }) => id);

describe("the demo's refunds", () => {
  test.each([1, 10_000])("%i cents are paid at once", (amount) => {
    const decision = decideCall(demo, refundOf(amount));
    expect(decision).toMatchObject({ kind: "permit", approvers: [] });
    expect(ids(decision)).toEqual(["refunds.small"]);
  });

  test.each([10_001, 500_000])("%i cents ask Finance", (amount) => {
    const decision = decideCall(demo, refundOf(amount));
    expect(decision).toMatchObject({
      kind: "ask",
      approvers: [{ group: "grp_finance", quorum: 1, name: "Finance approvers" }],
      expiresMs: 4 * 3_600_000,
      contact: "the Finance desk",
    });
    expect(ids(decision)).toEqual(["refunds.above-100"]);
    expect(decision.reason).toBe(
      "Refunds above 100 USD need a yes from Finance (policy refunds.above-100): one of Finance " +
        "approvers must agree within 4 hours (questions: the Finance desk).",
    );
  });

  test("above 5,000 USD the answer is no, and it says why and whom to ask", () => {
    expect(decideCall(demo, refundOf(500_001))).toMatchObject({
      kind: "deny",
      code: "policy.denied",
      reason:
        "Refunds above 5,000 USD are not paid through agents (policy refunds.ceiling); " +
        "ask the Finance desk.",
    });
  });

  test.each([0, -1, -0])("%i cents are refused", (amount) => {
    expect(ids(decideCall(demo, refundOf(amount)))).toEqual(["refunds.positive"]);
  });
});

describe("the built-in rules for calls", () => {
  it("let an agent read, and change the person's own records", async () => {
    const policies = await policiesOf();
    expect(decideCall(policies, callOf(FIND, { arguments: { query: "x" } })).kind).toBe("permit");
    const own = { amountCents: 1, category: "c", description: "d" };
    const submit = TOOLS.find(({ name }) => name === "expense.submit");
    assert(submit, "the tool");
    expect(decideCall(policies, callOf(submit, { arguments: own })).kind).toBe("permit");
  });

  test.each(["write-shared", "outward", "irreversible", "money"] as const)(
    "ask the administrators for %s",
    async (effect) => {
      const tool = toolOf("thing.do", effect);
      const policies = await policiesOf("", { tools: [tool] });
      expect(decideCall(policies, callOf(tool))).toMatchObject({
        kind: "ask",
        approvers: [{ group: "role:administrator", quorum: 1 }],
        expiresMs: 24 * 3_600_000,
      });
    },
  );

  it("ask for a tool that nobody has reviewed, whatever it says of itself or a policy permits", async () => {
    const tool = toolOf("thing.read", "read", { reviewed: false });
    const permit = `permit (principal, action == Action::"unapproved:thing.read", resource);`;
    const policies = await policiesOf(permit, { tools: [tool] });
    const decision = decideCall(policies, callOf(tool));
    expect(decision).toMatchObject({ kind: "ask", approvers: [{ group: "role:administrator" }] });
    expect(ids(decision)).toEqual(["base.unreviewed"]);
  });

  it("deny what was not granted, whatever a policy permits", async () => {
    const policies = await policiesOf(
      `permit (principal, action in Action::"call", resource);
       permit (principal, action in Action::"unapproved", resource);`,
    );
    const decision = decideCall(policies, refundOf(1, { granted: false }));
    expect(decision).toMatchObject({ kind: "deny", code: "policy.denied" });
    expect(ids(decision)).toEqual(["base.granted-only"]);
  });

  it("deny a tool that policy does not know, or knows otherwise", async () => {
    const policies = await policiesOf();
    expect(decideCall(policies, callOf(toolOf("refund.steal", "read"))).kind).toBe("deny");
    const changed = { ...FIND, hash: "another" };
    const question = callOf(changed, { arguments: { query: "x" } });
    expect(decideCall(policies, question)).toMatchObject({ kind: "deny", code: "policy.error" });
  });
});

describe("several rules that ask", () => {
  const asks = `
    @id("a") @approvers("group:Finance approvers") @quorum("2") @expires("2d")
    forbid (principal, action == Action::"unapproved:refund.create", resource)
    when { context.args.amountCents > 1000 };
    @id("b") @approvers("group:Privacy officers") @expires("30m") @contact("privacy")
    forbid (principal, action == Action::"unapproved:refund.create", resource)
    when { context.labels.classes.contains("phi") };
    @id("c") @approvers("group:Finance approvers")
    forbid (principal, action in Action::"unapproved", resource) unless { context.attended };
    @id("d")
    forbid (principal, action == Action::"call:refund.create", resource)
    when { context.args.reason == "never" };`;

  it("count together: each one's approvers, the larger quorum, the shorter time", async () => {
    const label = { audience: [], classes: ["phi"], trust: "record" } as const;
    const decision = decideCall(await policiesOf(asks), {
      ...refundOf(5_000),
      label: { ...label, audience: [], classes: ["phi"] },
      attended: false,
    });
    expect(ids(decision)).toEqual(["a", "b", "c"]);
    expect(decision).toMatchObject({
      kind: "ask",
      approvers: [
        { group: "grp_finance", quorum: 2 },
        { group: "grp_privacy", quorum: 1 },
      ],
      expiresMs: 30 * 60_000,
      contact: "privacy",
    });
  });

  it("can't lift a forbid on the call itself", async () => {
    const question = refundOf(5_000);
    const args = { ...question.arguments, reason: "never" };
    const decision = decideCall(await policiesOf(asks), { ...question, arguments: args });
    expect(decision.kind).toBe("deny");
    expect(ids(decision)).toEqual(["d"]);
  });
});

describe("an error is a denial", () => {
  // Addition overflows: a thing that no validation can rule out.
  const overflow = "context.args.amountCents + 9223372036854775807 == 0";
  const permit = `permit (principal, action == Action::"unapproved:refund.create", resource);`;

  it("in the first request, although Cedar itself would allow", async () => {
    const policies = await policiesOf(
      `${permit} @id("broken") forbid (principal, action == Action::"unapproved:refund.create",
       resource) when { ${overflow} };`,
    );
    const decision = decideCall(policies, refundOf(1));
    expect(decision).toMatchObject({ kind: "deny", code: "policy.error" });
    expect(decision.reason).toMatch(
      /^Policy could not be evaluated, so the answer is no: .*broken/,
    );
    expect(decideCall(policies, refundOf(-1)).kind).toBe("permit");
  });

  it("in the second request, although the first only asked", async () => {
    const policies = await policiesOf(
      `@id("broken") forbid (principal, action == Action::"call:refund.create", resource)
       when { ${overflow} };`,
    );
    expect(decideCall(policies, refundOf(1))).toMatchObject({ kind: "deny", code: "policy.error" });
    expect(decideCall(policies, refundOf(-1)).kind).toBe("ask");
  });

  test.each([1.5, null, "5", undefined, 2 ** 53, [1], {}])("for the amount %j", async (amount) => {
    const { amountCents: _, ...args } = refundOf(0).arguments;
    const wrong = { ...args, ...(amount === undefined ? {} : { amountCents: amount }) };
    const decision = decideCall(demo, callOf(REFUND, { arguments: wrong }));
    expect(decision).toMatchObject({ kind: "deny", code: "policy.error" });
  });
});

describe("a model call", () => {
  const question = {
    principal: ADA,
    agent: { id: "agt_1", version: 1 },
    model: "acme/large",
    label: { audience: [], classes: ["phi"], trust: "record" as const },
    attended: true,
    surface: "console",
    spentMicros: 0.5,
  };

  it("goes to a configured model, unless a policy keeps the data back", async () => {
    expect(decideModel(await policiesOf(), question).kind).toBe("permit");
    const policies = await policiesOf(
      `@reason("No PHI to acme") forbid (principal, action == Action::"model.complete", resource)
       when { resource.provider == "acme" && context.labels.classes.contains("phi") };`,
    );
    expect(decideModel(policies, question)).toMatchObject({
      kind: "deny",
      reason: "No PHI to acme (policy test.1); ask the administrators.",
    });
    expect(decideModel(policies, { ...question, model: "other/large" }).kind).toBe("permit");
  });
});

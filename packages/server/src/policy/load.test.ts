// Policy files with an error: each is refused with file, line, policy and what to do.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { assert } from "../lib/result.ts";
import { decideCall } from "./decide.ts";
import { listPolicies } from "./list.ts";
import { buildPolicies, loadPolicies } from "./load.ts";
import { callOf, GROUPS, policiesOf, refundOf, TOOLS, toolOf } from "./policy.fixture.ts";

const head = `// A comment; with a semicolon and a "quote.

@id("good") @reason("A reason; with a semicolon")
permit (principal, action == Action::"unapproved:refund.create", resource)
when { context.args.reason == "a // b \\" ; c" };

`;
const forbid = `forbid (principal, action == Action::"unapproved:refund.create", resource)`;

async function failureOf(text: string): Promise<{ detail: string; hint: string; data: unknown }> {
  const built = await buildPolicies([{ name: "org.cedar", text: head + text }], {
    groups: [...GROUPS, { id: "grp_1", name: "Twins" }, { id: "grp_2", name: "Twins" }],
    tools: TOOLS,
  });
  assert(!built.ok, "the policies are refused");
  expect(built.failure.code).toBe("policy.invalid");
  const { detail, hint = "", data } = built.failure;
  return { detail, hint, data };
}

describe("a policy file is refused", () => {
  test.each([
    [
      "a key that we don't know",
      `@id("x") @aprovers("group:F") ${forbid};`,
      "no annotation @aprovers",
    ],
    [
      "an unknown group of approvers",
      `@id("x") @approvers("group:Nobody") ${forbid};`,
      `no group "Nobody"`,
    ],
    ["an unknown role", `@id("x") @approvers("role:king") ${forbid};`, `no group "role:king"`],
    [
      "approvers that are neither",
      `@id("x") @approvers("Finance approvers") ${forbid};`,
      "neither a group nor a role",
    ],
    [
      "two groups of that name",
      `@id("x") @approvers("group:Twins") ${forbid};`,
      `2 groups are called "Twins"`,
    ],
    [
      "an unknown group in a condition",
      `@id("x") ${forbid} when { principal in Group::"Nobody" };`,
      `no group "Nobody"`,
    ],
    [
      "no quorum",
      `@id("x") @approvers("role:auditor") @quorum("many") ${forbid};`,
      `@quorum("many")`,
    ],
    [
      "a quorum of none",
      `@id("x") @approvers("role:auditor") @quorum("0") ${forbid};`,
      `@quorum("0")`,
    ],
    [
      "no length of time",
      `@id("x") @approvers("role:auditor") @expires("soon") ${forbid};`,
      `@expires("soon")`,
    ],
    [
      "too long a time",
      `@id("x") @approvers("role:auditor") @expires("31d") ${forbid};`,
      `@expires("31d")`,
    ],
    ["a quorum of nobody", `@id("x") @quorum("2") ${forbid};`, "@quorum stands without @approvers"],
    ["an empty reason", `@id("x") @reason(" ") ${forbid};`, "@reason is empty"],
    [
      "approvers of a final no",
      `@id("x") @approvers("role:auditor") forbid (principal, action in Action::"call", resource);`,
      "no approval can lift",
    ],
    [
      "approvers of a permit",
      `@id("x") @approvers("role:auditor") permit (principal, action == Action::"unapproved:refund.create", resource);`,
      "no approval can lift",
    ],
    ["an id twice", `@id("good") ${forbid};`, "org.cedar:3 has that @id already"],
    ["an id of the built-in rules", `@id("base.asks") ${forbid};`, "base.cedar:"],
    [
      "a permit of everything",
      `@id("x") permit (principal, action, resource);`,
      "more than tool calls",
    ],
    [
      "a permit of an endpoint",
      `@id("x") permit (principal, action == Action::"ledger.search", resource);`,
      "more than tool calls",
    ],
    [
      "a misspelt argument",
      `@id("x") ${forbid}\nwhen { context.args.amountCent > 1 };`,
      "amountCent",
    ],
    [
      "a slip in a tool's name",
      `@id("x") forbid (principal, action == Action::"call:refund.creat", resource);`,
      "refund.creat",
    ],
    ["a wrong type", `@id("x") ${forbid}\nwhen { context.args.amountCents > "5" };`, "String"],
    ["a template", `forbid (principal == ?principal, action, resource);`, "template"],
    ["a syntax error", `@id("x") ${forbid} when { 1 + };`, "unexpected token"],
    ["no end", `@id("x") ${forbid}`, "no end"],
    [
      "a rule that can't apply",
      `@id("x") ${forbid} when { context.attended && !context.attended && false };`,
      "impossible",
    ],
  ])("for %s", async (_what, text, words) => {
    const { detail, hint } = await failureOf(text);
    expect(detail).toMatch(/^org\.cedar:\d+: /);
    expect(detail).toContain(words);
    expect(hint).not.toBe("");
  });

  it("with the line of the error, not of the policy", async () => {
    const { detail, data } = await failureOf(
      `@id("x")\n${forbid}\nwhen {\n  "é" == "é" &&\n  context.args.nothing == 1\n};`,
    );
    expect(detail).toMatch(/^org\.cedar:11: policy x: /);
    expect(data).toMatchObject({ file: "org.cedar", line: 11, id: "x" });
  });
});

describe("loading", () => {
  it("reads a folder, in order, beside the built-in rules, and lists all of it", async () => {
    const dir = await mkdtemp(join(tmpdir(), "policies-"));
    try {
      await writeFile(join(dir, "b.cedar"), `${forbid} when { context.attended };`);
      await writeFile(join(dir, "a.cedar"), head);
      await writeFile(join(dir, "notes.txt"), "not a policy");
      const loaded = await loadPolicies({ dir: [dir], groups: GROUPS, tools: TOOLS });
      assert(loaded.ok, "loaded");
      const own = listPolicies(loaded.value).filter(({ file }) => file !== "base.cedar");
      expect(own.map(({ id, file, line, effect }) => [id, file, line, effect])).toEqual([
        ["good", "a.cedar", 3, "permit"],
        ["b.1", "b.cedar", 1, "forbid"],
      ]);
      expect(own[0]?.annotations).toEqual({ id: "good", reason: "A reason; with a semicolon" });
      expect(own[0]?.text).toMatch(/^@id\("good"\)[^]*;$/);
    } finally {
      await rm(dir, { recursive: true });
    }
  });

  it("sets aside what is said of a tool that is not there, and no more", async () => {
    const mail = toolOf("mail.send", "outward", { properties: { nothing: { type: "integer" } } });
    const alone = `@id("alone") @reason("No mail")
forbid (principal, action == Action::"call:mail.send", resource) when { context.args.nothing == 1 };
`;
    const both = `@id("both")
forbid (principal, action in
  [Action::"call:mail.send", Action::"call:refund.create"], resource)
when { context.agent == "agt_1" };`;
    const policies = await policiesOf(alone + both);
    expect(policies.absent).toMatchObject([
      { tool: "mail.send", id: "alone", file: "test.cedar", line: 2 },
      { tool: "mail.send", id: "both", file: "test.cedar", line: 5 },
    ]);
    expect(listPolicies(policies).map(({ id }) => id)).toContain("alone");
    expect(decideCall(policies, refundOf(5))).toMatchObject({
      kind: "deny",
      policies: [{ id: "both" }],
    });
    const question = callOf(mail, { arguments: { nothing: 1 } });
    expect(decideCall(policies, question)).toMatchObject({ kind: "deny", policies: [] });
    const later = await policiesOf(alone + both, { tools: [...TOOLS, mail] });
    expect(later.absent).toEqual([]);
    const determining = decideCall(later, question).policies.map(({ id }) => id);
    expect(determining).toEqual(["alone", "both"]);
  });

  it("says when the folder is not there", async () => {
    const loaded = await loadPolicies({ dir: "/nowhere/at/all", groups: [], tools: [] });
    expect(loaded).toMatchObject({ ok: false, failure: { code: "policy.invalid" } });
  });

  it("works without any tool or group", async () => {
    expect((await buildPolicies([], { groups: [], tools: [] })).ok).toBe(true);
  });

  it("gives a set another hash when a policy, a tool or a group in use is another", async () => {
    const text = `${forbid} when { principal in Group::"Finance approvers" };`;
    const renamed = [{ id: "grp_other", name: "Finance approvers" }];
    const sets = await Promise.all([
      policiesOf(text),
      policiesOf(`${text} `),
      policiesOf(text.replace("forbid", "forbid ")),
      policiesOf(text, { groups: renamed }),
      policiesOf(text, { tools: [...TOOLS, toolOf("another.one", "read")] }),
    ]);
    expect(new Set(sets.map(({ hash }) => hash)).size).toBe(4);
    expect(sets[0]?.hash).toBe(sets[1]?.hash);
  });
});

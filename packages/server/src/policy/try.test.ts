// Trying a policy: the same answer as a real call would get, of no consequence; and policies in force.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../lib/clock.ts";
import { silentLog } from "../lib/log.ts";
import { fail, ok } from "../lib/result.ts";
import { PoliciesInForce } from "./in-force.ts";
import { permitCall } from "./permit.ts";
import { ADA, GROUPS, policiesOf, TOOLS } from "./policy.fixture.ts";
import { tryPolicy, type TrialSubjects } from "./try.ts";

const subjects: TrialSubjects = {
  principal: async (personId) =>
    personId === ADA.personId ? ok(ADA) : fail("resource.not_found", "There is no such person."),
  agent: async (agentId) =>
    ok({
      version: 1,
      usable: agentId === "agt_shared",
      tools: [{ name: "order.find", actsAs: "caller" }],
    }),
  tool: async (name) => {
    const tool = TOOLS.find((each) => each.name === name);
    return tool ? ok(tool) : fail("tool.unknown", "There is no such tool.");
  },
};
const trial = {
  personId: ADA.personId,
  agentId: "agt_shared",
  tool: "order.find",
  arguments: { query: "x" },
};

describe("a trial", () => {
  it("answers as policy would, and gives no permit", async () => {
    const tried = await tryPolicy(await policiesOf(), subjects, trial);
    expect(tried).toMatchObject({ ok: true, value: { kind: "permit" } });
    if (tried.ok) expect(permitCall(tried.value, { nowMs: 0, digest: "d" }).ok).toBe(false);
  });

  it("knows what the agent was granted, and with whom it is shared", async () => {
    const policies = await policiesOf();
    for (const change of [{ tool: "refund.list", arguments: {} }, { agentId: "agt_other" }])
      expect(await tryPolicy(policies, subjects, { ...trial, ...change })).toMatchObject({
        ok: true,
        value: { kind: "deny", policies: [{ id: "base.granted-only" }] },
      });
  });

  it("says what it does not know", async () => {
    const policies = await policiesOf();
    const codes: unknown[] = [];
    for (const change of [{ personId: "per_x" }, { tool: "nothing" }]) {
      const tried = await tryPolicy(policies, subjects, { ...trial, ...change });
      codes.push(tried.ok || tried.failure.code);
    }
    expect(codes).toEqual(["resource.not_found", "tool.unknown"]);
  });
});

describe("policies in force", () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "policies-"));
  });
  afterAll(() => rm(dir, { recursive: true }));

  it("stay as they were when the new ones have an error", async () => {
    const inForce = new PoliciesInForce(async () => ({ dir, groups: GROUPS, tools: TOOLS }), {
      log: silentLog,
      clock: systemClock,
    });
    const file = join(dir, "org.cedar");
    const write = (line: string) => writeFile(file, line);
    const forbid = `forbid (principal, action in Action::"unapproved", resource)`;
    await write(`@id("first") ${forbid} when { context.attended };`);
    expect((await inForce.reload()).ok).toBe(true);
    await write(`@id("second") @approvers("group:Nobody") ${forbid} when { context.attended };`);
    expect(await inForce.reload()).toMatchObject({ failure: { code: "policy.invalid" } });
    expect(inForce.current.policies.has("first")).toBe(true);
    expect(inForce.problem?.detail).toContain('no group "Nobody"');
    await write(`@id("third") ${forbid} when { context.attended };`);
    expect((await inForce.reload()).ok).toBe(true);
    expect(inForce.current.policies.has("first")).toBe(false);
    expect(inForce.current.policies.has("third")).toBe(true);
    expect(inForce.problem).toBeNull();
  });

  it("stay as they were while the groups can't be read", async () => {
    let away = false;
    const source = async () => {
      if (away) throw new Error("the database is away");
      return { dir, groups: GROUPS, tools: TOOLS };
    };
    const inForce = new PoliciesInForce(source, { log: silentLog, clock: systemClock });
    expect((await inForce.reload()).ok).toBe(true);
    const { hash } = inForce.current;
    away = true;
    expect(await inForce.reload()).toMatchObject({ failure: { code: "policy.invalid" } });
    expect(inForce.current.hash).toBe(hash);
    expect(inForce.problem?.detail).toContain("the database is away");
  });
});

// Rights are looked up afresh before each call, of a tool and of a model: who is taken out of a group in the
// middle of a run has lost at once what the group gave.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunEvent } from "@stead/protocol";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { PEOPLE, type Entered } from "../src/http/edge.fixture.ts";
import { startRun } from "./loop/ask.ts";
import type { Script } from "./loop/model.ts";
import { addMember, removeMember } from "./loop/queries.ts";
import { makeAgent, openYard, type Yard } from "./loop/yard.ts";

const write = (n: number) => ({ name: "effect.write", arguments: { n } });
const once = (n: number) => ({ name: "effect.once", arguments: { n } });

const script: Script = ({ plan, turn }) => {
  if (plan === "tools")
    return [{ calls: [once(1)] }, { calls: [write(2)] }][turn] ?? { text: "Done." };
  return turn === 0 ? { calls: [once(1)] } : { text: "The model was asked again." };
};

const policiesDir = mkdtempSync(join(tmpdir(), "stead-rights-"));
const rules = (action: string): string => `
@id("rights.once")
@reason("Everybody's")
permit (principal, action == Action::"unapproved:effect.once", resource);

@id("rights.write")
@reason("Everybody's but for what is forbidden")
permit (principal, action == Action::"unapproved:effect.write", resource);

@id("rights.support")
@reason("Only Support may")
forbid (principal, ${action}, resource) unless { principal in Group::"grp_support" };
`;

const support = { groupId: "grp_support", personId: PEOPLE.employee.id };
let yard: Yard;
let ada: Entered;
let agentId: string;

beforeAll(async () => {
  writeFileSync(join(policiesDir, "rights.cedar"), rules(`action == Action::"model.complete"`));
  yard = await openYard({ script, policyDirs: [policiesDir] });
  agentId = await makeAgent(yard, { name: "Mover" });
  ada = await yard.enter("employee");
  // The first act takes its own person out of the group.
  yard.world.before = async ({ args }) => {
    if (JSON.stringify(args) === `{"n":1}`) await removeMember(yard.ctx.db, support);
  };
});
afterAll(async () => {
  await yard.close();
  rmSync(policiesDir, { recursive: true });
});
beforeEach(async () => {
  await removeMember(yard.ctx.db, support);
  await addMember(yard.ctx, support);
});

async function played(action: string, plan: string): Promise<RunEvent[]> {
  writeFileSync(join(policiesDir, "rights.cedar"), rules(action));
  expect(await yard.stead.policies.reload()).toMatchObject({ ok: true });
  return yard.ended(await startRun(yard, ada, { agentId, input: plan }));
}

type Of<T extends RunEvent["type"]> = Extract<RunEvent, { type: T }>;

function of<T extends RunEvent["type"]>(events: readonly RunEvent[], type: T): Of<T>[] {
  return events.filter((event): event is Of<T> => event.type === type);
}

test("the next call of a tool is denied", async () => {
  const events = await played(`action in Action::"call:effect.write"`, "tools");
  const decisions = of(events, "call.decided").map(({ data }) => [data.tool, data.decision.kind]);
  expect(decisions).toEqual([
    ["effect.once", "permit"],
    ["effect.write", "deny"],
  ]);
  expect(yard.world.keyed.size).toBe(0);
  expect(of(events, "run.finished").map(({ data }) => data.status)).toEqual(["answered"]);
});

test("the next call of a model is denied, and nothing more is sent", async () => {
  const events = await played(`action == Action::"model.complete"`, "models");
  expect(of(events, "egress.sent")).toHaveLength(1);
  expect(of(events, "model.failed").map(({ data }) => data.failure.code)).toEqual([
    "policy.denied",
  ]);
  expect(of(events, "run.finished").map(({ data }) => data.status)).toEqual(["failed"]);
});

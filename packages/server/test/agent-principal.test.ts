// An agent that acts as itself is a principal: somebody answers for it, policies speak of it, and what it does
// is within its own rights and those of whoever asks.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contractSchema } from "@stead/protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PEOPLE, send, type Entered } from "../src/http/edge.fixture.ts";
import { ok } from "../src/lib/result.ts";
import { toolOf } from "../src/tools/contract.ts";
import type { RegisteredTool } from "../src/tools/registry.ts";
import { startRun } from "./loop/ask.ts";
import { setActive } from "./loop/queries.ts";
import { POLICIES } from "./loop/wiring.ts";
import { makeAgent, openYard, type Yard } from "./loop/yard.ts";

const policyDir = mkdtempSync(join(tmpdir(), "stead-policies-"));
writeFileSync(
  join(policyDir, "own.cedar"),
  `@id("own.no-finance-agents")
@reason("Agents of Finance restart nothing")
forbid (principal in Group::"Finance", action in Action::"call", resource == Tool::"ops.restart");
`,
);

let acted = 0;
const restart: RegisteredTool = {
  tool: toolOf({
    name: "ops.restart",
    title: "Restart",
    description: "Restarts",
    inputSchema: { type: "object", properties: {} },
    provider: "mcp_ops",
    connection: { name: "ops", account: "svc-ops" },
    contract: contractSchema.parse({ effect: "write-own", keyed: true }),
  }),
  destination: "ops",
  gated: true,
  account: async ({ actsAs }) =>
    ok(
      actsAs === "connection" ? { kind: "there", where: "ops", name: "svc-ops", sinceMs: 0 } : null,
    ),
  run: async () => ok({ text: `done ${++acted}` }),
};

let yard: Yard;
let ada: Entered;
let amy: Entered;
let agentId = "";

beforeAll(async () => {
  yard = await openYard({
    script: ({ turn, last }) =>
      turn === 0 ? { calls: [{ name: "ops.restart", arguments: {} }] } : { text: last },
    registered: [restart],
    policyDirs: [POLICIES, policyDir],
  });
  ada = await yard.enter("employee");
  amy = await yard.enter("administrator");
  const tools = [{ name: "ops.restart", actsAs: "agent" as const, presets: {} }];
  agentId = await makeAgent(yard, { name: "Ops", tools });
});
afterAll(async () => {
  await yard.close();
  rmSync(policyDir, { recursive: true });
});

async function decided(id = agentId) {
  const runId = await startRun(yard, ada, { agentId: id, input: "go" });
  const events = await yard.ended(runId);
  return events.find(({ type }) => type === "call.decided" || type === "call.rejected")?.data;
}

function appoint(as: Entered, owner: object, groups: readonly string[] = []) {
  const body = { owner, groups };
  return send(yard, `/api/agents/${agentId}/principal`, { as, method: "PUT", body });
}

test("it is its builder's until an administrator says otherwise", async () => {
  expect(await decided()).toMatchObject({ actingAs: "agent Ops, owned by Bea Hall" });
  expect(acted).toBe(1);
  const owner = { kind: "group", id: "grp_support" };
  expect((await appoint(ada, owner)).status).toBe(403);
  expect((await appoint(amy, { kind: "group", id: "grp_none" })).status).toBe(422);
  expect((await appoint(amy, owner)).body).toMatchObject({
    owner: { name: "Support" },
    acts: true,
  });
  expect(await decided()).toMatchObject({ actingAs: "agent Ops, owned by Support" });
});

test("the narrower of both rights holds: the asker may, the agent may not", async () => {
  const before = acted;
  await appoint(amy, { kind: "group", id: "grp_support" }, ["grp_finance"]);
  expect(await decided()).toMatchObject({
    decision: { kind: "deny", reason: expect.stringContaining("Agents of Finance") },
  });
  expect(acted).toBe(before);
  await appoint(amy, { kind: "person", id: PEOPLE.builder.id });
  expect(await decided()).toMatchObject({ decision: { kind: "permit" } });
});

test("once nobody answers for it, it does nothing more, and that is told", async () => {
  const before = acted;
  await setActive(yard.ctx.db, PEOPLE.builder.id, false);
  expect(JSON.stringify(await decided())).toContain("Bea Hall, who answered for it, has left");
  expect(acted).toBe(before);
  const as = await yard.enter("auditor");
  const { body } = await send(yard, "/api/ledger/events?type=agent.acting-stopped&limit=5", { as });
  expect(body).toMatchObject({ items: [{ data: { agentId, ownerId: PEOPLE.builder.id } }] });
  const seen = await send(yard, `/api/agents/${agentId}/principal`, { as: amy });
  expect(seen.body).toMatchObject({ acts: false });
  await setActive(yard.ctx.db, PEOPLE.builder.id, true);
});

test("revoked, it does nothing more as itself until somebody is appointed anew", async () => {
  const before = acted;
  const path = `/api/agents/${agentId}/principal`;
  const listed = async (as: Entered) => (await send(yard, "/api/agent-principals", { as })).body;
  expect(await listed(amy)).toMatchObject({
    items: [{ agentId, name: "Ops", tools: 1, acts: true }],
  });
  expect((await send(yard, path, { as: ada, method: "DELETE" })).status).toBe(403);
  const gone = await send(yard, path, { as: amy, method: "DELETE" });
  expect(gone.body).toMatchObject({ acts: false, why: "it was revoked" });
  expect(JSON.stringify(await decided())).toContain("no longer acts as itself: it was revoked");
  expect(acted).toBe(before);
  expect(await listed(amy)).toMatchObject({ items: [{ agentId, acts: false }] });
  await appoint(amy, { kind: "person", id: PEOPLE.builder.id });
  expect(await decided()).toMatchObject({ decision: { kind: "permit" } });
});

test("a fixed connection is named with its account", async () => {
  const tools = [{ name: "ops.restart", actsAs: "connection" as const, presets: {} }];
  const other = await makeAgent(yard, { name: "Through", tools });
  expect(await decided(other)).toMatchObject({ actingAs: "connection ops (account svc-ops)" });
});

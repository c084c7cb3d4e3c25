// Reviewing: what is proposed, kept, accepted; a server that changes; what can't be accepted.
import type { Contract, ContractView, Principal } from "@stead/protocol";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { freshDatabase, type FreshDatabase } from "../../../test/database.ts";
import { startHttpPeer, type HttpPeer } from "../../../test/fixtures/mcp-http.ts";
import { createEgress } from "../../egress/egress.ts";
import type { Ledger } from "../../ledger/append.ts";
import { ledgerOn } from "../../ledger/ledger.fixture.ts";
import { readStream } from "../../ledger/read.ts";
import { systemClock } from "../../lib/clock.ts";
import { createIds } from "../../lib/ids.ts";
import { silentLog } from "../../lib/log.ts";
import { assert, ok } from "../../lib/result.ts";
import { decideAction } from "../../policy/decide.ts";
import { permitAction } from "../../policy/permit.ts";
import { policiesOf } from "../../policy/policy.fixture.ts";
import { createActingKey, type ActingKey } from "../mcp/acting.ts";
import { McpServers } from "../mcp/servers.ts";
import type { Registry } from "../registry.ts";
import { ADA, callTool, decisionFor, inputFor, registryOf } from "../tools.fixture.ts";
import { acceptContract, saveContract } from "./review.ts";
import { listContracts, viewContract } from "./view.ts";

const ADMIN: Principal = { ...ADA, personId: "per_admin", roles: ["employee", "administrator"] };
const READ: Contract = {
  effect: "read",
  sinks: {},
  keyed: true,
  result: { audience: [], classes: [], trust: "outside" },
  resultForCallerOnly: true,
};
const MUTABLE = { serverId: "mcp_1", tool: "mutable" };

let base: FreshDatabase;
let actingKey: ActingKey;
beforeAll(async () => {
  base = await freshDatabase();
  actingKey = await createActingKey(systemClock);
});
afterAll(() => base.close());

let org = 0;
let ledger: Ledger;
let http: HttpPeer;
let mutable: { description: string; gone?: boolean };
const open: { close: () => Promise<void> }[] = [];
beforeEach(async () => {
  ledger = ledgerOn(base, { orgId: `org_c${++org}` });
  mutable = { description: "does nothing" };
  const options = { actingKey: actingKey.publicJwk, serverId: "mcp_1", acted: new Map(), mutable };
  http = await startHttpPeer(options);
});
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
  await http.close();
  // What watched for changes says last that it has ended.
  await vi.waitFor(async () => {
    const events = await readStream(ledger, "egress");
    const types = events.ok ? events.value.map(({ type }) => type) : [];
    const count = (name: string) => types.filter((type) => type === name).length;
    expect(count("egress.settled")).toBe(count("egress.sent"));
  }, 20_000);
});

async function serversOn(): Promise<{ servers: McpServers; registry: Registry }> {
  const policies = await policiesOf();
  const registry = registryOf(25_000);
  const allowPrivate = [`127.0.0.1:${http.port}`];
  const ids = createIds(systemClock);
  const egress = createEgress({ clock: systemClock, ids, log: silentLog, allowPrivate });
  const servers = new McpServers({
    ledger,
    registry,
    permitAct: (principal, action, resource) =>
      permitAction(decideAction(policies, { principal, action, resource }), {
        nowMs: systemClock.now(),
      }),
    principalOf: async () => ok(ADMIN),
    deps: {
      clock: systemClock,
      log: silentLog,
      egress,
      actingKey,
      childEnvironment: {},
      onUngated: () => {},
    },
  });
  open.push(servers, egress);
  return { servers, registry };
}

async function connected(): Promise<{ servers: McpServers; registry: Registry }> {
  const on = await serversOn();
  const wish = { name: "peer", transport: { kind: "http" as const, url: http.url } };
  expect(await on.servers.create(ADMIN, wish, "mcp_1")).toMatchObject({ ok: true });
  return on;
}

async function view(servers: McpServers, of = MUTABLE): Promise<ContractView> {
  const found = await viewContract(servers, of);
  assert(found.ok, found.ok ? "" : found.failure.detail);
  return found.value;
}

async function accept(servers: McpServers, contract: Contract = READ): Promise<ContractView> {
  const { offered } = await view(servers);
  const written = { ...MUTABLE, contract, offered: offered ?? "" };
  const done = await acceptContract(servers, ADMIN, written);
  assert(done.ok, done.ok ? "" : done.failure.detail);
  return done.value;
}

describe("a contract", () => {
  test("is proposed with reasons, kept as a draft, and in force once accepted", async () => {
    const { servers, registry } = await connected();
    const before = await view(servers);
    expect(before).toMatchObject({ state: "unreviewed", effect: "irreversible", contract: null });
    expect(before.proposal?.reasons.map(({ about }) => about)).toContain("effect");
    const written = { ...MUTABLE, contract: READ, offered: before.offered ?? "" };
    const saved = await saveContract(servers, ADMIN, written);
    expect(saved).toMatchObject({ ok: true, value: { state: "draft", draft: READ, version: 1 } });
    expect(registry.get("peer.mutable")?.tool.reviewed).toBe(false);
    expect(await accept(servers)).toMatchObject({
      state: "reviewed",
      contract: READ,
      draft: null,
      version: 2,
      by: "per_admin",
    });
    const tool = registry.get("peer.mutable");
    if (!tool) throw new Error("not there");
    expect(tool.tool).toMatchObject({ reviewed: true, contract: READ });
    expect((await decisionFor(inputFor(tool), registry.list())).kind).toBe("permit");
    const events = await readStream(ledger, "tools");
    expect(events.ok && events.value.map(({ type }) => type)).toEqual([
      "mcp-server.created",
      "contract.drafted",
      "contract.accepted",
    ]);
    // Another process, or this one after a restart.
    const there = await serversOn();
    expect(await there.servers.sync()).toEqual({ ok: true });
    expect(there.registry.get("peer.mutable")?.tool).toEqual(tool.tool);
  });

  test("holds for the tool as it was: a changed one is out until its change is accepted", async () => {
    const { servers, registry } = await connected();
    await accept(servers);
    mutable.description = "Deletes everything that there is.";
    assert((await servers.look(ADMIN, "mcp_1")).ok, "it is there");
    const changed = await view(servers);
    expect(changed).toMatchObject({ state: "quarantined", effect: "read" });
    expect(changed.changes).toContainEqual({
      part: "description",
      before: "does nothing",
      after: "Deletes everything that there is.",
    });
    expect(changed.changes).toContainEqual({
      part: "contract.effect",
      before: "read",
      after: "irreversible",
    });
    const refused = { ok: false, failure: { code: "tool.changed" } };
    expect(registry.get("peer.mutable")?.problem?.()).toMatchObject(refused);
    // Taking over the whole list says nothing about a contract.
    expect(await servers.refresh(ADMIN, "mcp_1")).toMatchObject({ value: { status: "changed" } });
    expect(registry.get("peer.mutable")?.problem?.()).toMatchObject(refused);
    expect(await view(servers)).toMatchObject({ state: "quarantined" });
    const there = await serversOn();
    await there.servers.sync();
    expect(there.registry.get("peer.mutable")?.problem?.()).toMatchObject(refused);
    expect(await accept(servers)).toMatchObject({ state: "reviewed", changes: [] });
    expect(await callTool(registry, "peer.mutable")).toMatchObject({ ok: true });
  });

  test("is refused for a tool that was changed since it was looked at", async () => {
    const { servers } = await connected();
    const { offered } = await view(servers);
    mutable.description = "now another";
    await servers.look(ADMIN, "mcp_1");
    const written = { ...MUTABLE, contract: READ, offered: offered ?? "" };
    for (const act of [saveContract, acceptContract])
      expect(await act(servers, ADMIN, written)).toMatchObject({
        ok: false,
        failure: { code: "request.conflict" },
      });
  });

  test("names arguments that there are, or hears which one is nearest", async () => {
    const { servers } = await connected();
    const of = { serverId: "mcp_1", tool: "long" };
    const { offered, inputSchema } = await view(servers, of);
    const [name = ""] = Object.keys(Object(inputSchema["properties"]));
    const sinks = { [`${name}s`]: { kind: "id" as const, trust: "person" as const } };
    const written = { ...of, contract: { ...READ, sinks }, offered: offered ?? "" };
    const done = await acceptContract(servers, ADMIN, written);
    expect(done).toMatchObject({ ok: false, failure: { code: "request.invalid" } });
    expect(!done.ok && done.failure.detail).toContain(JSON.stringify(name));
  });

  test("of a tool that is gone is kept, shown as orphaned, and accepted no more", async () => {
    const { servers } = await connected();
    await accept(servers);
    const { offered } = await view(servers);
    mutable.gone = true;
    await servers.look(ADMIN, "mcp_1");
    expect(await view(servers)).toMatchObject({ state: "orphaned", contract: READ, offered: null });
    const items = await listContracts(servers);
    expect(items.ok && items.value.find(({ tool }) => tool === "mutable")?.state).toBe("orphaned");
    const written = { ...MUTABLE, contract: READ, offered: offered ?? "" };
    expect(await acceptContract(servers, ADMIN, written)).toMatchObject({
      ok: false,
      failure: { code: "tool.unknown" },
    });
  });
});

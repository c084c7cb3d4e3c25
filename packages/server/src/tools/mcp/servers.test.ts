// Connecting, accepting a change, disconnecting: by administrators, recorded, lasting.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Principal } from "@stead/protocol";
import { createEgress } from "../../egress/egress.ts";
import type { Ledger } from "../../ledger/append.ts";
import { ledgerOn } from "../../ledger/ledger.fixture.ts";
import { readStream } from "../../ledger/read.ts";
import { systemClock } from "../../lib/clock.ts";
import { createIds } from "../../lib/ids.ts";
import { silentLog } from "../../lib/log.ts";
import { ok } from "../../lib/result.ts";
import { openListener } from "../../store/listen.ts";
import { decideAction } from "../../policy/decide.ts";
import { permitAction } from "../../policy/permit.ts";
import { policiesOf } from "../../policy/policy.fixture.ts";
import { startHttpPeer, type HttpPeer } from "../../../test/fixtures/mcp-http.ts";
import { freshDatabase, type FreshDatabase } from "../../../test/database.ts";
import type { Registry } from "../registry.ts";
import { ADA, callTool, decisionFor, inputFor, registryOf } from "../tools.fixture.ts";
import { createActingKey, type ActingKey } from "./acting.ts";
import { CONTRACTS, STDIO } from "./mcp.fixture.ts";
import { MCP_CHANNEL } from "./queries.ts";
import { McpServers } from "./servers.ts";

const ADMIN: Principal = { ...ADA, personId: "per_admin", roles: ["employee", "administrator"] };

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
let mutable: { description: string };
const open: McpServers[] = [];
beforeEach(async () => {
  ledger = ledgerOn(base, { orgId: `org_${++org}` });
  mutable = { description: "does nothing" };
  const options = { actingKey: actingKey.publicJwk, serverId: "mcp_1", acted: new Map(), mutable };
  http = await startHttpPeer(options);
});
afterEach(async () => {
  for (const servers of open.splice(0)) await servers.close();
  await http.close();
});

async function serversOn(): Promise<{ servers: McpServers; registry: Registry }> {
  const policies = await policiesOf();
  const registry = registryOf(25_000);
  const ids = createIds(systemClock);
  const allowPrivate = [`127.0.0.1:${http.port}`];
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
      egress: createEgress({ clock: systemClock, ids, log: silentLog, allowPrivate }),
      actingKey,
      childEnvironment: { PATH: "/usr/bin:/bin" },
      onUngated: () => {},
    },
  });
  open.push(servers);
  return { servers, registry };
}

const overHttp = () => ({ name: "peer", transport: { kind: "http" as const, url: http.url } });

async function typesIn(stream: string): Promise<string[]> {
  const found = await readStream(ledger, stream);
  return found.ok ? found.value.map(({ type }) => type) : [];
}

describe("an administrator", () => {
  test("connects a server once for one request; its unreviewed tools ask", async () => {
    const { servers, registry } = await serversOn();
    for (let i = 0; i < 2; i++) {
      const made = await servers.create(ADMIN, overHttp(), "mcp_1");
      expect(made).toMatchObject({
        ok: true,
        value: { name: "peer", status: "ready", gated: true },
      });
    }
    expect(await typesIn("tools")).toEqual(["mcp-server.created"]);
    expect(await typesIn("egress")).toContain("egress.sent");
    const tool = registry.get("peer.whoami");
    if (!tool) throw new Error("not there");
    expect((await decisionFor(inputFor(tool), registry.list())).kind).toBe("ask");
    const twin = await servers.create(ADMIN, overHttp(), "mcp_2");
    expect(twin).toMatchObject({ ok: false, failure: { code: "request.conflict" } });
  });

  test("finds it again after a restart, with the tools as they were accepted", async () => {
    const before = await serversOn();
    await before.servers.create(ADMIN, overHttp(), "mcp_1");
    const names = before.registry.list().map(({ name, hash }) => `${name} ${hash}`);
    expect(names.length).toBeGreaterThan(5);
    const after = await serversOn();
    expect(await after.servers.sync()).toEqual({ ok: true });
    expect(after.registry.list().map(({ name, hash }) => `${name} ${hash}`)).toEqual(names);
    mutable.description = "now it deletes everything";
    const refreshed = await after.servers.refresh(ADMIN, "mcp_1");
    expect(refreshed).toMatchObject({ ok: true, value: { status: "ready" } });
    expect(after.registry.get("peer.mutable")?.tool.description).toBe("now it deletes everything");
    const third = await serversOn();
    await third.servers.sync();
    expect(third.registry.get("peer.mutable")?.tool.description).toBe("now it deletes everything");
    expect(await typesIn("tools")).toEqual(["mcp-server.created", "mcp-server.refreshed"]);
  });

  test("disconnects it: its tools are gone, also after a restart", async () => {
    const { servers, registry } = await serversOn();
    await servers.create(ADMIN, overHttp(), "mcp_1");
    expect(await servers.delete(ADMIN, "mcp_1")).toEqual({ ok: true });
    expect(registry.list()).toEqual([]);
    expect(await servers.delete(ADMIN, "mcp_1")).toMatchObject({ ok: false });
    const after = await serversOn();
    await after.servers.sync();
    expect(after.servers.list()).toEqual([]);
  });

  test("hears why a server can't be connected, and nothing of it stays", async () => {
    const { servers, registry } = await serversOn();
    const url = "https://169.254.169.254/mcp";
    const made = await servers.create(
      ADMIN,
      { name: "peer", transport: { kind: "http", url } },
      "mcp_1",
    );
    expect(made).toMatchObject({ ok: false, failure: { code: "egress.blocked" } });
    expect(servers.list()).toEqual([]);
    expect(registry.list()).toEqual([]);
    expect(await typesIn("tools")).toEqual([]);
  });
});

describe("another process", () => {
  test("hears of a server that is connected, accepted anew and disconnected here", async () => {
    const here = await serversOn();
    const there = await serversOn();
    const listener = openListener(base.connection, { log: silentLog, clock: systemClock });
    const waiting: (() => void)[] = [];
    await listener.on(MCP_CHANNEL, () => waiting.splice(0).forEach((told) => told()));
    const after = async (act: () => Promise<unknown>): Promise<void> => {
      const told = new Promise<void>((resolve) => waiting.push(resolve));
      await act();
      await told;
      expect(await there.servers.sync()).toEqual({ ok: true });
    };
    await after(() => here.servers.create(ADMIN, overHttp(), "mcp_1"));
    const known = here.registry.list().map(({ hash }) => hash);
    expect(there.registry.list().map(({ hash }) => hash)).toEqual(known);
    mutable.description = "now it deletes everything";
    await after(() => here.servers.refresh(ADMIN, "mcp_1"));
    const tool = there.registry.get("peer.mutable")?.tool;
    expect(tool?.description).toBe("now it deletes everything");
    await after(() => here.servers.delete(ADMIN, "mcp_1"));
    expect(there.registry.list()).toEqual([]);
    expect(there.servers.list()).toEqual([]);
    await listener.close();
  });

  test("leaves what comes with the installation alone", async () => {
    const { servers, registry } = await serversOn();
    await servers.registerMcp({ id: "mcp_own", name: "own", transport: STDIO, prefix: "" });
    await Promise.all([servers.sync(), servers.sync()]);
    expect(registry.get("whoami")).toBeDefined();
  });
});

test("nobody else connects a server, by HTTP or by a command of theirs", async () => {
  const { servers } = await serversOn();
  for (const transport of [
    overHttp().transport,
    { kind: "stdio" as const, command: "/bin/sh", args: ["-c", "id"] },
  ]) {
    const made = await servers.create(ADA, { name: "peer", transport }, "mcp_1");
    expect(made).toMatchObject({ ok: false, failure: { code: "policy.denied" } });
  }
  expect(await typesIn("tools")).toEqual([]);
});

test("a server of the installation has its contracts and names from it", async () => {
  const { servers, registry } = await serversOn();
  const setup = {
    id: "mcp_peer",
    name: "office",
    transport: STDIO,
    contracts: CONTRACTS,
    prefix: "",
  };
  const made = await servers.registerMcp(setup);
  expect(made).toMatchObject({ ok: true, value: { transport: "stdio", gated: false } });
  expect(registry.get("whoami")?.tool).toMatchObject({ reviewed: true, provider: "mcp_peer" });
  const output = await callTool(registry, "whoami");
  expect(output.ok && output.value.text).toContain(`"sub":"${ADA.personId}"`);
});

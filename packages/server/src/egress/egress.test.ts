// Egress as a whole, with real permits and the ledger as its record.
import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readStream, openBodies } from "../ledger/read.ts";
import { ledgerOn } from "../ledger/ledger.fixture.ts";
import type { Ledger } from "../ledger/append.ts";
import { systemClock } from "../lib/clock.ts";
import { createIds } from "../lib/ids.ts";
import { silentLog } from "../lib/log.ts";
import { decideAction } from "../policy/decide.ts";
import { permitAction, type Permit } from "../policy/permit.ts";
import { ADA, policiesOf } from "../policy/policy.fixture.ts";
import { freshDatabase, type FreshDatabase } from "../../test/database.ts";
import { createEgress } from "./egress.ts";
import { adminJournal } from "./journal.ts";
import type { OutRequest } from "./request.ts";
import { egressRoutes } from "./routes.ts";
import { upsertDestination } from "./gate/queries.ts";
import { openUngated, recordTripped } from "./ungated.ts";

let base: FreshDatabase;
let server: Server;
let port = 0;
beforeAll(async () => {
  base = await freshDatabase();
  server = createServer((incoming, outgoing) => {
    incoming.resume();
    outgoing.writeHead(incoming.url === "/bad" ? 500 : 200).end("answer");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  port = typeof address === "object" && address ? address.port : 0;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await base.close();
});

let ledger: Ledger;
let org = 0;
beforeEach(() => {
  ledger = ledgerOn(base, { orgId: `org_${++org}` });
});

async function permitOf(nowMs: number): Promise<Permit> {
  const question = {
    principal: ADA,
    action: "run.start",
    resource: { type: "Platform", id: "stead" },
  };
  const permit = permitAction(decideAction(await policiesOf(), question), { nowMs });
  if (!permit.ok) throw new Error(permit.failure.detail);
  return permit.value;
}

function egressFor(allow: readonly string[]) {
  const ids = createIds(systemClock);
  return createEgress({ clock: systemClock, ids, log: silentLog, allowPrivate: allow });
}

const request = (path: string): OutRequest => ({
  url: `http://127.0.0.1:${port}${path}`,
  method: "POST",
  headers: {},
  body: "Ada's secret",
  secretHeaders: { authorization: "Bearer t0ken" },
  label: { audience: [], classes: ["phi"], trust: "record" },
  purpose: "test",
  timeoutMs: 5_000,
  idleTimeoutMs: 5_000,
  bytesMax: 1_000,
  idempotent: true,
});

async function events() {
  const found = await readStream(ledger, "egress");
  if (!found.ok) throw new Error(found.failure.detail);
  return found.value;
}

async function eventually(count: number) {
  for (let i = 0; i < 200; i++) {
    const found = await events();
    if (found.length >= count) return found;
    await systemClock.sleep(10);
  }
  throw new Error(`there never were ${count} events`);
}

describe("a send", () => {
  test("needs a permit that is real and in force", async () => {
    const egress = egressFor([`127.0.0.1:${port}`]);
    const journal = adminJournal(ledger);
    const expired = await permitOf(systemClock.now() - 3_600_001);
    const forged: Permit = Object.create(expired);
    for (const permit of [expired, forged]) {
      const sent = await egress.send(permit, request("/"), journal);
      expect(sent).toMatchObject({ ok: false, failure: { code: "policy.denied" } });
      const at = { protocol: "smtp", host: "127.0.0.1", port, purpose: "test", classes: [] };
      const dialled = await egress.dial(permit, at, journal);
      expect(dialled).toMatchObject({ ok: false, failure: { code: "policy.denied" } });
    }
    expect(await events()).toEqual([]);
    await egress.close();
  });

  test("stands in the ledger: its exact bytes in a body, its secrets nowhere", async () => {
    const egress = egressFor([`127.0.0.1:${port}`]);
    const journal = adminJournal(ledger, { subjects: ["per_ada"] });
    const permit = await permitOf(systemClock.now());
    for (const path of ["/", "/bad"]) {
      const sent = await egress.send(permit, request(path), journal);
      expect(sent.ok && (await sent.value.text())).toMatchObject({ ok: true, value: "answer" });
    }
    const found = await eventually(4);
    expect(found.map(({ type }) => type).toSorted()).toEqual([
      "egress.sent",
      "egress.sent",
      "egress.settled",
      "egress.settled",
    ]);
    const bodies = await openBodies(ledger, "egress", found);
    if (!bodies.ok) throw new Error(bodies.failure.detail);
    expect(bodies.value.get(found[0]?.seq ?? 0)).toMatchObject({ bytes: { text: "Ada's secret" } });
    const all = JSON.stringify([found, [...bodies.value.values()]]);
    expect(all).not.toContain("t0ken");
    expect(JSON.stringify(found)).not.toContain("Ada's secret");
    const told = await egressRoutes(ledger)["egress.destinations"](ASKER, NOTHING);
    expect(told).toMatchObject({
      ok: true,
      value: { items: [{ destination: `127.0.0.1:${port}`, sends: 2, bytes: 24, failures: 1 }] },
    });
    await egress.close();
  });
});

test("a destination's ways show the strictest of what was said of each", async () => {
  const egress = egressFor([`127.0.0.1:${port}`]);
  const permit = await permitOf(systemClock.now());
  const journal = adminJournal(ledger);
  for (const to of [{ kind: "tool", name: "mcp:CRM" }, { kind: "login" }, undefined] as const)
    await egress.send(permit, { ...request("/"), ...(to ? { to } : {}) }, journal);
  const said = { name: "", region: "", retention: "", agreement: "", set_by: "x" };
  const at = { ...said, set_at: new Date(0) };
  const rules = { phi: "placeholder", own: "allow" };
  await upsertDestination(ledger, { ...at, id: "mcp:crm", rules: { phi: "allow" } }, []);
  await upsertDestination(ledger, { ...at, id: `127.0.0.1:${port}`, rules }, []);
  const told = await egressRoutes(ledger)["egress.destinations"](ASKER, NOTHING);
  const ways = told.ok ? told.value.items[0]?.ways : [];
  expect(ways).toMatchObject([
    { kind: "login", name: null, clearances: [], effects: [] },
    { kind: "tool", name: "mcp:CRM", clearances: [`127.0.0.1:${port}`, "mcp:crm"] },
    { kind: "web", name: null, clearances: [`127.0.0.1:${port}`] },
  ]);
  const by = [`127.0.0.1:${port}`];
  expect(ways?.[1]?.effects).toContainEqual({ class: "phi", effect: "placeholder", by });
  expect(ways?.[2]?.effects).toContainEqual({ class: "pii", effect: "placeholder", by: [] });
  await egress.close();
});

test("a path that is not gated is listed once, since it was first opened", async () => {
  const path = { path: "mcp:peer", why: "a child process with a network of its own" };
  await openUngated(ledger, path);
  await openUngated(ledger, path);
  await openUngated(ledger, { ...path, path: "mcp:other" });
  const told = await egressRoutes(ledger)["egress.ungated"](ASKER, NOTHING);
  expect(told).toMatchObject({
    ok: true,
    value: { items: [{ ...path, since: expect.stringMatching(/^20/) }, { path: "mcp:other" }] },
  });
  expect(await events()).toHaveLength(2);
});

test("what the tripwire closed is an event", async () => {
  await recordTripped(ledger, { kind: "tcp", target: "evil.test:443", stack: "at somewhere" });
  expect(await events()).toMatchObject([
    { type: "egress.tripped", data: { kind: "tcp", target: "evil.test:443" } },
  ]);
});

const NOTHING = { params: undefined, query: undefined, body: undefined };
const ASKER = {
  principal: ADA,
  requestId: "req_1",
  idempotencyKey: "",
  lastEventId: null,
  signal: new AbortController().signal,
  answerHeaders: new Headers(),
};

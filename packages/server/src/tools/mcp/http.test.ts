// Against a real MCP server over streamable HTTP: every request of it is a send of egress.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { adminWay } from "./server.ts";
import { createEgress } from "../../egress/egress.ts";
import {
  clearance,
  gateOf,
  registryOf as registryOfValues,
} from "../../egress/gate/gate.fixture.ts";
import { systemClock } from "../../lib/clock.ts";
import { createIds } from "../../lib/ids.ts";
import { silentLog } from "../../lib/log.ts";
import { ADA, BOB, callTool, inputFor, permitFor, record, registryOf } from "../tools.fixture.ts";
import { blobTools } from "../blob/tools.ts";
import { createActingKey } from "./acting.ts";
import { connectTo, type Connected } from "./mcp.fixture.ts";
import { startHttpPeer, type HttpPeer } from "../../../test/fixtures/mcp-http.ts";

let http: HttpPeer;
let peer: Connected;
let mutable: { description: string };
const setUp = record();

/** A real permit for something, as an administrator's act has one. */
async function somePermit() {
  const registry = registryOf();
  const [tool] = blobTools(registry.blobs);
  if (!tool) throw new Error("there is no tool");
  registry.add(tool);
  return permitFor(inputFor(tool, { arguments: { blobId: "b" } }), registry.list());
}

beforeEach(async () => {
  mutable = { description: "does nothing" };
  const actingKey = await createActingKey(systemClock);
  http = await startHttpPeer({
    actingKey: actingKey.publicJwk,
    serverId: "mcp_peer",
    acted: new Map(),
    mutable,
  });
  peer = await connectTo(
    { kind: "http", url: http.url },
    {
      actingKey,
      allowPrivate: [`127.0.0.1:${http.port}`],
      way: adminWay(await somePermit(), setUp),
      deps: { listForMs: 100 },
    },
  );
});
afterEach(async () => {
  await peer.close();
  await http.close();
});

test("who acts is told as it was signed, also where the person is a known value", async () => {
  const known = registryOfValues({ staff: [ADA.email, "Quillfeather Holdings"] });
  const at = `127.0.0.1:${http.port}`;
  const gate = gateOf({ known, clearances: [clearance(at, { staff: "placeholder" })] });
  const parts = { clock: systemClock, ids: createIds(systemClock), log: silentLog, gate };
  const egress = createEgress({ ...parts, allowPrivate: [at] });
  const way = adminWay(await somePermit(), setUp);
  const { actingKey } = peer;
  const deps = { listForMs: 100, egress };
  const gated = await connectTo({ kind: "http", url: http.url }, { actingKey, way, deps });
  const given = { note: `${ADA.email} of Quillfeather Holdings` };
  const output = await callTool(gated.registry, "peer.whoami", { arguments: given });
  await gated.close();
  await egress.close();
  const said: unknown = JSON.parse(output.ok ? output.value.text : "{}");
  expect(said).toMatchObject({ payload: { sub: ADA.personId, email: ADA.email } });
  expect(JSON.stringify(said)).toMatch(
    /"note":"stead_staff_[^"]*@withheld.invalid of STEAD_STAFF_/,
  );
});

test("a call is sent with the call's own permit, label and journal", async () => {
  expect(setUp.events.some(({ type }) => type === "egress.sent")).toBe(true);
  const journal = record();
  const output = await callTool(peer.registry, "peer.whoami", {
    journal,
    arguments: { note: "x" },
  });
  expect(output.ok && output.value.text).toContain(`"sub":"${ADA.personId}"`);
  const sent = journal.events.filter(({ type }) => type === "egress.sent");
  expect(sent.at(-1)?.data).toMatchObject({
    destination: `127.0.0.1:${http.port}`,
    method: "POST",
    classes: ["pii"],
  });
  expect(JSON.stringify(sent.at(-1)?.bodies)).toContain("tools/call");
  expect(peer.registry.get("peer.whoami")).toMatchObject({
    gated: true,
    destination: `127.0.0.1:${http.port}`,
  });
  expect(peer.ungated).toEqual([]);
});

test("who acts is told for each person, and nothing that the model writes changes it", async () => {
  for (const principal of [ADA, BOB]) {
    const output = await callTool(peer.registry, "peer.whoami", {
      principal,
      arguments: { sub: "per_eve", _meta: { "stead/acting": "forged" } },
    });
    expect(output.ok && output.value.text).toContain(`"sub":"${principal.personId}"`);
  }
});

describe("a server at fault", () => {
  const cases: [fault: HttpPeer["fault"], code: string][] = [
    ["garbage", "tool.malformed"],
    ["huge", "tool.too_large"],
    ["reset", "tool.died"],
    ["redirect", "tool.failed"],
    ["silent", "tool.timeout"],
    ["500", "tool.failed"],
  ];
  test.each(cases)("%s gives %s, and the next call works", async (fault, code) => {
    await peer.close();
    peer = await connectTo(
      { kind: "http", url: http.url },
      {
        actingKey: peer.actingKey,
        allowPrivate: [`127.0.0.1:${http.port}`],
        way: adminWay(await somePermit(), record()),
        timeoutMs: fault === "silent" ? 300 : 20_000,
      },
    );
    http.fault = fault;
    const output = await callTool(peer.registry, "peer.whoami");
    expect(output.ok ? "ok" : output.failure.code).toBe(code);
    http.fault = "none";
    if (fault !== "silent") expect((await callTool(peer.registry, "peer.whoami")).ok).toBe(true);
  });
});

test("a tool that changes between two calls is out until it is refreshed", async () => {
  expect((await callTool(peer.registry, "peer.mutable")).ok).toBe(true);
  mutable.description = "now it deletes everything";
  await systemClock.sleep(150);
  const output = await callTool(peer.registry, "peer.mutable");
  expect(output).toMatchObject({ ok: false, failure: { code: "tool.changed" } });
  expect((await callTool(peer.registry, "peer.whoami")).ok).toBe(true);
  const refreshed = await peer.server.refresh(adminWay(await somePermit(), record()));
  if (!refreshed.ok) throw new Error(refreshed.failure.detail);
  for (const tool of refreshed.value) peer.registry.add(tool);
  expect((await callTool(peer.registry, "peer.mutable")).ok).toBe(true);
});

test("a server at an internal address that nobody allowed is not reached", async () => {
  const way = adminWay(await somePermit(), record());
  await expect(
    connectTo({ kind: "http", url: http.url }, { actingKey: peer.actingKey, way }),
  ).rejects.toThrow("egress.blocked");
});

// A malicious MCP server over HTTP, and names and addresses that an administrator is led to type.
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { send, type Entered } from "../../src/http/edge.fixture.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { blobTools } from "../../src/tools/blob/tools.ts";
import { createActingKey } from "../../src/tools/mcp/acting.ts";
import { connectTo, STDIO } from "../../src/tools/mcp/mcp.fixture.ts";
import { adminWay } from "../../src/tools/mcp/server.ts";
import type { Way } from "../../src/tools/mcp/way.ts";
import {
  callTool,
  inputFor,
  permitFor,
  record,
  registryOf,
} from "../../src/tools/tools.fixture.ts";
import { startHttpPeer } from "../fixtures/mcp-http.ts";
import { openYard, type Yard } from "../loop/yard.ts";

let yard: Yard;
let amy: Entered;
beforeAll(async () => {
  yard = await openYard({ script: () => ({ text: "Done." }) });
  amy = await yard.enter("administrator");
});
afterAll(() => yard.close());

async function connect(name: string, transport: object): Promise<string> {
  const body = { name, transport };
  const done = await send(yard, "/api/mcp-servers", { as: amy, method: "POST", body });
  if (done.status === 200) return "connected";
  return z.object({ error: z.object({ code: z.string() }) }).parse(done.body).error.code;
}

async function someWay(): Promise<Way> {
  const registry = registryOf();
  for (const tool of blobTools(registry.blobs)) registry.add(tool);
  const tool = registry.get("blob.read");
  if (!tool) throw new Error("there is no tool");
  const permit = await permitFor(inputFor(tool, { arguments: { blobId: "b" } }), registry.list());
  return adminWay(permit, record());
}

test("a storm of changes is looked at now and then, not each time", async () => {
  const actingKey = await createActingKey(systemClock);
  const peerOptions = { serverId: "mcp_peer", acted: new Map(), mutable: { description: "" } };
  const http = await startHttpPeer({ actingKey: actingKey.publicJwk, ...peerOptions, older: true });
  const peer = await connectTo(
    { kind: "http", url: http.url },
    {
      actingKey,
      allowPrivate: [`127.0.0.1:${http.port}`],
      way: await someWay(),
      watchWay: someWay,
      deps: { listForMs: 86_400_000 },
    },
  );
  try {
    expect((await callTool(peer.registry, "peer.whoami")).ok).toBe(true);
    for (let i = 0; i < 1000 && http.streams.open === 0; i++) await systemClock.sleep(10);
    const before = http.lists;
    const beganMs = systemClock.monotonicMs();
    for (let i = 0; i < 300; i++) {
      http.tellChange();
      await systemClock.sleep(5);
    }
    const looksMax = 3 + (systemClock.monotonicMs() - beganMs) / 400;
    expect(http.lists).toBeGreaterThan(before);
    expect(http.lists - before).toBeLessThan(looksMax);
  } finally {
    await peer.close();
    await http.close();
  }
});

test("a server can't be called as another's tools are", async () => {
  const taken = yard.stead.registry.list().map(({ name }) => name.split(".")[0] ?? "");
  expect(taken).toContain("documents");
  for (const name of new Set(taken))
    expect(await connect(name, STDIO), name).toBe("request.conflict");
  expect(yard.stead.registry.list().every(({ provider }) => !provider.startsWith("mcp_"))).toBe(
    true,
  );
});

test("an address carries no password, which the list and the ledger would show", async () => {
  for (const url of ["https://amy:hunter2@mcp.example.com/", "https://token@mcp.example.com/mcp"])
    expect(await connect("remote", { kind: "http", url }), url).not.toBe("connected");
});

test("an address inside is none that a server can be connected at", async () => {
  for (const url of [
    "http://169.254.169.254/latest/meta-data",
    "http://[::ffff:169.254.169.254]/",
    "http://2852039166/",
    "http://127.1:4600/",
    "http://localhost:5432/",
    "http://0.0.0.0/",
    "file:///etc/passwd",
    "gopher://127.0.0.1/",
  ])
    expect(await connect("inside", { kind: "http", url }), url).not.toBe("connected");
});

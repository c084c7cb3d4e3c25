// A malicious MCP server as a child process: what it says of its tools, what it asks, what it answers.
import { fileURLToPath } from "node:url";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { CONTRACTS, connectTo, type Connected } from "../../src/tools/mcp/mcp.fixture.ts";
import { validateArguments } from "../../src/tools/validate.ts";
import { ADA, BOB, callTool } from "../../src/tools/tools.fixture.ts";

const SECRET = "canary-of-the-child-41b7";
const read = CONTRACTS["whoami"];
const names = ["asks", "floods", "swaps", "deep-result", "looks", "storm", "secret", "posing"];
const contracts = Object.fromEntries(names.flatMap((name) => (read ? [[name, read]] : [])));
const HIDDEN = /[\u202a-\u202e\u{e0000}-\u{e0fff}]/u;

let peer: Connected;
beforeAll(async () => {
  peer = await connectTo(
    {
      kind: "stdio",
      command: process.execPath,
      args: [fileURLToPath(new URL("hostile-server.mjs", import.meta.url))],
      environment: { PEER_SECRET: SECRET },
    },
    { contracts, timeoutMs: 20_000, refused: [] },
  );
});
afterAll(() => peer.close());

const toolNames = () => peer.registry.list().map(({ name }) => name);

test("names stay within the server's own, and say nothing that they are not", () => {
  for (const name of toolNames()) expect(name).toMatch(/^peer\.[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/);
  expect(toolNames()).not.toContain("peer.payment.make");
});

test("schemas that are bombs are refused, or checked in bounded time", () => {
  expect(toolNames()).not.toContain("peer.many");
  expect(toolNames()).not.toContain("peer.outside");
  const text = `${"a".repeat(100_000)}!`;
  for (const name of ["bomb", "doubling", "slow", "wide", "long", "endless"]) {
    const tool = peer.registry.get(`peer.${name}`)?.tool;
    if (tool) validateArguments(tool, { text, value: text, p0: { a0: 1 } });
  }
});

test("no unseen character reaches a model: not by a schema, a title or a structured result", async () => {
  const said = JSON.stringify(peer.registry.list());
  expect(HIDDEN.test(said)).toBe(false);
  const output = await callTool(peer.registry, "peer.posing");
  expect(output.ok && output.value.text).toContain("APPROVED");
  expect(HIDDEN.test(JSON.stringify(output))).toBe(false);
});

test("a title is one line", () => {
  expect(peer.registry.get("peer.posing")?.tool.title).not.toMatch(/[\r\n]/);
});

test("a server's questions are answered with errors", async () => {
  const output = await callTool(peer.registry, "peer.asks");
  expect(output.ok && output.value.text).toMatch(/^(error -?\d+(, )?){4}$/);
});

test("floods of progress, logs and changes cost a call nothing but their reading", async () => {
  const flooded = await callTool(peer.registry, "peer.floods");
  expect(flooded).toMatchObject({ ok: true, value: { text: "flooded" } });
  const counts: number[] = [];
  for (let i = 0; i < 2; i++) {
    const output = await callTool(peer.registry, "peer.storm");
    counts.push(Number(/\d+/.exec(output.ok ? output.value.text : "")?.[0]));
  }
  const [first = 0, second = 0] = counts;
  // Five thousand changes are a few lists, not as many.
  expect(second - first).toBeLessThan(50);
});

const actingSchema = z.object({ acting: z.string(), key: z.string() });

test("two calls of two people at once: each assertion names its own person, call and key", async () => {
  const people = [ADA, BOB];
  const outputs = await Promise.all(
    people.map((principal, i) =>
      callTool(peer.registry, "peer.swaps", { principal, callId: `call_${i}`, arguments: {} }),
    ),
  );
  const seen = outputs.map((output) =>
    actingSchema.parse(JSON.parse(output.ok ? output.value.text : "{}")),
  );
  for (const [i, { acting, key }] of seen.entries()) {
    const claims = decodeJwt(acting);
    expect(claims).toMatchObject({
      sub: people[i]?.personId,
      aud: "mcp_peer",
      tool: "swaps",
      callId: `call_${i}`,
      digest: `digest of call_${i}`,
      key,
    });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBeLessThanOrEqual(60);
  }
});

test("an answer nested past all reading is a failure of its call, and of nothing else", async () => {
  const output = await callTool(peer.registry, "peer.deep-result");
  expect(output.ok).toBe(false);
  expect(await callTool(peer.registry, "peer.posing")).toMatchObject({ ok: true });
});

test("the child finds nothing of ours in its environment or among its files", async () => {
  const output = await callTool(peer.registry, "peer.looks");
  const { environment, fds } = z
    .object({ environment: z.record(z.string(), z.string()), fds: z.number() })
    .parse(JSON.parse(output.ok ? output.value.text : "{}"));
  expect(Object.keys(environment).toSorted()).toEqual(["PATH", "PEER_SECRET"]);
  expect(fds).toBeLessThan(40);
});

test("a secret that a child was given is not in the log, nor in what the model is told", async () => {
  const output = await callTool(peer.registry, "peer.secret");
  expect(output.ok).toBe(false);
  expect(JSON.stringify(output)).not.toContain(SECRET);
  expect(peer.logged.some((line) => line.includes("my secret is"))).toBe(true);
  expect(peer.logged.join("\n")).not.toContain(SECRET);
});

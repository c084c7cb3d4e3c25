// Against a real MCP server in a child process, which also does everything wrong.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../lib/clock.ts";
import { clearance, gateOf, registryOf } from "../../egress/gate/gate.fixture.ts";
import { createEgress } from "../../egress/egress.ts";
import { createIds } from "../../lib/ids.ts";
import { silentLog } from "../../lib/log.ts";
import { fail } from "../../lib/result.ts";
import { ADA, BOB, callTool, decisionFor, inputFor, record } from "../tools.fixture.ts";
import { connectTo, STDIO, type Connected } from "./mcp.fixture.ts";

setFlagsFromString("--expose-gc");
let peer: Connected;
beforeEach(async () => {
  peer = await connectTo(STDIO);
});
afterEach(() => peer.close());

const until = async (what: () => boolean): Promise<void> => {
  for (let i = 0; i < 500 && !what(); i++) await systemClock.sleep(20);
  expect(what()).toBe(true);
};

const collect: unknown = runInNewContext("gc");

/** What the process holds once its garbage is gone; the resident set would count that, too. */
function heldBytes(): number {
  if (typeof collect === "function") collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

async function whileCounting<T>(call: Promise<T>): Promise<{ value: T; mostBytes: number }> {
  let mostBytes = 0;
  const ended = call.then(() => true);
  for (let isOver = false; !isOver;) {
    mostBytes = Math.max(mostBytes, heldBytes());
    isOver = await Promise.race([ended, systemClock.sleep(20).then(() => false)]);
  }
  const value = await call;
  return { value, mostBytes };
}

describe("who acts", () => {
  test("is told outside the arguments, signed, for this call alone", async () => {
    const output = await callTool(peer.registry, "peer.whoami", { arguments: { note: "hi" } });
    const said: unknown = JSON.parse(output.ok ? output.value.text : "{}");
    expect(said).toMatchObject({
      payload: {
        sub: ADA.personId,
        email: ADA.email,
        groups: ADA.groups,
        org: ADA.orgId,
        tool: "whoami",
        digest: "digest of call_1",
        runId: "run_1",
        callId: "call_1",
        key: "run_1/call_1",
        actsAs: "caller",
        aud: "mcp_peer",
      },
      key: "run_1/call_1",
      given: { note: "hi" },
    });
  });

  test("is changed by nothing that the model writes", async () => {
    const forged = {
      sub: BOB.personId,
      personId: BOB.personId,
      email: BOB.email,
      "stead/acting": "e30.e30.",
      "stead/key": "other",
      _meta: { "stead/acting": "e30.e30.", "stead/key": "other" },
      params: { _meta: { "stead/acting": "e30.e30." } },
    };
    const output = await callTool(peer.registry, "peer.whoami", { arguments: forged });
    const said: unknown = JSON.parse(output.ok ? output.value.text : "{}");
    expect(said).toMatchObject({
      payload: { sub: ADA.personId, email: ADA.email, key: "run_1/call_1" },
      key: "run_1/call_1",
      given: forged,
    });
    const bob = await callTool(peer.registry, "peer.whoami", { principal: BOB });
    expect(bob.ok && bob.value.text).toContain(`"sub":"${BOB.personId}"`);
  });

  test("comes with a key that stays the same for a repeat", async () => {
    for (const times of [1, 2]) {
      const output = await callTool(peer.registry, "peer.whoami");
      expect(output.ok && output.value.text).toContain(`"times":${times}`);
    }
  });
});

describe("a child", () => {
  test("gets an environment of the allow-list and the acting key alone", async () => {
    const output = await callTool(peer.registry, "peer.environment");
    expect(output.ok && output.value.text.split(",")).toEqual(["PATH", "STEAD_ACTING_KEY"]);
  });

  test("is told nothing before it is on record, and what came of it follows", async () => {
    const journal = record();
    const { registry } = peer;
    const told = { arguments: { note: "hi" }, journal };
    expect((await callTool(registry, "peer.whoami", told)).ok).toBe(true);
    expect((await callTool(registry, "peer.die", told)).ok).toBe(false);
    const sent = { destination: "mcp:peer", url: "stdio://mcp%3Apeer", method: "CALL" };
    expect(journal.events).toMatchObject([
      {
        type: "egress.sent",
        data: { ...sent, classes: ["pii"] },
        bodies: { bytes: { text: '{"name":"whoami","arguments":{"note":"hi"}}' } },
      },
      { type: "egress.settled", data: { status: null, code: null } },
      { type: "egress.sent", data: sent },
      { type: "egress.settled", data: { status: null, code: "tool.died" } },
    ]);
    const first = journal.events[1]?.data;
    expect(first && "durationMs" in first && first.bytes).toBeGreaterThan(10);
    const full = { now: async () => fail("store.unavailable", "no room"), later: () => undefined };
    const unwritten = await callTool(registry, "peer.whoami", { journal: full });
    expect(unwritten).toMatchObject({ ok: false, failure: { detail: "no room" } });
    const again = await callTool(registry, "peer.whoami");
    expect(again.ok && again.value.text).toContain('"times":1');
  });

  test("is told of a known value by its placeholder, and the record says so", async () => {
    const known = registryOf({ client: ["Quillfeather Holdings"] });
    const clearances = [clearance("mcp:peer", { client: "placeholder", pii: "allow" })];
    const gate = gateOf({ known, clearances });
    const own = { clock: systemClock, ids: createIds(systemClock), log: silentLog, gate };
    const egress = createEgress({ ...own, allowPrivate: [] });
    const gated = await connectTo(STDIO, { deps: { egress } });
    const journal = record();
    const given = { note: "for Quillfeather Holdings" };
    const output = await callTool(gated.registry, "peer.whoami", { arguments: given, journal });
    await gated.close();
    await egress.close();
    expect(output.ok && output.value.text).toMatch(/for STEAD_/);
    expect(JSON.stringify(journal.events)).not.toContain("Quillfeather");
    const replaced = [{ class: "client", count: 1 }];
    expect(journal.events[0]).toMatchObject({ data: { found: ["client"], replaced } });
  });

  test("is listed as a path that is not gated", () => {
    expect(peer.ungated).toContain("mcp:peer");
    expect(peer.registry.get("peer.whoami")).toMatchObject({
      gated: false,
      destination: "mcp:peer",
    });
  });

  test("that hangs costs one call its time; one that blocks is started again", async () => {
    await peer.close();
    peer = await connectTo(STDIO, { timeoutMs: 2_500, deps: { aliveMs: 1_000 } });
    const hang = await callTool(peer.registry, "peer.hang");
    expect(hang).toMatchObject({ ok: false, failure: { code: "tool.timeout" } });
    const next = await callTool(peer.registry, "peer.whoami");
    expect(next.ok).toBe(true);
    const block = await callTool(peer.registry, "peer.block");
    expect(block).toMatchObject({ ok: false, failure: { code: "tool.timeout" } });
    await until(() => peer.logged.some((line) => line.includes("process ended")));
    const started = await peer.server.refresh(null);
    expect(started.ok).toBe(true);
    expect(await callTool(peer.registry, "peer.whoami")).toMatchObject({ ok: true });
  });

  test("that sends 50 MB is cut off while it sends, and stays in use", async () => {
    await peer.close();
    peer = await connectTo(STDIO, { timeoutMs: 1_500 });
    const before = heldBytes();
    // A flood without an end is no answer: its call runs out of time.
    const flood = await whileCounting(callTool(peer.registry, "peer.flood"));
    expect(flood.value).toMatchObject({ ok: false, failure: { code: "tool.timeout" } });
    expect(flood.mostBytes - before).toBeLessThan(20_000_000);
    await peer.close();
    peer = await connectTo(STDIO);
    const huge = await whileCounting(callTool(peer.registry, "peer.huge"));
    expect(huge.value).toMatchObject({ ok: false, failure: { code: "tool.too_large" } });
    expect(huge.mostBytes - before).toBeLessThan(20_000_000);
    expect(await callTool(peer.registry, "peer.whoami")).toMatchObject({ ok: true });
  });

  test("that sends broken JSON, refuses, or dies gives each its own failure", async () => {
    const codes: Record<string, string> = {};
    for (const name of ["garbage", "refuse", "die"]) {
      const output = await callTool(peer.registry, `peer.${name}`);
      codes[name] = output.ok ? "ok" : output.failure.code;
      if (name === "refuse") expect(JSON.stringify(output)).toContain("There is no order 17.");
    }
    expect(codes).toEqual({ garbage: "tool.malformed", refuse: "tool.failed", die: "tool.died" });
    const again = await callTool(peer.registry, "peer.whoami");
    expect(again).toMatchObject({ ok: true });
  });

  test("that keeps dying at its start is left alone for a while", async () => {
    await peer.close();
    await expect(connectTo(STDIO, { environment: { PEER_DIES_AT_START: "1" } })).rejects.toThrow(
      "tool.died",
    );
    await expect(
      connectTo({ ...STDIO, kind: "stdio", command: "/no/such/program", args: [] }),
    ).rejects.toThrow();
  });

  test("may say anything on stderr or beside the protocol: it goes to the log", async () => {
    await until(() => peer.logged.some((line) => line.includes("said on stderr")));
    expect(peer.logged.some((line) => line.includes("no JSON and no harm"))).toBe(true);
  });

  test("is ended when idle and started for the next call", async () => {
    await peer.close();
    peer = await connectTo(STDIO, { deps: { idleStopMs: 50 } });
    await until(() => peer.logged.some((line) => line.includes("process ended")));
    const output = await callTool(peer.registry, "peer.whoami");
    expect(output.ok).toBe(true);
  });
});

describe("results", () => {
  test("of every shape become text; pictures are left out and said to be", async () => {
    const shapes = await callTool(peer.registry, "peer.shapes");
    expect(shapes.ok && shapes.value.text).toBe(
      [
        "atext",
        "[image of type image/png, 6 bytes: left out]",
        "[resource report: file:///report.pdf]",
        "[resource file:///a.txt]\ninside",
      ].join("\n"),
    );
    const structured = await callTool(peer.registry, "peer.structured");
    expect(structured.ok && JSON.parse(structured.value.text)).toEqual({ total: 12 });
    const long = await callTool(peer.registry, "peer.long");
    expect(long.ok && long.value.blobId).toMatch(/^blob_/);
  });
});

describe("a tool that changes", () => {
  test("is out until an administrator has looked, the others are not", async () => {
    const before = await callTool(peer.registry, "peer.mutable");
    expect(before.ok && before.value.text).toBe("unchanged");
    await callTool(peer.registry, "peer.change");
    let output = before;
    await until(() => peer.logged.some((line) => line.includes("said on stderr")));
    for (let i = 0; i < 20 && output.ok; i++)
      output = await callTool(peer.registry, "peer.mutable");
    expect(output).toMatchObject({ ok: false, failure: { code: "tool.changed" } });
    expect(peer.server.status).toBe("changed");
    expect(peer.server.tools.filter(({ changed }) => changed).map(({ name }) => name)).toEqual([
      "peer.mutable",
    ]);
    expect((await callTool(peer.registry, "peer.whoami")).ok).toBe(true);
    const refreshed = await peer.server.refresh(null);
    if (!refreshed.ok) throw new Error(refreshed.failure.detail);
    for (const tool of refreshed.value) peer.registry.add(tool);
    expect((await callTool(peer.registry, "peer.mutable")).ok).toBe(true);
  });

  test("carries no unseen characters, nor a book, in its description", async () => {
    const tool = peer.registry.get("peer.injected")?.tool;
    expect(tool?.description).not.toMatch(/[\u202e\u{e0041}]/u);
    expect(tool?.description.length).toBeLessThan(2_100);
  });

  test("without a contract asks, whatever it says of itself", async () => {
    await peer.close();
    peer = await connectTo(STDIO, { contracts: {} });
    const tool = peer.registry.get("peer.injected");
    if (!tool) throw new Error("not there");
    expect(tool.tool).toMatchObject({ reviewed: false, contract: { effect: "irreversible" } });
    expect((await decisionFor(inputFor(tool), peer.registry.list())).kind).toBe("ask");
  });
});

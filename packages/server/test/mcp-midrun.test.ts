// An MCP server that changes its tools or dies in the middle of a run: a clear failure of the closed
// list, the run in a known state, and the next call works once the server is back.
import type { RunEvent } from "@stead/protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { send, type Entered } from "../src/http/edge.fixture.ts";
import { systemClock } from "../src/lib/clock.ts";
import { answer, cardOf, startRun } from "./loop/ask.ts";
import type { Script } from "./loop/model.ts";
import { startPeer, type Peer, type PeerKind } from "./loop/peers.ts";
import { makeAgent, openYard, type Yard } from "./loop/yard.ts";

/** A plan is the tools to call, one a turn. */
const script: Script = ({ plan, turn, last }) => {
  const name = plan.split(" ")[turn];
  return name ? { calls: [{ name: `peer.${name}`, arguments: {} }] } : { text: `Said: ${last}` };
};

const finishedCalls = (events: readonly RunEvent[]) =>
  events.flatMap((event) => (event.type === "call.finished" ? [event.data] : []));

function endOf(events: readonly RunEvent[]) {
  const last = events.at(-1);
  return last?.type === "run.finished" ? last.data.status : undefined;
}

const granted = ({ name }: { name: string }) => ({
  name,
  actsAs: "caller" as const,
  presets: {},
});

describe.each<PeerKind>(["stdio", "http", "older http"])("an MCP server over %s", (kind) => {
  let peer: Peer;
  let yard: Yard;
  let ada: Entered;
  let amy: Entered;
  let agentId: string;
  let serverId: string;

  beforeAll(async () => {
    peer = await startPeer(kind);
    yard = await openYard({ script, alsoPrivate: [peer.host] });
    amy = await yard.enter("administrator");
    ada = await yard.enter("employee");
    const body = { name: "peer", transport: peer.transport };
    const made = await send(yard, "/api/mcp-servers", { as: amy, method: "POST", body });
    expect(made.body).toMatchObject({ status: "ready" });
    serverId = z.object({ id: z.string() }).parse(made.body).id;
    const names = [
      "environment",
      "mutable",
      "hang",
      "huge",
      ...(kind === "stdio" ? ["garbage"] : []),
    ];
    const tools = names.map((name) => ({ name: `peer.${name}` }));
    agentId = await makeAgent(yard, { name: "Peering", tools: tools.map(granted) });
  });
  afterAll(async () => {
    await yard.close();
    await peer.stop();
  });

  async function approveNext(runId: string): Promise<void> {
    expect(await answer(yard, amy, { card: await cardOf(yard, amy, runId) })).toBe("yes");
  }

  async function run(plan: string): Promise<RunEvent[]> {
    const runId = await startRun(yard, ada, { agentId, input: plan });
    await approveNext(runId);
    return yard.ended(runId);
  }

  /** A server that keeps dying is left alone for a moment. */
  async function worksAgain(): Promise<void> {
    for (;;) if (finishedCalls(await run("environment"))[0]?.status === "ok") return;
  }

  async function status(): Promise<unknown> {
    const { body } = await send(yard, "/api/mcp-servers", { as: amy });
    return z.object({ items: z.array(z.looseObject({ status: z.string() })) }).parse(body).items[0]
      ?.status;
  }

  test("killed between two calls: what was done stands, the next run works", async () => {
    const runId = await startRun(yard, ada, { agentId, input: "environment environment" });
    await approveNext(runId);
    const started = (events: readonly RunEvent[]) => finishedCalls(events).length === 1;
    await yard.until(runId, started);
    const card = await cardOf(yard, amy, runId);
    await peer.kill();
    expect(await answer(yard, amy, { card })).toBe("yes");
    const events = await yard.ended(runId);
    const codes = finishedCalls(events).map(({ failure }) => failure?.code ?? "ok");
    // A child is started again for the call; nobody starts another's HTTP server.
    expect(codes).toEqual(["ok", kind === "stdio" ? "ok" : "egress.unreachable"]);
    expect(endOf(events)).toBe("answered");
    await peer.restart();
    await worksAgain();
  });

  test("killed during a call: tool.died, in doubt, and the next call works", async () => {
    const runId = await startRun(yard, ada, { agentId, input: "hang" });
    await approveNext(runId);
    await yard.until(runId, (events) => events.some(({ type }) => type === "call.started"));
    if (kind === "stdio") await systemClock.sleep(300);
    else await yard.until(runId, (events) => JSON.stringify(events).includes("tools/call"));
    await peer.kill();
    const events = await yard.ended(runId);
    expect(finishedCalls(events)).toMatchObject([
      { status: "error", failure: { code: "tool.died" } },
    ]);
    expect(finishedCalls(events)[0]?.failure?.detail).toContain("not known whether it took effect");
    expect(endOf(events)).toBe("answered");
    await peer.restart();
    await worksAgain();
  });

  test("answers with 50 MB or broken JSON: said so, and the next call works", async () => {
    const expected = kind === "stdio" ? { garbage: "tool.malformed" } : {};
    for (const [name, code] of Object.entries({ huge: "tool.too_large", ...expected })) {
      const events = await run(name);
      expect(finishedCalls(events)).toMatchObject([{ status: "error", failure: { code } }]);
      expect(endOf(events)).toBe("answered");
      await worksAgain();
    }
  });

  test("changed while a call waits for its yes: not made, until people have looked", async () => {
    expect(finishedCalls(await run("mutable")).map((call) => call.status)).toEqual(["ok"]);
    const runId = await startRun(yard, ada, { agentId, input: "mutable environment" });
    const card = await cardOf(yard, amy, runId);
    peer.change();
    while ((await status()) !== "changed") await systemClock.sleep(20);
    expect(await answer(yard, amy, { card })).toBe("yes");
    await yard.until(runId, (events) => finishedCalls(events).length === 1);
    await approveNext(runId);
    const events = await yard.ended(runId);
    expect(finishedCalls(events)).toMatchObject([
      { failure: { code: "tool.changed" } },
      { status: "ok" },
    ]);
    expect(endOf(events)).toBe("answered");

    const path = `/api/mcp-servers/${serverId}/refresh`;
    const accepted = await send(yard, path, { as: amy, method: "POST" });
    expect(accepted.body).toMatchObject({ status: "ready" });
    // The agent's version stands on the tool as it was.
    const stale = await yard.ended(await startRun(yard, ada, { agentId, input: "mutable" }));
    const rejected = stale.find(({ type }) => type === "call.rejected");
    expect(rejected?.type === "call.rejected" && rejected.data.failure.code).toBe("tool.changed");
    const bea = await yard.enter("builder");
    const publish = `/api/agents/${agentId}/versions`;
    const body = { note: "" };
    const published = await send(yard, publish, { as: bea, method: "POST", body });
    expect(published.status, JSON.stringify(published.body)).toBe(200);
    expect(finishedCalls(await run("mutable")).map((call) => call.status)).toEqual(["ok"]);
  });
});

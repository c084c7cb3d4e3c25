// Tools and providers that misbehave in every way, and a database that goes away: each a clear failure of
// the closed list, the run in a known state, nothing lost.
import { ERRORS, type RunEvent } from "@stead/protocol";
import { defineTool } from "@stead/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { PEOPLE, send, type Entered } from "../src/http/edge.fixture.ts";
import { toolOf } from "../src/tools/contract.ts";
import type { RegisteredTool } from "../src/tools/registry.ts";
import { fail, ok } from "../src/lib/result.ts";
import { startRun } from "./loop/ask.ts";
import type { Script, Turn } from "./loop/model.ts";
import { setActive } from "./loop/queries.ts";
import { makeAgent, openYard, type Yard } from "./loop/yard.ts";

const read = { effect: "read" as const };
const input = z.object({});

function broken(name: string, answer: () => Promise<string>, timeoutMs = 5000) {
  const words = { title: name, description: `Does ${name}` };
  return defineTool({
    name: `bad.${name}`,
    ...words,
    input,
    contract: read,
    timeoutMs,
    run: answer,
  });
}

const TOOLS = [
  broken("hangs", () => new Promise<string>(() => undefined), 300),
  broken("floods", async () => "x".repeat(50_000_000)),
  broken("throws", () => Promise.reject(new Error("secret inside"))),
];

/** As a connector would report them. */
function failing(name: string, code: "tool.malformed" | "tool.died"): RegisteredTool {
  const contract = { effect: read.effect, sinks: {}, keyed: false, resultForCallerOnly: true };
  const result = { audience: [], classes: [], trust: "outside" as const };
  const inputSchema = { type: "object", properties: {} };
  const words = { title: name, description: name, inputSchema, provider: "built-in" };
  return {
    tool: toolOf({ name: `bad.${name}`, ...words, contract: { ...contract, result } }),
    destination: "nowhere",
    gated: true,
    run: async () => fail(code, `The tool's answer could not be used: ${name}.`),
  };
}

/** A tool that becomes another one after the agent was published. */
const changing = failing("changes", "tool.died");

const PROVIDER: Readonly<Record<string, Turn>> = {
  "answers 429": { status: 429, headers: { "retry-after": "0" } },
  "answers 500": { status: 500 },
  "answers 400": { status: 400 },
  "answers garbage": { raw: "<html>it works!</html>" },
  "breaks off": { text: "half of an ans", fault: "half" },
  "never answers": { fault: "never" },
};

const script: Script = ({ plan, turn, last }) => {
  const fault = PROVIDER[plan];
  if (fault) return fault;
  if (turn === 0 && plan.startsWith("bad.")) return { calls: [{ name: plan, arguments: {} }] };
  if (plan === "three writes" && turn < 3)
    return { calls: [{ name: "effect.write", arguments: { n: turn } }] };
  if (plan === "note twice" && turn < 2)
    return { calls: [{ name: "note.read", arguments: { n: turn } }] };
  return { text: `The tool said: ${last}` };
};

let yard: Yard;
let agentId: string;
let ada: Entered;

beforeAll(async () => {
  const times = {
    firstByteTimeoutMs: 400,
    idleTimeoutMs: 400,
    attemptTimeoutMs: 2000,
    attemptsMax: 2,
    backoffMs: 10,
  };
  const registered = [failing("lies", "tool.malformed"), failing("dies", "tool.died"), changing];
  yard = await openYard({ script, tools: TOOLS, registered, provider: { times } });
  agentId = await makeAgent(yard, { name: "Patient" });
  ada = await yard.enter("employee");
});
afterAll(() => yard.close());

async function run(plan: string): Promise<RunEvent[]> {
  const runId = await startRun(yard, ada, { agentId, input: plan });
  const events = await yard.ended(runId, 30_000);
  await inTrace(runId, events);
  return events;
}

/** Whatever went wrong stands in the trace that the person may open, by its code. */
async function inTrace(runId: string, events: readonly RunEvent[]): Promise<void> {
  const { status, body } = await send(yard, `/api/runs/${runId}/trace`, { as: ada });
  expect(status).toBe(200);
  const trace = JSON.stringify(body);
  for (const { data } of events)
    if ("failure" in data && data.failure) expect(trace).toContain(data.failure.code);
  for (const event of events)
    if (event.type === "model.attempted" && event.data.code !== null)
      expect(trace).toContain(event.data.code);
}

function endOf(events: readonly RunEvent[]) {
  const last = events.at(-1);
  if (last?.type !== "run.finished") throw new Error("the run's last event is not its end");
  return last;
}

describe("a tool that", () => {
  for (const [name, code] of [
    ["hangs", "tool.timeout"],
    ["floods", "tool.too_large"],
    ["throws", "tool.failed"],
    ["lies", "tool.malformed"],
    ["dies", "tool.died"],
  ] as const)
    test(`${name} is ${code}, and the run goes on`, async () => {
      const events = await run(`bad.${name}`);
      const done = events.find(({ type }) => type === "call.finished");
      expect(done?.type === "call.finished" && done.data.failure?.code).toBe(code);
      expect(endOf(events).data.status).toBe("answered");
      expect(JSON.stringify(endOf(events).bodies)).toContain(code);
      expect(JSON.stringify(events)).not.toContain("secret inside");
    });

  test("changes after it was reviewed is not called", async () => {
    const { registry } = yard.stead;
    const other = toolOf({ ...changing.tool, description: "something else now" });
    registry.add({ ...changing, tool: other, run: async () => ok({ text: "called" }) });
    const events = await run("bad.changes");
    const refused = events.find(({ type }) => type === "call.rejected");
    expect(refused?.type === "call.rejected" && refused.data.failure.code).toBe("tool.changed");
    expect(JSON.stringify(events)).not.toContain('"called"');
    expect(endOf(events).data.status).toBe("answered");
  });
});

describe("a provider that", () => {
  for (const plan of Object.keys(PROVIDER))
    test(`${plan}: the person learns what failed, what was tried and what to do`, async () => {
      const { data } = endOf(await run(plan));
      expect(data.status).toBe("failed");
      expect(Object.keys(ERRORS)).toContain(data.failure?.code);
      expect(data.failure?.code).toMatch(/^model\./);
      expect(data.failure?.detail).toContain("peer/m");
      expect(data.failure?.hint ?? "").not.toBe("");
      // Its breaker rests for a while; the next provider fault must be met by an attempt.
      yard.stead.models.breakers.leave("peer/m", true);
    });
});

test("a person who leaves in the middle: the run ends, and does nothing more", async () => {
  let left: Promise<void> = Promise.resolve();
  yard.world.before = () => (left = setActive(yard.ctx.db, PEOPLE.employee.id, false));
  const runId = await startRun(yard, ada, { agentId, input: "three writes" });
  const events = await yard.ended(runId);
  await left;
  yard.world.before = async () => undefined;
  await setActive(yard.ctx.db, PEOPLE.employee.id, true);
  expect(endOf(events).data).toMatchObject({
    status: "failed",
    failure: { code: "policy.denied" },
  });
  expect(yard.world.keyed.size).toBe(1);
});

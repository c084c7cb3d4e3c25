// The bounds of a run, each reached through the real server; and a cancel, which stops before the next
// effect and leaves none half known.
import { boundsSchema, type Bounds, type RunEvent } from "@stead/protocol";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { send, type Entered } from "../src/http/edge.fixture.ts";
import { answer, cardOf, startRun } from "./loop/ask.ts";
import type { Script } from "./loop/model.ts";
import { script as plans } from "./loop/scripts.ts";
import { makeAgent, openYard, type Yard } from "./loop/yard.ts";

const write = (n: number) => ({ name: "effect.write", arguments: { n } });
const script: Script = (asked) => {
  const { plan, turn } = asked;
  if (plan === "for ever")
    return { text: `turn ${turn}`, calls: [write(turn)], delayMs: 20, tokens: 200 };
  if (plan === "many at once")
    return turn === 0 ? { calls: [1, 2, 3, 4, 5].map(write) } : { text: "Done." };
  if (plan === "much") {
    const call = { name: "note.read", arguments: { n: 1, words: 2000 } };
    return turn === 0 ? { calls: [call] } : { text: "Done." };
  }
  if (plan === "slow talk") return { text: "word ".repeat(2000), pieceMs: 30 };
  if (plan === "write twice") return { calls: [write(turn + 1)] };
  return plans(asked);
};

let yard: Yard;
let ada: Entered;
const agents = new Map<string, string>();
const BOUNDS: Readonly<Record<string, Partial<Bounds>>> = {
  plain: {},
  steps: { stepsMax: 3 },
  tokens: { tokensMax: 1000 },
  cost: { costMicrosMax: 100 },
  time: { wallTimeMs: 1000 },
  output: { toolOutputBytesMax: 300 },
  parallel: { callsPerTurnMax: 2 },
};

beforeAll(async () => {
  const models = [{ id: "m", price: { input: 1_000_000, output: 1_000_000 } }];
  const env = { STEAD_RUNS_PER_PERSON: "3" };
  yard = await openYard({ script, provider: { models }, env });
  for (const [name, bounds] of Object.entries(BOUNDS))
    agents.set(name, await makeAgent(yard, { name, bounds: boundsSchema.parse(bounds) }));
  ada = await yard.enter("employee");
});
afterAll(() => yard.close());
beforeEach(() => {
  yard.world.keyed.clear();
  yard.world.before = async () => undefined;
});

const begin = (agent: string, input: string) =>
  startRun(yard, ada, { agentId: agents.get(agent), input });

async function endOf(agent: string, input: string) {
  const events = await yard.ended(await begin(agent, input));
  return { events, end: finished(events) };
}

function finished(events: readonly RunEvent[]) {
  const last = events.findLast(({ type }) => type === "run.finished");
  return last?.type === "run.finished" ? last.data : undefined;
}

const of = <T extends RunEvent["type"]>(events: readonly RunEvent[], type: T) =>
  events.filter((event): event is Extract<RunEvent, { type: T }> => event.type === type);

describe("a run stops at its bound and says which", () => {
  for (const [agent, says] of [
    ["steps", /3 steps/],
    ["tokens", /1000 tokens/],
    ["cost", /0.0001 USD/],
    ["time", /1 s/],
  ] as const)
    test(agent, async () => {
      const { events, end } = await endOf(agent, "for ever");
      expect(end).toMatchObject({ status: "stopped", failure: { code: "run.limit" } });
      expect(end?.failure?.detail).toMatch(says);
      // Nothing was left under way.
      expect(of(events, "call.started")).toHaveLength(of(events, "call.finished").length);
      if (agent === "steps") expect(of(events, "model.answered")).toHaveLength(3);
    });

  test("a tool's answer that is too large is an error that the model sees", async () => {
    const { events, end } = await endOf("output", "much");
    expect(end?.status).toBe("answered");
    expect(of(events, "call.finished")[0]?.data.failure?.code).toBe("tool.too_large");
  });

  test("calls beyond the bound of a turn are refused, the others run", async () => {
    const { events, end } = await endOf("parallel", "many at once");
    expect(end?.status).toBe("answered");
    expect(yard.world.keyed.size).toBe(2);
    const codes = of(events, "call.rejected").map(({ data }) => data.failure.code);
    expect(codes).toEqual(["run.limit", "run.limit", "run.limit"]);
  });

  test("a person has only so many runs going", async () => {
    const going = [];
    for (let i = 0; i < 3; i++) going.push(await begin("plain", `pay ${i}`));
    const finn = await yard.enter("approver");
    for (const runId of going) await cardOf(yard, finn, runId);
    const body = { agentId: agents.get("plain"), input: "one more" };
    const refused = await send(yard, "/api/runs", { as: ada, method: "POST", body });
    expect(refused).toMatchObject({ status: 429, body: { error: { code: "run.busy" } } });
    for (const runId of going) await cancel(runId);
    for (const runId of going) await yard.ended(runId);
    expect((await endOf("plain", "keyless")).end?.status).toBe("answered");
  });

  test("time that people take to answer counts against nothing", async () => {
    const runId = await begin("time", "pay");
    const finn = await yard.enter("approver");
    const card = await cardOf(yard, finn, runId);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(await answer(yard, finn, { card })).toBe("yes");
    expect(finished(await yard.ended(runId))?.status).toBe("answered");
  });
});

async function cancel(runId: string): Promise<void> {
  const done = await send(yard, `/api/runs/${runId}/cancel`, { as: ada, method: "POST" });
  expect(done.status, JSON.stringify(done.body)).toBe(200);
}

describe("a cancel", () => {
  test("stops while a model is talking", async () => {
    const runId = await begin("plain", "slow talk");
    await yard.until(runId, (events) => of(events, "egress.sent").length > 0);
    await cancel(runId);
    // The model would go on for a minute.
    const events = await yard.ended(runId, 5000);
    expect(finished(events)?.status).toBe("cancelled");
    expect(of(events, "model.answered")).toHaveLength(0);
  });

  test("lets an act that has begun end, records it, and begins no other", async () => {
    const held = Promise.withResolvers<void>();
    yard.world.before = () => held.promise;
    const runId = await begin("plain", "write twice");
    await yard.until(runId, (events) => of(events, "call.started").length > 0);
    await cancel(runId);
    expect(finished(await yard.events(runId))).toBeUndefined();
    held.resolve();
    const events = await yard.ended(runId);
    expect(finished(events)?.status).toBe("cancelled");
    expect(of(events, "call.finished").map(({ data }) => data.status)).toEqual(["ok"]);
    expect(yard.world.keyed.size).toBe(1);
  });

  test("ends a run that waits for people, and its question with it", async () => {
    const runId = await begin("plain", "pay");
    const finn = await yard.enter("approver");
    const card = await cardOf(yard, finn, runId);
    await cancel(runId);
    expect(finished(await yard.ended(runId))?.status).toBe("cancelled");
    const { body } = await send(yard, "/api/approvals", { as: finn });
    expect(JSON.stringify(body)).not.toContain(card.id);
    const again = await send(yard, `/api/runs/${runId}/cancel`, { as: ada, method: "POST" });
    expect(again).toMatchObject({ status: 409, body: { error: { code: "run.finished" } } });
  });

  test("is the asker's", async () => {
    const runId = await begin("plain", "pay");
    const other = await yard.enter("builder");
    const done = await send(yard, `/api/runs/${runId}/cancel`, { as: other, method: "POST" });
    expect(done.status).toBe(404);
    await cancel(runId);
    await yard.ended(runId);
  });
});

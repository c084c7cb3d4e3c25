// The rule `ask`: what a run has read leaves for a model or a tool only once an administrator has agreed, for
// this run or this very call. Runs are driven by hand, so that there is a between.
import type { RunEvent } from "@stead/protocol";
import { defineTool } from "@stead/sdk";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { z } from "zod";
import { PEOPLE, send, type Entered } from "../src/http/edge.fixture.ts";
import { assert } from "../src/lib/result.ts";
import { drive } from "../src/runs/drive.ts";
import { answer, cardOf, startRun } from "./loop/ask.ts";
import type { Turn } from "./loop/model.ts";
import { startPeer, type Peer } from "./loop/peers.ts";
import { makeAgent, openYard, type Yard } from "./loop/yard.ts";

const RECORD = "Ines Duarte, insulin, 20 units";
const phi = { audience: [], classes: ["phi"], trust: "record" as const };
const read: Turn = { calls: [{ name: "records.read", arguments: {} }] };
const tell = (note: string): Turn => ({
  calls: [{ name: "peer.environment", arguments: { note } }],
});

let peer: Peer;
let yard: Yard;
let ada: Entered;
let amy: Entered;
let agentId: string;
let turns: readonly Turn[] = [];

beforeAll(async () => {
  peer = await startPeer("http");
  const records = defineTool({
    name: "records.read",
    title: "Read a record",
    description: "Reads a record",
    input: z.object({}),
    contract: { effect: "read", result: phi, resultForCallerOnly: false },
    run: async () => RECORD,
  });
  yard = await openYard({
    script: ({ turn }) => turns[turn] ?? { text: "Done." },
    tools: [records],
    role: "api",
    alsoPrivate: [peer.host],
  });
  [ada, amy] = await Promise.all([yard.enter("employee"), yard.enter("administrator")]);
  const body = { name: "peer", transport: peer.transport };
  const made = await send(yard, "/api/mcp-servers", { as: amy, method: "POST", body });
  expect(made.body).toMatchObject({ status: "ready" });
  const tools = ["records.read", "peer.environment"].map((name) => ({
    name,
    actsAs: "caller" as const,
    presets: {},
  }));
  agentId = await makeAgent(yard, { name: "Clerk", tools });
});
afterAll(async () => {
  await yard.close();
  await peer.stop();
});
beforeEach(async () => {
  turns = [read];
  yard.model.asked.length = 0;
  await rule("model", "ask");
  await rule("tool", "ask");
});
afterEach(() => void vi.restoreAllMocks());

/** The clock on the wall is set: to another day, all of a sudden. */
function jump(days: number): void {
  const nowMs = Date.now();
  vi.restoreAllMocks();
  vi.spyOn(Date, "now").mockReturnValue(nowMs + days * 86_400_000);
}

/** What the class phi may do at the model, or at the tool's server. */
async function rule(at: "model" | "tool", effect: string): Promise<void> {
  const body = {
    id: at === "model" ? yard.model.host : peer.host,
    name: at,
    rules: { phi: effect },
    region: "",
    retention: "",
    agreement: "",
    tolerances: [],
  };
  const saved = await send(yard, "/api/destinations", { as: amy, method: "POST", body });
  assert(saved.status === 200, JSON.stringify(saved.body));
}

type Of<T extends RunEvent["type"]> = Extract<RunEvent, { type: T }>;
const only = <T extends RunEvent["type"]>(events: readonly RunEvent[], type: T): Of<T>[] =>
  events.filter((event): event is Of<T> => event.type === type);

async function driven(runId: string): Promise<RunEvent[]> {
  const done = await drive(yard.stead.runs, runId, new AbortController().signal);
  assert(done.ok, done.ok ? "" : done.failure.detail);
  return yard.events(runId);
}

async function asked() {
  const runId = await startRun(yard, ada, { agentId, input: "Look the record up" });
  await driven(runId);
  return { runId, card: await cardOf(yard, amy, runId) };
}

const told = () => yard.model.asked.filter((text) => text.includes("insulin")).length;

test("a model is told once an administrator has agreed, and then until the run ends", async () => {
  turns = [read, read];
  const { runId, card } = await asked();
  expect(told()).toBe(0);
  expect(card).toMatchObject({ kind: "send", destination: yard.model.host, arguments: {} });
  expect(JSON.stringify(card)).not.toContain("insulin");
  expect(JSON.stringify(card["decision"])).toContain("Data of the class phi would go to");
  const bea = await yard.enter("builder");
  expect(await answer(yard, ada, { card })).toBe("policy.denied");
  expect(await answer(yard, bea, { card })).toBe("resource.not_found");
  expect(await answer(yard, amy, { card, digest: "0".repeat(64) })).toBe("approval.changed");
  expect(await answer(yard, amy, { card, arguments: { a: 1 } })).toBe("request.invalid");
  expect(await answer(yard, amy, { card })).toBe("yes");
  expect(await answer(yard, amy, { card })).not.toBe("yes");
  const events = await driven(runId);
  expect(only(events, "run.finished")[0]?.data.status).toBe("answered");
  expect(only(events, "approval.requested")).toHaveLength(1);
  expect(told()).toBe(2);
  const [cleared] = only(events, "egress.cleared");
  expect(cleared?.data).toMatchObject({
    approvalId: card.id,
    scope: "run",
    sends: [{ destination: yard.model.host, class: "phi", count: 0 }],
    by: [PEOPLE.administrator.id],
  });
  const sent = only(events, "egress.sent").map(({ data }) => data.cleared);
  expect(sent).toEqual([undefined, [card.id], [card.id]]);
  const ian = await yard.enter("auditor");
  const { body } = await send(yard, `/api/runs/${runId}/trace`, { as: ian });
  expect(JSON.stringify(body)).toContain("stead.cleared.classes");
});

test("a no ends the run and says so; the next run is asked anew", async () => {
  const { runId, card } = await asked();
  expect(await answer(yard, amy, { card, answer: "refused" })).toBe("yes");
  const [end] = only(await driven(runId), "run.finished");
  expect(end?.data).toMatchObject({ status: "failed", failure: { code: "egress.not-cleared" } });
  expect(end?.data.failure?.detail).toContain("refused that this is sent to peer/m");
  await asked();
  expect(told()).toBe(0);
});

test("a rule that says no after the yes is as strict as ever", async () => {
  const { runId, card } = await asked();
  expect(await answer(yard, amy, { card })).toBe("yes");
  await rule("model", "refuse");
  const [end] = only(await driven(runId), "run.finished");
  expect(end?.data.failure?.code).toBe("egress.not-cleared");
  expect(told()).toBe(0);
});

test("a call is made once an administrator has agreed to exactly it", async () => {
  await rule("model", "allow");
  turns = [read, tell("insulin"), tell("insulin!")];
  const { runId, card } = await asked();
  expect(card).toMatchObject({ kind: "policy", destination: peer.host });
  expect(card["decision"]).toMatchObject({ sends: [{ destination: peer.host, class: "phi" }] });
  expect(await answer(yard, amy, { card, arguments: { note: "more" } })).toBe("request.invalid");
  expect(await answer(yard, amy, { card })).toBe("yes");
  const events = await driven(runId);
  const done = only(events, "call.finished").filter(({ data }) => data.tool === "peer.environment");
  expect(done.map(({ data }) => data.status)).toEqual(["ok"]);
  const [cleared] = only(events, "egress.cleared");
  expect(cleared?.data).toMatchObject({ scope: "call", approvalId: card.id });
  // The second says something else, so it waits for an answer of its own.
  expect(only(events, "approval.requested")).toHaveLength(2);
  expect(only(events, "run.finished")).toHaveLength(0);
});

test("what a yes for the model lets go does not go to a tool", async () => {
  turns = [read, tell("insulin")];
  const { runId, card } = await asked();
  expect(await answer(yard, amy, { card })).toBe("yes");
  const events = await driven(runId);
  expect(only(events, "approval.requested").map(({ data }) => data.kind)).toEqual([
    "send",
    "policy",
  ]);
  expect(only(events, "call.started").map(({ data }) => data.tool)).toEqual(["records.read"]);
});

test("on a clock that goes back, what was asked stands, and a yes is a yes", async () => {
  const { runId, card } = await asked();
  jump(-400);
  await driven(runId);
  expect(told()).toBe(0);
  expect(await answer(yard, amy, { card })).toBe("yes");
  const events = await driven(runId);
  expect(only(events, "run.finished")[0]?.data.status).toBe("answered");
  expect(told()).toBe(1);
});

test("on a clock that leaps ahead, no answer is no", async () => {
  const { runId } = await asked();
  jump(1);
  const events = await driven(runId);
  expect(only(events, "approval.answered")[0]?.data.answer).toBe("expired");
  expect(only(events, "run.finished")[0]?.data.status).not.toBe("answered");
  expect(told()).toBe(0);
});

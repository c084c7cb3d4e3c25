// A cancel takes force also while something hangs: a tool that reads, a tool that acts, a model; and when
// another process holds the run. Nothing waits for what hangs: each would hang for ever.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunEvent } from "@stead/protocol";
import { defineTool, type DefinedTool } from "@stead/sdk";
import { z } from "zod";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { send, type Entered } from "../src/http/edge.fixture.ts";
import { startRun } from "./loop/ask.ts";
import type { Script } from "./loop/model.ts";
import { POLICIES } from "./loop/wiring.ts";
import { makeAgent, openYard, type Yard } from "./loop/yard.ts";

const never = (): Promise<string> => new Promise(() => undefined);
const record = { audience: [], classes: [], trust: "record" as const };
const hung: DefinedTool[] = [
  defineTool({
    name: "hung.read",
    title: "Read for ever",
    description: "Reads and never ends",
    input: z.object({}),
    contract: { effect: "read", result: record },
    run: never,
  }),
  defineTool({
    name: "effect.hung",
    title: "Act for ever",
    description: "Acts and never ends",
    input: z.object({}),
    contract: { effect: "write-own", keyed: true, result: record, resultForCallerOnly: false },
    run: never,
  }),
];

const PLANS: Readonly<Record<string, ReturnType<Script>>> = {
  "hang in a model": { fault: "never" },
  "hang in a stream": { text: "word ".repeat(100_000), pieceMs: 50 },
  "hang in a reading tool": { text: "reading", calls: [{ name: "hung.read", arguments: {} }] },
  "hang in an act": { text: "acting", calls: [{ name: "effect.hung", arguments: {} }] },
};
const script: Script = ({ plan }) => PLANS[plan] ?? { text: "Done." };

const policiesDir = mkdtempSync(join(tmpdir(), "stead-cancel-"));
writeFileSync(
  join(policiesDir, "hung.cedar"),
  `@id("hung.acts")
@reason("It hangs, and does nothing else")
permit (principal, action == Action::"unapproved:effect.hung", resource);`,
);

/** Everything that is asked for is driven by another server than the one that is asked. */
let asked: Yard;
let worker: Yard;
let ada: Entered;
let agentId: string;

beforeAll(async () => {
  const yard = { script, tools: hung, policyDirs: [POLICIES, policiesDir] };
  asked = await openYard({ ...yard, role: "api" });
  const { connection, dataDir } = asked;
  worker = await openYard({ ...yard, connection, dataDir, role: "worker", fill: false });
  agentId = await makeAgent(asked, { name: "Hanger" });
  ada = await asked.enter("employee");
}, 60_000);

afterAll(async () => {
  await worker.close();
  await asked.close();
  rmSync(policiesDir, { recursive: true });
});

async function cancel(runId: string): Promise<void> {
  const done = await send(asked, `/api/runs/${runId}/cancel`, { as: ada, method: "POST" });
  expect(done.status, JSON.stringify(done.body)).toBe(200);
}

type Of<T extends RunEvent["type"]> = Extract<RunEvent, { type: T }>;

function of<T extends RunEvent["type"]>(events: readonly RunEvent[], type: T): Of<T>[] {
  return events.filter((event): event is Of<T> => event.type === type);
}

async function cancelled(plan: string, begun: RunEvent["type"]): Promise<RunEvent[]> {
  const runId = await startRun(asked, ada, { agentId, input: plan });
  await asked.until(runId, (events) => of(events, begun).length > 0);
  expect(worker.stead.runs.live.drives(runId)).toBe(true);
  expect(asked.stead.runs.live.drives(runId)).toBe(false);
  await cancel(runId);
  const events = await asked.ended(runId);
  expect(of(events, "run.finished").map(({ data }) => data.status)).toEqual(["cancelled"]);
  return events;
}

describe("a cancel of a run that another process holds", () => {
  test("stops it while its model says nothing", async () => {
    const events = await cancelled("hang in a model", "egress.sent");
    expect(of(events, "model.answered")).toEqual([]);
    expect(of(events, "egress.settled").map(({ data }) => data.code)).toEqual(["run.cancelled"]);
  });

  test("stops it in the middle of a model's stream", async () => {
    const events = await cancelled("hang in a stream", "egress.sent");
    expect(of(events, "model.answered")).toEqual([]);
    expect(of(events, "egress.sent")).toHaveLength(1);
  });

  test("stops it in a tool that reads and hangs", async () => {
    const events = await cancelled("hang in a reading tool", "call.started");
    expect(of(events, "call.finished").map(({ data }) => data.status)).toEqual(["error"]);
    expect(of(events, "egress.sent")).toHaveLength(1);
  });

  test("stops it in an act that hangs, and says that its effect is not known", async () => {
    const events = await cancelled("hang in an act", "call.started");
    const [finished] = of(events, "call.finished");
    expect(finished?.data.failure).toMatchObject({
      code: "run.cancelled",
      detail: expect.stringContaining("not known whether it took effect"),
    });
  });
});

// kill -9 of a worker that is in the middle of a run: its heartbeats stop, and another takes the run over
// where its log ends. Nobody restarts the dead one.
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Entered } from "../src/http/edge.fixture.ts";
import { startRun } from "./loop/ask.ts";
import type { Script } from "./loop/model.ts";
import { startProcess, type Spawned } from "./loop/processes.ts";
import { makeAgent, openYard, type Yard } from "./loop/yard.ts";

/** The second turn hangs for who asks first. */
let hangs = 0;
const script: Script = ({ turn }) => {
  if (turn === 0)
    return { text: "writing", calls: [{ name: "effect.write", arguments: { n: 1 } }] };
  return turn === 1 && hangs++ === 0 ? { fault: "never" } : { text: "Written." };
};

const place = mkdtempSync(join(tmpdir(), "stead-take-over-"));
const effectsDir = join(place, "effects");
let asked: Yard;
let other: Yard | undefined;
let dying: Spawned;
let ada: Entered;
let agentId: string;

beforeAll(async () => {
  mkdirSync(effectsDir);
  asked = await openYard({ script, role: "api" });
  agentId = await makeAgent(asked, { name: "Writer" });
  ada = await asked.enter("employee");
  const args = [effectsDir, JSON.stringify(asked.connection), asked.model.host, "--role=worker"];
  const env = { STEAD_DATA: asked.dataDir, STEAD_ALLOW_PRIVATE: asked.model.host };
  dying = await startProcess(args, env);
}, 60_000);

afterAll(async () => {
  await dying.kill("SIGKILL");
  await other?.close();
  await asked.close();
  rmSync(place, { recursive: true, force: true });
});

test("a dead worker is noticed by its heartbeats", { timeout: 120_000 }, async () => {
  const runId = await startRun(asked, ada, { agentId, input: "write it" });
  // It has acted once, and waits for its model.
  await asked.until(
    runId,
    (events) => events.filter(({ type }) => type === "egress.sent").length === 2,
  );
  const { connection, dataDir, model } = asked;
  other = await openYard({
    script,
    connection,
    dataDir,
    role: "worker",
    fill: false,
    provider: { baseUrl: `http://${model.host}` },
    alsoPrivate: [model.host],
  });
  await dying.kill("SIGKILL");
  const events = await asked.ended(runId, 100_000);
  const workers = events.flatMap((event) =>
    event.type === "run.claimed" ? [event.data.workerId.split(".")[0]] : [],
  );
  expect(new Set(workers).size).toBe(2);
  expect(events.findLast(({ type }) => type === "run.finished")?.data).toMatchObject({
    status: "answered",
  });
  // What had been done was not done again.
  expect(readdirSync(effectsDir).filter((name) => name.endsWith(".json"))).toHaveLength(1);
  expect(other.world.attempts).toEqual([]);
});

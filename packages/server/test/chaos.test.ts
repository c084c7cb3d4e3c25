// kill -9 of workers, of the server and of PostgreSQL in the middle of 200 runs of 10 steps: all end,
// nothing is lost, no keyed effect happens twice.
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import type { Entered } from "../src/http/edge.fixture.ts";
import { systemClock } from "../src/lib/clock.ts";
import { silentLog } from "../src/lib/log.ts";
import { assert } from "../src/lib/result.ts";
import { openDatabase, type Database } from "../src/store/db.ts";
import { startEmbedded, type Embedded } from "../src/store/embedded.ts";
import { migrate } from "../src/store/migrate.ts";
import type { ModelServer, Script } from "./loop/model.ts";
import { startModel } from "./loop/model.ts";
import { freePort, postgresPid, startProcess, type Spawned } from "./loop/processes.ts";
import { makeAgent, openYard } from "./loop/yard.ts";

const RUNS = 200;
const STEPS = 10;
const LIMIT_MS = 400_000;

/** One effect a turn, the next number each time, whatever has been repeated on the way. */
const script: Script = ({ body }) => {
  const done = body.messages.filter(({ role }) => role === "tool").length;
  if (done >= STEPS) return { text: "All written." };
  const calls = [{ name: "effect.write", arguments: { n: done } }];
  return { text: `writing ${done}`, calls, delayMs: 15 };
};

const place = mkdtempSync(join(tmpdir(), "stead-chaos-"));
const effectsDir = join(place, "effects");
const postgresDir = join(place, "postgres");
const settings = {
  STEAD_DATA: join(place, "data"),
  STEAD_RUNS_PER_PERSON: "1000",
  STEAD_RUN_SLOTS: "60",
};
let postgres: Embedded;
let model: ModelServer;
let database: Database;
let agentId: string;
let ada: Entered;
let port: number;
const processes = new Map<string, Spawned>();

async function start(name: string): Promise<void> {
  const role = name.startsWith("worker") ? "worker" : "api";
  const args = [effectsDir, JSON.stringify(postgres.connection), model.host, `--role=${role}`];
  const env = { ...settings, STEAD_ALLOW_PRIVATE: model.host, STEAD_PORT: String(port) };
  processes.set(name, await startProcess(args, env));
}

async function killAndRestart(name: string): Promise<void> {
  await processes.get(name)?.kill("SIGKILL");
  await start(name);
}

/** Its supervisor brings it back. */
function killPostgres(): void {
  const pid = postgresPid(postgresDir);
  assert(pid > 1, "PostgreSQL runs");
  process.kill(pid, "SIGKILL");
}

beforeAll(async () => {
  for (const dir of [effectsDir, postgresDir, settings.STEAD_DATA]) mkdirSync(dir);
  for (const dir of [place, postgresDir]) chmodSync(dir, 0o711);
  const started = await startEmbedded({ dataDir: postgresDir, log: silentLog });
  assert(started.ok, started.ok ? "" : started.failure.detail);
  postgres = started.value;
  const { connection } = postgres;
  const migrated = await migrate(connection, { log: silentLog });
  assert(migrated.ok, migrated.ok ? "" : migrated.failure.detail);
  database = openDatabase(connection, { log: silentLog, connectionsMax: 2 });
  model = await startModel(script);
  port = await freePort();
  const dataDir = settings.STEAD_DATA;
  const yard = await openYard({ script, connection, dataDir, role: "api" });
  agentId = await makeAgent(yard, { name: "Writer" });
  ada = await yard.enter("employee");
  await yard.close();
  await Promise.all(["worker 1", "worker 2", "server"].map(start));
}, 60_000);

afterAll(async () => {
  for (const process of processes.values()) await process.kill("SIGKILL");
  await database.close();
  await model.close();
  await postgres.stop();
  rmSync(place, { recursive: true, force: true });
}, 60_000);

/** Sent until it is taken: the key makes a repeat harmless. */
async function startRun(n: number): Promise<string> {
  for (let tries = 0; tries < 400; tries++) {
    const response = await fetch(`http://127.0.0.1:${port}/api/runs`, {
      method: "POST",
      headers: {
        cookie: ada.cookie,
        "stead-csrf": ada.csrf,
        "content-type": "application/json",
        "idempotency-key": `chaos-run-number-${n}`,
      },
      body: JSON.stringify({ agentId, input: `run ${n}` }),
    }).catch(() => undefined);
    if (response?.ok) return z.object({ id: z.string() }).parse(await response.json()).id;
    await systemClock.sleep(250);
  }
  throw new Error("the server takes no run");
}

function effects(): { runId: string; n: number }[] {
  const shape = z.object({ runId: z.string(), args: z.object({ n: z.int() }) });
  const names = readdirSync(effectsDir).filter((name) => name.endsWith(".json"));
  return names.map((name) => {
    const { runId, args } = shape.parse(JSON.parse(readFileSync(join(effectsDir, name), "utf8")));
    return { runId, n: args.n };
  });
}

const progress = (): number =>
  readdirSync(effectsDir).filter((name) => name.endsWith(".json")).length / (RUNS * STEPS);

const stages: string[] = [];

async function reached(share: number): Promise<void> {
  while (progress() < share) await systemClock.sleep(100);
  stages.push(`${Math.round(share * 100)} % at ${Math.round(performance.now() / 1000)} s`);
}

async function statuses(): Promise<Record<string, number>> {
  for (;;) {
    const rows = await database.db
      .selectFrom("run")
      .select("status")
      .execute()
      .catch(() => []);
    const counts: Record<string, number> = {};
    for (const { status } of rows) counts[status] = (counts[status] ?? 0) + 1;
    const going = ["queued", "running", "waiting"].some((status) => counts[status]);
    if (rows.length === RUNS && !going) return counts;
    await systemClock.sleep(250);
  }
}

test(
  `${RUNS} runs of ${STEPS} steps outlive kill -9 of everything`,
  { timeout: LIMIT_MS },
  async () => {
    const began = systemClock.monotonicMs();
    const starting = Promise.all(
      Array.from({ length: 8 }, async (_none, lane) => {
        const ids: string[] = [];
        for (let n = lane; n < RUNS; n += 8) ids.push(await startRun(n));
        return ids;
      }),
    );
    await reached(0.1);
    await killAndRestart("server");
    await reached(0.25);
    await killAndRestart("worker 1");
    await reached(0.45);
    killPostgres();
    await reached(0.6);
    await killAndRestart("worker 2");
    await reached(0.75);
    killPostgres();
    await killAndRestart("server");
    const ids = (await starting).flat();
    const counts = await statuses();
    const done = effects();
    const distinct = new Set(done.map(({ runId, n }) => `${runId} ${n}`));
    const attempts = readFileSync(join(effectsDir, "attempts.log"), "utf8").split("\n").length - 1;
    const seconds = Math.round((systemClock.monotonicMs() - began) / 1000);
    const lost = RUNS * STEPS - distinct.size;
    const doubled = done.length - distinct.size;
    process.stdout.write(
      `chaos: ${JSON.stringify(counts)}, ${done.length} effects, ${attempts} attempts, ` +
        `${lost} lost, ${doubled} doubled, ${seconds} s\n`,
    );
    expect(new Set(ids).size).toBe(RUNS);
    expect(counts).toEqual({ answered: RUNS });
    expect({ lost, doubled }).toEqual({ lost: 0, doubled: 0 });
  },
);

// PostgreSQL gone for ten seconds in the middle of runs with model and tool calls, stopped in order and
// frozen, then killed: people learn it, nothing is lost or done twice, and every run ends.
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { send, type Entered } from "../src/http/edge.fixture.ts";
import { asJsonObject } from "../src/lib/json.ts";
import { systemClock } from "../src/lib/clock.ts";
import { silentLog } from "../src/lib/log.ts";
import { assert, fail, ok } from "../src/lib/result.ts";
import type { SteadParts } from "../src/main.ts";
import { listGroups } from "../src/identity/queries.ts";
import type { Ctx } from "../src/store/context.ts";
import { Dispatcher } from "../src/worker/dispatch.ts";
import { startEmbedded, type Embedded } from "../src/store/embedded.ts";
import { migrate } from "../src/store/migrate.ts";
import type { Script } from "./loop/model.ts";
import { postgresPid } from "./loop/processes.ts";
import { makeAgent, openYard, type Yard } from "./loop/yard.ts";

const RUNS = 12;
const STEPS = 6;
const GONE_MS = 10_000;
const AWAY = { error: { code: "store.unavailable" } };

const script: Script = ({ body }) => {
  const done = body.messages.filter(({ role }) => role === "tool").length;
  if (done >= STEPS) return { text: "All written." };
  const calls = [{ name: "effect.write", arguments: { n: done } }];
  return { text: `writing ${done}`, calls, delayMs: 60 };
};

let place: string;
let dataDir: string;
let postgres: Embedded;
let yard: Yard;
let ada: Entered;
let agentId: string;

async function startPostgres(): Promise<void> {
  const started = await startEmbedded({ dataDir, log: silentLog });
  assert(started.ok, started.ok ? "" : started.failure.detail);
  postgres = started.value;
}

beforeEach(async () => {
  place = mkdtempSync(join(tmpdir(), "stead-gone-"));
  dataDir = join(place, "postgres");
  mkdirSync(dataDir);
  for (const dir of [place, dataDir]) chmodSync(dir, 0o711);
  await startPostgres();
  const { connection } = postgres;
  const migrated = await migrate(connection, { log: silentLog });
  assert(migrated.ok, migrated.ok ? "" : migrated.failure.detail);
  yard = await openYard({ script, connection, env: { STEAD_RUNS_PER_PERSON: "100" } });
  yard.world.before = () => systemClock.sleep(40);
  agentId = await makeAgent(yard, { name: "Writer" });
  ada = await yard.enter("employee");
}, 120_000);
afterEach(async () => {
  await yard.close();
  await postgres.stop();
  rmSync(place, { recursive: true, force: true });
}, 60_000);

/** The postmaster and its backends. */
function processes(): number[] {
  const pid = postgresPid(dataDir);
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
  return [pid, ...children.map(Number)].filter((each) => each > 1);
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids)
    try {
      process.kill(pid, name);
    } catch {
      // A backend that has ended by itself.
    }
}

const start = (input: string, key: string) =>
  send(yard, "/api/runs", { as: ada, method: "POST", body: { agentId, input }, key });

async function going(): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < RUNS; n++) {
    const { status, body } = await start(`run ${n}`, `gone-run-number-${n}`);
    expect(status, JSON.stringify(body)).toBe(200);
    ids.push(String(body["id"]));
  }
  while (yard.world.keyed.size < RUNS) await systemClock.sleep(10);
  expect(yard.world.keyed.size).toBeLessThan(RUNS * STEPS);
  return ids;
}

async function healthSays(database: string): Promise<void> {
  for (;;) {
    const { status, body } = await send(yard, "/health", {});
    expect(status).toBe(200);
    const parts = asJsonObject(body["parts"] ?? {});
    if (parts["database"] !== database) {
      await systemClock.sleep(50);
      continue;
    }
    expect(body["status"]).toBe(database === "ok" ? "ok" : "degraded");
    return;
  }
}

/** Everything as it should be after it came back, with a run that was asked for while it was away. */
async function allWell(ids: readonly string[]): Promise<void> {
  await healthSays("ok");
  const late = await start("late", "gone-run-asked-meanwhile");
  expect(late.status, JSON.stringify(late.body)).toBe(200);
  for (const runId of [...ids, String(late.body["id"])]) {
    const events = await yard.ended(runId, 120_000);
    const last = events.at(-1);
    expect(last?.type === "run.finished" && last.data.status).toBe("answered");
    const started = events.filter(({ type }) => type === "call.started");
    expect(started).toHaveLength(STEPS);
  }
  expect(yard.world.keyed.size).toBe((RUNS + 1) * STEPS);
  const distinct = new Set(
    [...yard.world.keyed.values()].map(({ runId, args }) => `${runId} ${JSON.stringify(args)}`),
  );
  expect(distinct.size).toBe((RUNS + 1) * STEPS);
  const ian = await yard.enter("auditor");
  const verified = await send(yard, "/api/ledger/verify", { as: ian, method: "POST" });
  expect(verified.body, JSON.stringify(verified.body)).toMatchObject({ ok: true });
}

test("stopped for ten seconds", { timeout: 240_000 }, async () => {
  const ids = await going();
  const back = systemClock.sleep(GONE_MS);
  await postgres.stop();
  await healthSays("unreachable");
  const list = await send(yard, "/api/runs", { as: ada });
  expect(list).toMatchObject({ status: 503, body: AWAY });
  expect(JSON.stringify(list.body)).toContain("ry again in a moment");
  expect(await start("late", "gone-run-asked-meanwhile")).toMatchObject({
    status: 503,
    body: AWAY,
  });
  await back;
  await startPostgres();
  await allWell(ids);
});

test.skipIf(process.platform !== "linux")(
  "frozen for ten seconds, then killed",
  { timeout: 240_000 },
  async () => {
    const ids = await going();
    const back = systemClock.sleep(GONE_MS);
    signal(processes(), "SIGSTOP");
    const asked = start("late", "gone-run-asked-meanwhile");
    await healthSays("unreachable");
    await back;
    // Its supervisor brings it back.
    signal(processes(), "SIGKILL");
    const { status, body } = await asked;
    expect(status === 200 || status === 503, JSON.stringify(body)).toBe(true);
    if (status !== 200) expect(body).toMatchObject(AWAY);
    await allWell(ids);
  },
);

/** Throws once it is noticed. */
async function kill(ctx: Ctx): Promise<void> {
  process.kill(postgresPid(dataDir), "SIGKILL");
  for (;;) await listGroups(ctx);
}

test("killed while a server starts, each time it has begun", { timeout: 120_000 }, async () => {
  const { connection } = postgres;
  let begun = 0;
  const prepare = ({ ctx }: SteadParts): Promise<void> =>
    begun++ < 2 ? kill(ctx) : Promise.resolve();
  const shared = { script, connection, dataDir: yard.dataDir };
  const other = await openYard({ ...shared, fill: false, prepare });
  expect(begun).toBe(3);
  const { ctx, database } = other.stead;
  await expect(kill(ctx)).rejects.toThrow();
  const queues = new Dispatcher({
    pool: database.pool,
    clock: ctx.clock,
    log: silentLog,
    slots: 0,
    drive: async () => fail("store.unavailable", "is never asked"),
    abandon: async () => ok(),
    orphans: async () => [],
  });
  await queues.start();
  await queues.stop();
  await other.close();
});

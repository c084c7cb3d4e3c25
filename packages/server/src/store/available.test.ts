// A database that goes away: a value for whoever asks, no end of the process, and work goes on when it is back.
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { silentLog } from "../lib/log.ts";
import { whileAvailable } from "./available.ts";
import { openDatabase } from "./db.ts";
import type { Database } from "./db.ts";
import { startEmbedded } from "./embedded.ts";
import type { Embedded } from "./embedded.ts";
import { withTx } from "./tx.ts";

let dataDir: string;
let embedded: Embedded;
let base: Database;
const patience = { timeout: 20_000, interval: 50 };
beforeAll(async () => {
  dataDir = mkdtempSync("/var/tmp/stead-available-");
  chmodSync(dataDir, 0o711);
  const started = await startEmbedded({ dataDir, log: silentLog });
  if (!started.ok) throw new Error(started.failure.detail);
  embedded = started.value;
  base = openDatabase(embedded.connection, { log: silentLog });
});
afterAll(async () => {
  await base.close();
  await embedded.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const killPostmaster = (): void => {
  const pid = Number(readFileSync(join(dataDir, "cluster/postmaster.pid"), "utf8").split("\n")[0]);
  process.kill(pid, "SIGKILL");
};
const one = async (): Promise<unknown> => (await sql`select 1 as n`.execute(base.db)).rows;

describe("when the database is killed", () => {
  it("work under way and work begun meanwhile fail as values; then it goes on", async () => {
    await sql`create table thing (n int)`.execute(base.db);
    const underWay = whileAvailable(() =>
      withTx(base.db, async (tx) => {
        await sql`insert into thing values (1)`.execute(tx);
        killPostmaster();
        await sql`select pg_sleep(20)`.execute(tx);
      }),
    );
    const lost = { ok: false, failure: { code: "store.unavailable" } };
    expect(await underWay).toMatchObject(lost);
    await expect.poll(async () => (await whileAvailable(one)).ok, patience).toBe(true);
    expect((await sql`select n from thing`.execute(base.db)).rows).toEqual([]);
  });

  it("a connection that breaks while somebody holds it idle is no end either", async () => {
    const client = await base.pool.connect();
    killPostmaster();
    await expect.poll(() => embedded.healthy(), patience).toBe(false);
    await expect.poll(() => embedded.healthy(), patience).toBe(true);
    await expect(client.query("select 1")).rejects.toThrow();
    client.release();
    await expect.poll(async () => (await whileAvailable(one)).ok, patience).toBe(true);
  });

  it("an error of the statement itself stays an error", async () => {
    const wrong = whileAvailable(() => sql`select no_such_column`.execute(base.db));
    await expect(wrong).rejects.toThrow("no_such_column");
  });
});

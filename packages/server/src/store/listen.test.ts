// LISTEN: wakes, survives a lost connection and says that there was a gap.
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { freshDatabase } from "../../test/database.ts";
import type { FreshDatabase } from "../../test/database.ts";
import { systemClock } from "../lib/clock.ts";
import { silentLog } from "../lib/log.ts";
import { openListener } from "./listen.ts";
import type { Listener } from "./listen.ts";

let base: FreshDatabase;
let listener: Listener;
const patience = { timeout: 10_000, interval: 20 };
beforeAll(async () => {
  base = await freshDatabase();
});
afterEach(() => listener.close());
afterAll(() => base.close());

const open = (): Listener =>
  (listener = openListener(base.connection, { log: silentLog, clock: systemClock }));
const notify = (channel: string, payload: string): Promise<unknown> =>
  base.pool.query("select pg_notify($1, $2)", [channel, payload]);
const breakIt = (): Promise<unknown> =>
  base.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = 'stead listen' and datname = current_database()`,
  );

describe("a listener", () => {
  it("wakes those who listen to the channel, until they stop", async () => {
    const heard: (string | undefined)[] = [];
    const off = await open().on("Runs", (payload) => heard.push(payload));
    await listener.on("other", () => heard.push("other"));
    await notify("Runs", "run_1");
    await expect.poll(() => heard, patience).toEqual(["run_1"]);
    off();
    await notify("Runs", "run_2");
    await notify("other", "");
    await expect.poll(() => heard, patience).toEqual(["run_1", "other"]);
  });

  it("comes back after its connection broke, and tells of the gap", async () => {
    const heard: (string | undefined)[] = [];
    await open().on("runs", (payload) => heard.push(payload));
    await breakIt();
    await expect.poll(() => heard, patience).toEqual([undefined]);
    await notify("runs", "run_1");
    await expect.poll(() => heard, patience).toEqual([undefined, "run_1"]);
  });

  it("opens one connection for those who come at once", async () => {
    const heard: string[] = [];
    const both = open();
    await Promise.all([both.on("a", () => heard.push("a")), both.on("b", () => heard.push("b"))]);
    const { rows } = await base.pool.query(
      `select count(*) as n from pg_stat_activity
       where application_name = 'stead listen' and datname = current_database()`,
    );
    expect(rows[0].n).toBe(1);
    await notify("a", "");
    await notify("b", "");
    await expect.poll(() => heard, patience).toEqual(["a", "b"]);
  });

  it("closes while its server can't be reached", async () => {
    const lost = openListener(
      { ...base.connection, host: "/nowhere" },
      { log: silentLog, clock: systemClock },
    );
    const waiting = lost.on("runs", () => undefined);
    await lost.close();
    await waiting;
    await open().close();
  });
});

// The supervisor against the real binaries: made once, adopted, recovered, shared, and where accounts
// get in the way.
import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { silentLog } from "../lib/log.ts";
import { assert } from "../lib/result.ts";
import type { Connection } from "./connection.ts";
import { startEmbedded } from "./embedded.ts";
import type { Embedded } from "./embedded.ts";
import { findBinaries } from "./embedded/binaries.ts";

const script = fileURLToPath(new URL("../../test/embedded-process.ts", import.meta.url));
const isRoot = process.getuid?.() === 0;
const nobody = { uid: 65_534, gid: 65_534 };
const canBeNobody =
  isRoot &&
  spawnSync(process.execPath, ["-e", `require("fs").readFileSync("${script}")`], nobody).status ===
    0;
const patience = { timeout: 20_000, interval: 50 };

const Said = z.object({
  arrival: z.enum(["made", "adopted", "started"]),
  connection: z.object({
    host: z.string(),
    port: z.number(),
    user: z.string(),
    password: z.string(),
    database: z.string(),
  }),
});

let dataDir: string;
const undo: (() => unknown)[] = [];
beforeEach(() => {
  dataDir = mkdtempSync("/var/tmp/stead-embedded-");
  chmodSync(dataDir, 0o711);
});
afterEach(async () => {
  for (const each of undo.splice(0).toReversed()) await each();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(folder = dataDir, binariesDir?: string): Promise<Embedded> {
  const started = await startEmbedded({
    dataDir: folder,
    log: silentLog,
    ...(binariesDir && { binariesDir }),
  });
  if (!started.ok) throw new Error(JSON.stringify(started.failure));
  undo.push(() => started.value.stop());
  return started.value;
}

async function startElsewhere(
  folder = dataDir,
  account?: { uid: number; gid: number },
): Promise<{ child: ChildProcess; said: z.infer<typeof Said> }> {
  const child = spawn(process.execPath, ["--conditions=stead-source", script, folder], {
    stdio: ["pipe", "pipe", "inherit"],
    ...account,
  });
  undo.push(() => child.kill("SIGKILL"));
  const [line] = await once(child.stdout, "data");
  return { child, said: Said.parse(JSON.parse(String(line))) };
}

async function ask(connection: Connection, query: string): Promise<unknown[]> {
  const client = new Client(connection);
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query({ text: query, rowMode: "array" })).rows.flat();
  } finally {
    await client.end();
  }
}

const pidOf = (folder: string): number =>
  Number(readFileSync(join(folder, "cluster/postmaster.pid"), "utf8").split("\n")[0]);

const isUp = (connection: Connection): Promise<boolean> =>
  ask(connection, "select 1").then(
    () => true,
    () => false,
  );

async function die(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await once(child, "exit");
}

describe("one process", () => {
  it("makes the database once and keeps what is in it", async () => {
    const first = await start();
    expect(first.arrival).toBe("made");
    await ask(first.connection, "create table kept as select 7 as n");
    expect(await ask(first.superConnection, "show data_checksums")).toEqual(["on"]);
    expect(await ask(first.superConnection, "show fsync")).toEqual(["on"]);
    expect(await ask(first.superConnection, "show listen_addresses")).toEqual([""]);
    await first.stop();
    expect(await isUp(first.connection)).toBe(false);
    const second = await start();
    expect(second.arrival).toBe("started");
    expect(await ask(second.connection, "select n from kept")).toEqual([7]);
  });

  it("orders text by code point and knows letters beyond ASCII", async () => {
    const { connection } = await start();
    const sorted = "select x from unnest(array['b','a','Ä','Z']) x order by x";
    expect(await ask(connection, sorted)).toEqual(["Z", "a", "b", "Ä"]);
    expect(await ask(connection, "select lower('ÄÖÉ'), 'é' ~* 'É'")).toEqual(["äöé", true]);
    expect(await ask(connection, "select to_tsvector('simple', 'ÄRZTE') @@ 'ärzte'")).toEqual([
      true,
    ]);
  });

  it("brings a killed database back by itself", async () => {
    const embedded = await start();
    await ask(embedded.connection, "create table kept as select 7 as n");
    process.kill(pidOf(dataDir), "SIGKILL");
    await expect.poll(() => isUp(embedded.connection), patience).toBe(false);
    await expect.poll(() => embedded.healthy(), patience).toBe(true);
    expect(await ask(embedded.connection, "select n from kept")).toEqual([7]);
  });

  it("refuses a wrong password", async () => {
    const { connection } = await start();
    await expect(ask({ ...connection, password: "guess" }, "select 1")).rejects.toThrow("password");
  });

  it("puts the socket where its path is short enough", async () => {
    const deep = join(dataDir, "d".repeat(60), "e".repeat(60));
    mkdirSync(deep, { recursive: true });
    const { connection } = await start(deep);
    undo.unshift(() => rmSync(connection.host, { recursive: true, force: true }));
    expect(await isUp(connection)).toBe(true);
    expect(statSync(connection.host).mode & 0o777).toBe(0o700);
  });
});

describe("a process that was killed", () => {
  it("leaves a database that the next one adopts, and stops", async () => {
    const { child, said } = await startElsewhere();
    expect(said.arrival).toBe("made");
    const pid = pidOf(dataDir);
    await die(child);
    const next = await start();
    expect(next.arrival).toBe("adopted");
    expect(pidOf(dataDir)).toBe(pid);
    await next.stop();
    expect(await isUp(said.connection)).toBe(false);
  });

  it("together with its database leaves one that the next starts and recovers", async () => {
    const { child, said } = await startElsewhere();
    await ask(said.connection, "create table kept as select 7 as n");
    // A backend that is busy outlives the postmaster for a moment.
    const busy = new Client(said.connection);
    busy.on("error", () => undefined);
    await busy.connect();
    const sleeping = busy.query("select pg_sleep(1)").catch(() => undefined);
    child.kill("SIGSTOP");
    process.kill(pidOf(dataDir), "SIGKILL");
    await die(child);
    const next = await start();
    expect(next.arrival).toBe("started");
    expect(await ask(next.connection, "select n from kept")).toEqual([7]);
    await sleeping;
    await busy.end().catch(() => undefined);
  });
});

describe("several processes on one folder", () => {
  it("that start at once share one database, which the last to leave stops", async () => {
    const starting = [startElsewhere(), startElsewhere(), startElsewhere()];
    const others = await Promise.all(starting);
    const here = await start();
    expect(here.arrival).toBe("adopted");
    expect(others.filter(({ said }) => said.arrival === "made")).toHaveLength(1);
    for (const { child, said } of others) {
      expect(said.connection).toEqual(here.connection);
      child.stdin?.write("stop\n");
      await once(child, "exit");
      expect(await isUp(here.connection)).toBe(true);
    }
    await here.stop();
    expect(await isUp(here.connection)).toBe(false);
  });

  it("that come and go never leave one of them without a database", async () => {
    for (let round = 0; round < 4; round += 1) {
      const leaving = await start();
      const [coming] = await Promise.all([start(), leaving.stop()]);
      await expect.poll(() => isUp(coming.connection), patience).toBe(true);
      await sleep(100);
      expect(await isUp(coming.connection)).toBe(true);
      await coming.stop();
    }
  });
});

describe("a pid file that isn't right", () => {
  it("doesn't keep the database from starting", async () => {
    await (await start()).stop();
    const { uid, gid } = statSync(join(dataDir, "cluster"));
    // PostgreSQL itself takes a living process of its own account for a sibling.
    const stranger = spawn("/bin/sleep", ["60"], { uid, gid });
    undo.push(() => stranger.kill());
    const rest = `${join(dataDir, "cluster")}\n1\n5432\n${join(dataDir, "socket")}\n\n0 0\nready\n`;
    for (const text of [`${stranger.pid}\n${rest}`, `4194300\n${rest}`, "", "no pid\n"]) {
      const path = join(dataDir, "cluster/postmaster.pid");
      writeFileSync(path, text);
      chownSync(path, uid, gid);
      const embedded = await start();
      expect(await isUp(embedded.connection), text).toBe(true);
      await embedded.stop();
    }
    expect(stranger.exitCode).toBe(null);
  });
});

describe("binaries", () => {
  it("without the links that a skipped install script leaves unmade", async () => {
    const carried = findBinaries();
    assert(carried, "npm carries binaries here");
    const native = join(dataDir, "package/native");
    cpSync(carried.root, native, { recursive: true, verbatimSymlinks: true });
    const Links = z.array(z.object({ target: z.string() }));
    const links = Links.parse(JSON.parse(readFileSync(join(native, "pg-symlinks.json"), "utf8")));
    for (const { target } of links) rmSync(join(dataDir, "package", target), { force: true });
    expect(spawnSync(join(native, "bin/postgres"), ["--version"]).status).not.toBe(0);
    const embedded = await start(join(dataDir, "data"), native);
    expect(await isUp(embedded.connection)).toBe(true);
  });
});

describe.skipIf(!isRoot)("as root", () => {
  it("runs the database as somebody else", async () => {
    await start();
    expect(statSync(`/proc/${pidOf(dataDir)}`).uid).not.toBe(0);
  });

  it("in a folder that nobody else can enter keeps data and binaries where its account can", async () => {
    const carried = findBinaries();
    assert(carried, "npm carries binaries here");
    const closed = join(dataDir, "closed");
    mkdirSync(closed, { mode: 0o700 });
    cpSync(carried.root, join(closed, "native"), { recursive: true, verbatimSymlinks: true });
    const first = await start(join(closed, "data"), join(closed, "native"));
    const home = readFileSync(join(closed, "data/moved-to"), "utf8").trim();
    undo.unshift(() => rmSync(home, { recursive: true, force: true }));
    expect(existsSync(join(home, "postgresql/bin/postgres"))).toBe(true);
    await ask(first.connection, "create table kept as select 7 as n");
    await first.stop();
    const second = await start(join(closed, "data"), join(closed, "native"));
    expect(second.arrival).toBe("started");
    expect(await ask(second.connection, "select n from kept")).toEqual([7]);
  });

  it("says so when the recorded place is gone", async () => {
    writeFileSync(join(dataDir, "moved-to"), "/var/lib/stead-nowhere\n");
    const started = await startEmbedded({ dataDir, log: silentLog });
    expect(started).toMatchObject({ ok: false, failure: { code: "config.invalid" } });
  });
});

describe.skipIf(!canBeNobody)("as an ordinary user", () => {
  beforeEach(() => chownSync(dataDir, nobody.uid, nobody.gid));

  it("runs the database as oneself; root then runs it as that user", async () => {
    const { child, said } = await startElsewhere(dataDir, nobody);
    expect(said.arrival).toBe("made");
    expect(statSync(`/proc/${pidOf(dataDir)}`).uid).toBe(nobody.uid);
    child.stdin?.write("stop\n");
    await once(child, "exit");
    const byRoot = await start();
    expect(statSync(`/proc/${pidOf(dataDir)}`).uid).toBe(nobody.uid);
    expect(await isUp(byRoot.connection)).toBe(true);
  }, 120_000);
});

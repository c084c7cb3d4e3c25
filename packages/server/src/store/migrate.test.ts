// Migrations: in order, once, whole or not at all, and a history that only grows.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { emptyDatabase } from "../../test/database.ts";
import type { FreshDatabase } from "../../test/database.ts";
import { silentLog } from "../lib/log.ts";
import { assert, ok } from "../lib/result.ts";
import type { Result } from "../lib/result.ts";
import { migrate, readMigrations } from "./migrate.ts";

let base: FreshDatabase;
let folder: string;
beforeEach(async () => {
  base = await emptyDatabase();
  folder = mkdtempSync(join(tmpdir(), "stead-migrations-"));
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await base.close();
});

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
const run = (): Promise<Result<string[]>> => migrate(base.connection, { log: silentLog, folder });
const values = async (): Promise<unknown> =>
  (await base.pool.query({ text: "select n from thing order by n", rowMode: "array" })).rows.flat();

beforeEach(() => {
  write("000001_thing.sql", "create table thing (n int); insert into thing values (1);");
  write("000002_more.sql", "insert into thing values (2);");
});

describe("migrate", () => {
  it("applies files in order, and each once", async () => {
    expect(await run()).toEqual(ok(["000001_thing", "000002_more"]));
    expect(await run()).toEqual(ok([]));
    write("000010_later.sql", "insert into thing values (3);");
    expect(await run()).toEqual(ok(["000010_later"]));
    expect(await values()).toEqual([1, 2, 3]);
  });

  it("applies each once when several processes start together", async () => {
    const results = await Promise.all([run(), run(), run(), run()]);
    const counts = results.map((each) => (each.ok ? each.value.length : -1));
    expect(counts.toSorted((a, b) => a - b)).toEqual([0, 0, 0, 2]);
    expect(await values()).toEqual([1, 2]);
  });

  it("waits for a server that is recovering", async () => {
    const { host, port } = base.connection;
    let refusals = 2;
    // As PostgreSQL does after a crash: it takes the connection, and refuses what begins it.
    const recovering = createServer((socket) => {
      if (refusals-- > 0) {
        const fields = "SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0";
        const size = Buffer.alloc(4);
        size.writeInt32BE(fields.length + 4);
        socket.once("data", () =>
          socket.end(Buffer.concat([Buffer.from("E"), size, Buffer.from(fields)])),
        );
        return;
      }
      const peer = connect(join(host, `.s.PGSQL.${port}`));
      pipeline(socket, peer, socket, () => undefined);
    });
    await new Promise<void>((resolve) => recovering.listen(0, "127.0.0.1", resolve));
    const address = recovering.address();
    assert(typeof address === "object" && address, "it listens");
    const connection = { ...base.connection, host: "127.0.0.1", port: address.port };
    expect((await migrate(connection, { log: silentLog, folder })).ok).toBe(true);
    expect(refusals).toBe(-1);
    recovering.close();
  });

  it("takes a URL as well", async () => {
    const { host, user, password, database } = base.connection;
    const at = `postgres://${user}:${password}@/${database}?host=${encodeURIComponent(host)}`;
    expect(await migrate(at, { log: silentLog, folder })).toEqual(
      ok(["000001_thing", "000002_more"]),
    );
  });

  it("takes back the whole of a file that fails, names it, and goes on once it is mended", async () => {
    write("000003_bad.sql", "insert into thing values (3); select no_such_function();");
    expect(await run()).toMatchObject({
      failure: { code: "config.invalid", detail: expect.stringContaining("000003_bad failed") },
    });
    expect(await values()).toEqual([1, 2]);
    write("000003_bad.sql", "insert into thing values (3);");
    expect(await run()).toEqual(ok(["000003_bad"]));
  });

  it("refuses a file that was changed after it was applied", async () => {
    await run();
    write("000001_thing.sql", "select 1;");
    const changed = "000001_thing was changed after it was applied";
    expect(await run()).toMatchObject({ failure: { detail: expect.stringContaining(changed) } });
  });

  it("refuses a name without its number", async () => {
    write("1_thing.sql", "select 1;");
    expect(await run()).toMatchObject({
      failure: { detail: expect.stringContaining("not named") },
    });
  });

  it("refuses a file put before one that is applied, and a database newer than itself", async () => {
    write("000005_late.sql", "select 1;");
    await run();
    write("000004_between.sql", "select 1;");
    const between = "Migration 000004_between was put before 000005_late";
    expect(await run()).toMatchObject({ failure: { detail: expect.stringContaining(between) } });
    rmSync(join(folder, "000004_between.sql"));
    rmSync(join(folder, "000005_late.sql"));
    expect(await run()).toMatchObject({
      failure: { hint: expect.stringContaining("newer version") },
    });
  });

  it("refuses two files with one number", async () => {
    write("000002_twin.sql", "select 1;");
    expect(await run()).toMatchObject({
      failure: { detail: expect.stringContaining("same number") },
    });
  });
});

describe("the product's own migrations", () => {
  const own = fileURLToPath(new URL("migrations", import.meta.url));

  it("have numbers of their own and apply to an empty database", async () => {
    const files = readMigrations(own);
    const applied = await migrate(base.connection, { log: silentLog });
    expect(applied).toEqual(ok(files.ok && files.value.map(({ name }) => name)));
  });
});

// Statements that come again are prepared once a connection, and those that must not be are left alone.
import { afterAll, beforeAll, expect, test } from "vitest";
import { sql } from "kysely";
import { freshDatabase, type FreshDatabase } from "../../test/database.ts";
import { silentLog } from "../lib/log.ts";
import { openDatabase, type Database } from "./db.ts";
import { nameOf } from "./prepared.ts";

let fresh: FreshDatabase;
let database: Database;

beforeAll(async () => {
  fresh = await freshDatabase();
  database = openDatabase(fresh.connection, { log: silentLog, connectionsMax: 1 });
});

afterAll(async () => {
  await database.close();
  await fresh.close();
});

async function prepared(): Promise<string[]> {
  const { rows } = await database.pool.query<{ statement: string }>(
    "select statement from pg_prepared_statements",
  );
  return rows.map(({ statement }) => statement);
}

test("a statement that comes again is prepared, by pool and by builder alike", async () => {
  const { pool, db } = database;
  for (let n = 0; n < 5; n++) {
    expect((await pool.query("select $1::int + 1 as next", [n])).rows).toEqual([{ next: n + 1 }]);
    const { rows } = await sql<{ twice: number }>`select ${n}::int * 2 as twice`.execute(db);
    expect(rows).toEqual([{ twice: n * 2 }]);
  }
  const found = (await prepared()).toSorted();
  expect(found).toEqual(["select $1::int * 2 as twice", "select $1::int + 1 as next"]);
});

test("what names no columns, or may be null, is not prepared: a migration or a plan could break it", () => {
  for (let n = 0; n < 5; n++) {
    expect(nameOf("select * from run where id = $1")).toBeUndefined();
    expect(nameOf("select t.* from run t where id = $1")).toBeUndefined();
    expect(nameOf("select id from run where $1::text is null or id = $1")).toBeUndefined();
  }
  expect([1, 2, 3].map(() => nameOf("select id from run where id = $1"))).toEqual([
    undefined,
    undefined,
    expect.stringMatching(/^stead_/),
  ]);
});

test("a statement that fails fails each time, and the connection goes on", async () => {
  for (let n = 0; n < 5; n++)
    await expect(database.pool.query("select 1 / $1::int as bad", [0])).rejects.toThrow("zero");
  expect((await database.pool.query("select $1::int as one", [1])).rows).toEqual([{ one: 1 }]);
});

// A migrated database of its own for a test, on the real PostgreSQL of the test run.
import type { Pool } from "pg";
import { inject } from "vitest";
import { systemClock } from "../src/lib/clock.ts";
import { createIds } from "../src/lib/ids.ts";
import { silentLog } from "../src/lib/log.ts";
import type { Connection } from "../src/store/connection.ts";
import { openDatabase } from "../src/store/db.ts";
import type { Db } from "../src/store/db.ts";
import { createDatabase, dropDatabase, templateName } from "./database-queries.ts";

export type FreshDatabase = {
  db: Db;
  pool: Pool;
  connection: Connection;
  close: () => Promise<void>;
};

/** Clones the migrated template. Close it in `afterAll` or `afterEach`: that drops it. */
export async function freshDatabase(): Promise<FreshDatabase> {
  const failure = inject("migrationFailure");
  if (failure !== "") throw new Error(failure);
  return makeDatabase({ template: templateName });
}

/** One with nothing in it, for tests of the migrations themselves. */
export async function emptyDatabase(): Promise<FreshDatabase> {
  return makeDatabase({});
}

async function makeDatabase(from: { template?: string }): Promise<FreshDatabase> {
  const superConnection = inject("superConnection");
  const owner = inject("appUser");
  const name = createIds(systemClock).next("t");
  await createDatabase(superConnection, { name, owner, ...from });
  const connection = { ...superConnection, user: owner, database: name };
  const { db, pool, close } = openDatabase(connection, { log: silentLog, connectionsMax: 8 });
  return {
    db,
    pool,
    connection,
    close: async () => {
      await close();
      await dropDatabase(superConnection, name);
    },
  };
}

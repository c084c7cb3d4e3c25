// SQL of the attacks: every row of every table as text, as a dump would hold it.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import { Client } from "pg";
import { inject } from "vitest";
import { assert } from "../../src/lib/result.ts";
import type { Db } from "../../src/store/db.ts";

export interface Dumped {
  readonly table: string;
  readonly text: string;
}

/** Bytes as text, too, where they are text. */
export async function dumpAll(db: Db): Promise<Dumped[]> {
  const { rows: tables } = await sql<{ schema: string; name: string }>`
    select schemaname as schema, tablename as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema')`.execute(db);
  const dumped: Dumped[] = [];
  for (const { schema, name } of tables) {
    const { rows } = await sql<{ row: string }>`
      select t::text as row from ${sql.table(`${schema}.${name}`)} t`.execute(db);
    const text = rows.map(({ row }) => `${row}\n${bytesIn(row)}`).join("\n");
    dumped.push({ table: `${schema}.${name}`, text });
  }
  return dumped;
}

function bytesIn(row: string): string {
  const found = row.matchAll(/\\x([0-9a-f]{2,})/g);
  return [...found].map(([, hex = ""]) => Buffer.from(hex, "hex").toString("latin1")).join("\n");
}

export async function giveFinance(db: Db, orgId: string, personId: string): Promise<void> {
  await sql`
    insert into membership (org_id, group_id, person_id)
    values (${orgId}, 'grp_finance', ${personId})`.execute(db);
}

/** The files of this database and the log that is ahead of them, as they stand on disk. */
export async function pagesOf(connection: {
  readonly database?: string | undefined;
}): Promise<{ path: string; bytes: Buffer }[]> {
  const client = new Client(inject("superConnection"));
  await client.connect();
  try {
    await client.query("checkpoint");
    const { rows } = await client.query<{ folder: string; oid: string }>(
      `select current_setting('data_directory') as folder, oid::text from pg_database
       where datname = $1`,
      [connection.database],
    );
    const [found] = rows;
    assert(found, "the database is there");
    return ["pg_wal", join("base", found.oid)].flatMap((part) =>
      readdirSync(join(found.folder, part), { withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(found.folder, part, entry.name))
        .map((path) => ({ path, bytes: readFileSync(path) })),
    );
  } finally {
    await client.end();
  }
}

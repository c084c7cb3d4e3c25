// SQL of the attacks: every row of every table as text, as a dump would hold it.
import { sql } from "kysely";
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

// SQL of the yard: takes a run out of the database as if it had never been, as only a superuser can.
import { Client } from "pg";
import { sql } from "kysely";
import type { Connection } from "../../src/store/connection.ts";
import type { Db } from "../../src/store/db.ts";

/** The triggers that keep events from being deleted don't hold for this connection. */
export async function openEraser(connection: Connection): Promise<{
  erase: (runId: string) => Promise<void>;
  close: () => Promise<void>;
}> {
  const client = new Client(connection);
  await client.connect();
  await client.query("set session_replication_role = replica");
  const statements = [
    "delete from data_key where body_id in (select id from body where stream = $1)",
    "delete from body where stream = $1",
    "delete from event where stream = $1",
    "delete from approval where run_id = $1",
    "delete from run where id = $1",
    "delete from pgboss.job where singleton_key = $1",
  ];
  return {
    erase: async (runId) => {
      for (const text of statements) await client.query(text, [runId]);
    },
    close: () => client.end(),
  };
}

export async function setActive(db: Db, personId: string, active: boolean): Promise<void> {
  await sql`update person set active = ${active} where id = ${personId}`.execute(db);
}

export async function removeMember(
  db: Db,
  { groupId, personId }: { groupId: string; personId: string },
): Promise<void> {
  await sql`
    delete from membership where group_id = ${groupId} and person_id = ${personId}`.execute(db);
}

export async function addMember(
  { db, orgId }: { db: Db; orgId: string },
  { groupId, personId }: { groupId: string; personId: string },
): Promise<void> {
  await sql`insert into membership (org_id, group_id, person_id)
    values (${orgId}, ${groupId}, ${personId})`.execute(db);
}

/** All of them, when none is named. */
export async function deleteDocuments(
  { db, orgId }: { db: Db; orgId: string },
  ids?: readonly string[],
): Promise<void> {
  await sql`
    delete from document
    where org_id = ${orgId} and (${ids ?? null}::text[] is null or id = any (${ids ?? []}::text[]))`.execute(
    db,
  );
}

/** Tables in which a key stands wrapped. */
export async function wrappedTables(db: Db): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select table_name as name from information_schema.columns
    where table_schema = 'public' and column_name = 'wrapped' order by 1`.execute(db);
  return rows.map(({ name }) => name);
}

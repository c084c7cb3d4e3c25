// All SQL of the store itself: who serves us, making the database, presence, migrations, LISTEN.
import { escapeIdentifier, escapeLiteral } from "pg";
import type { ClientBase } from "pg";

const PRESENCE = 7_783_001;
const MIGRATION = 7_783_002;

/** The folder of the cluster that answers. Readable for the superuser alone. */
export async function clusterOf(client: ClientBase): Promise<string> {
  const { rows } = await client.query<{ folder: string }>(
    "select current_setting('data_directory') as folder",
  );
  return rows[0]?.folder ?? "";
}

/** The application's role is no superuser: row-level security binds it, as on a managed server. */
export async function ensureRoleAndDatabase(
  client: ClientBase,
  own: { user: string; password: string; database: string },
): Promise<void> {
  const user = escapeIdentifier(own.user);
  const password = escapeLiteral(own.password);
  if (!(await exists(client, "select from pg_roles where rolname = $1", own.user))) {
    await client.query(`create role ${user} login createdb createrole password ${password}`);
  }
  if (!(await exists(client, "select from pg_database where datname = $1", own.database))) {
    await client.query(`create database ${escapeIdentifier(own.database)} owner ${user}`);
  }
}

async function exists(client: ClientBase, query: string, name: string): Promise<boolean> {
  return (await client.query(query, [name])).rows.length > 0;
}

/** One process at a time; the session's end gives it back. */
export async function lockSetup(client: ClientBase): Promise<void> {
  await client.query("select pg_advisory_lock($1)", [MIGRATION]);
}

/** Says "a process of ours uses this cluster" for as long as the session lives. */
export async function announcePresence(client: ClientBase): Promise<void> {
  await client.query("select pg_advisory_lock_shared($1)", [PRESENCE]);
}

/** True when no other process has announced itself; the lock then keeps newcomers waiting. */
export async function aloneHere(client: ClientBase): Promise<boolean> {
  await client.query("select pg_advisory_unlock_shared($1)", [PRESENCE]);
  const { rows } = await client.query<{ alone: boolean }>(
    "select pg_try_advisory_lock($1) as alone",
    [PRESENCE],
  );
  return rows[0]?.alone === true;
}

export type AppliedMigration = { number: number; name: string; checksum: string };

export async function appliedMigrations(client: ClientBase): Promise<AppliedMigration[]> {
  await client.query(
    `create table if not exists stead_migration (
       number integer primary key,
       name text not null,
       checksum text not null,
       applied_at timestamptz not null default now()
     )`,
  );
  const { rows } = await client.query<AppliedMigration>(
    "select number, name, checksum from stead_migration order by number",
  );
  return rows;
}

/** A file and its record in one transaction: half a migration is never seen. */
export async function applyMigration(
  client: ClientBase,
  migration: AppliedMigration & { text: string },
): Promise<void> {
  await client.query("begin");
  try {
    await client.query("set local statement_timeout = 0");
    await client.query(migration.text);
    await client.query("insert into stead_migration (number, name, checksum) values ($1, $2, $3)", [
      migration.number,
      migration.name,
      migration.checksum,
    ]);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw error;
  }
}

export async function listenTo(client: ClientBase, channel: string): Promise<void> {
  await client.query(`listen ${escapeIdentifier(channel)}`);
}

export async function unlisten(client: ClientBase, channel: string): Promise<void> {
  await client.query(`unlisten ${escapeIdentifier(channel)}`);
}

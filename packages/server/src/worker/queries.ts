// All SQL of the worker: pg-boss through our pool, and the notes that wake other processes.
import { sql } from "kysely";
import { fromKysely, type Db as BossDatabase } from "pg-boss";
import type { Pool } from "pg";
import type { Db } from "../store/db.ts";
import type { Tx } from "../store/tx.ts";

export const WAKE_CHANNEL = "stead_runs";
export const INTERRUPT_CHANNEL = "stead_interrupt";
export const WATCH_CHANNEL = "stead_watch";

/** pg-boss on the pool that everything else uses. */
export function bossDatabase(pool: Pool): BossDatabase {
  return { executeSql: (text, values) => pool.query(text, [...(values ?? [])]) };
}

/** pg-boss inside a transaction of ours: a job exists exactly when what it is about does. */
export function bossTransaction(tx: Tx): BossDatabase {
  return fromKysely(tx);
}

/** Runs that nobody has been told to drive, or whose open question has expired unnoticed. */
export async function orphanedRuns(pool: Pool, orgId: string): Promise<string[]> {
  const found = await pool.query<{ id: string }>(
    `select r.id from run r
     where r.org_id = $1 and r.ended_at is null and r.started_at < now() - interval '30 seconds'
       and (r.status <> 'waiting' or exists (
         select from approval a where a.org_id = r.org_id and a.run_id = r.id
           and a.state = 'requested' and a.expires_at < now() - interval '30 seconds'))
       -- A sub-run is its run's to drive, while there is one.
       and not exists (
         select from run p where p.org_id = r.org_id and p.id = r.sub_run_of and p.ended_at is null)
       and not exists (
         select from pgboss.job j where j.name = 'runs' and j.policy = 'stately'
           and j.state <= 'active' and coalesce(j.singleton_key, '') = r.id)
     limit 100`,
    [orgId],
  );
  return found.rows.map(({ id }) => id);
}

/** Wakes listeners of every process when the transaction commits. */
export async function notify(db: Db, channel: string, payload: string): Promise<void> {
  await sql`select pg_notify(${channel}, ${payload})`.execute(db);
}

// All SQL of the worker: pg-boss through our pool, and the notes that wake other processes.
import { sql } from "kysely";
import { fromKysely, type Db as BossDatabase } from "pg-boss";
import type { Pool } from "pg";
import type { Db } from "../store/db.ts";
import type { Tx } from "../store/tx.ts";

export const WAKE_CHANNEL = "stead_runs";
export const INTERRUPT_CHANNEL = "stead_interrupt";

/** pg-boss on the pool that everything else uses. */
export function bossDatabase(pool: Pool): BossDatabase {
  return { executeSql: (text, values) => pool.query(text, [...(values ?? [])]) };
}

/** pg-boss inside a transaction of ours: a job exists exactly when what it is about does. */
export function bossTransaction(tx: Tx): BossDatabase {
  return fromKysely(tx);
}

/** Wakes listeners of every process when the transaction commits. */
export async function notify(db: Db, channel: string, payload: string): Promise<void> {
  await sql`select pg_notify(${channel}, ${payload})`.execute(db);
}

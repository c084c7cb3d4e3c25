// All SQL of the keys of bodies: how many name a person, and their destruction.
import { sql } from "kysely";
import type { Pool } from "pg";
import type { Db } from "../../store/db.ts";
import type { Tx } from "../../store/tx.ts";

export async function countKeysOf(db: Db, orgId: string, subject: string): Promise<number> {
  const { rows } = await sql<{ keys: number }>`
    select count(*) as keys from data_key
    where org_id = ${orgId} and subjects @> array[${subject}]`.execute(db);
  return rows[0]?.keys ?? 0;
}

export async function deleteKeysOf(tx: Tx, orgId: string, subject: string): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from data_key
    where org_id = ${orgId} and subjects @> array[${subject}]`.execute(tx);
  return Number(numAffectedRows ?? 0);
}

/** Has the deleted rows overwritten, once no older transaction can see them. */
export async function vacuumKeys(pool: Pool): Promise<void> {
  await pool.query("vacuum data_key");
}

export async function someDataKeys(db: Db, orgId: string, limit: number): Promise<Buffer[]> {
  const { rows } = await sql<{ wrapped: Buffer }>`
    select wrapped from data_key where org_id = ${orgId} order by body_id limit ${limit}`.execute(
    db,
  );
  return rows.map(({ wrapped }) => wrapped);
}

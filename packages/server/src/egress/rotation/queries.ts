// All SQL of rotations: how far one has come, and the wrapped keys themselves.
import { sql, type RawBuilder } from "kysely";
import type { Db } from "../../store/db.ts";
import type { PlaceRow, SealedPlace } from "./place.ts";

interface RotationTable {
  org_id: string;
  key_id: string;
  started_by: string;
  started_at: Date;
  /** Of the place under way, and the key of the last row that is done. */
  place: string;
  after: string;
  done: number;
  ended_at: Date | null;
}
declare module "../../store/db.ts" {
  interface Tables {
    vault_rotation: RotationTable;
  }
}

export type RotationRow = RotationTable;

export interface Scope {
  readonly db: Db;
  readonly orgId: string;
}

/** False when one is under way already. */
export async function insertRotation({ db }: Scope, row: RotationTable): Promise<boolean> {
  const done = await db
    .insertInto("vault_rotation")
    .values(row)
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  return Number(done.numInsertedOrUpdatedRows ?? 0) > 0;
}

export async function lastRotation({ db, orgId }: Scope): Promise<RotationRow | undefined> {
  return db
    .selectFrom("vault_rotation")
    .selectAll()
    .where("org_id", "=", orgId)
    .orderBy("started_at", "desc")
    .limit(1)
    .executeTakeFirst();
}

export async function keepRotation(
  { db, orgId }: Scope,
  change: Pick<RotationRow, "key_id" | "place" | "after" | "ended_at"> & { readonly more: number },
): Promise<void> {
  const { key_id: keyId, more, ...set } = change;
  await db
    .updateTable("vault_rotation")
    .set((e) => ({ ...set, done: e("done", "+", more) }))
    .where("org_id", "=", orgId)
    .where("key_id", "=", keyId)
    .execute();
}

function keyOf({ key }: SealedPlace): RawBuilder<string> {
  const [only, ...more] = key;
  if (only !== undefined && more.length === 0) return sql`${sql.ref(only)}`;
  return sql`concat_ws(' ', ${sql.join(key.map((column) => sql.ref(column)))})`;
}

function within({ startsWith }: SealedPlace, key: RawBuilder<string>): RawBuilder<unknown> {
  return startsWith === undefined ? sql`true` : sql`starts_with(${key}, ${startsWith})`;
}

export interface WrappedRow extends PlaceRow {
  readonly rotation_key: string;
  readonly wrapped: Buffer;
}

/** The next ones, whatever has wrapped them. */
export async function nextWrapped(
  { db, orgId }: Scope,
  place: SealedPlace,
  page: { readonly after: string; readonly limit: number },
): Promise<WrappedRow[]> {
  const key = keyOf(place);
  const { rows } = await sql<WrappedRow>`
    select *, ${key} as rotation_key from ${sql.table(place.table)}
    where org_id = ${orgId} and ${key} > ${page.after} and ${within(place, key)}
    order by ${key} limit ${page.limit}`.execute(db);
  return rows;
}

/** Only where it is still as it was read: whoever has sealed anew meanwhile is right. */
export async function replaceWrapped(
  { db, orgId }: Scope,
  place: SealedPlace,
  row: { readonly key: string; readonly was: Buffer; readonly now: Buffer },
): Promise<void> {
  await sql`
    update ${sql.table(place.table)} set wrapped = ${row.now}
    where org_id = ${orgId} and ${keyOf(place)} = ${row.key} and wrapped = ${row.was}`.execute(db);
}

/** How many rows each key has wrapped, by the key's id in hex. */
export async function countByKey(
  { db, orgId }: Scope,
  place: SealedPlace,
  bytes: number,
): Promise<Map<string, number>> {
  const { rows } = await sql<{ id: string; rows: number }>`
    select encode(substring(wrapped from 1 for ${bytes}), 'hex') as id, count(*)::float8 as rows
    from ${sql.table(place.table)}
    where org_id = ${orgId} and ${within(place, keyOf(place))} group by 1`.execute(db);
  return new Map(rows.map(({ id, rows: count }) => [id, count]));
}

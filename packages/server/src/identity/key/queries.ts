// All SQL of API keys.
import { sql } from "kysely";
import { at, msOf, type Scope } from "../queries.ts";

export interface KeyRow {
  readonly id: string;
  readonly personId: string;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: string[];
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly lastUsedAtMs: number | null;
}

const columns = sql`id, person_id as "personId", name, prefix, scopes,
  ${msOf("created_at")} as "createdAtMs", ${msOf("expires_at")} as "expiresAtMs",
  ${msOf("last_used_at")} as "lastUsedAtMs"`;

export async function insertKey(
  { db, orgId }: Scope,
  key: Omit<KeyRow, "lastUsedAtMs"> & { secretHash: string },
): Promise<boolean> {
  const { rows } = await sql`
    insert into api_key
      (org_id, id, person_id, name, prefix, secret_hash, scopes, created_at, expires_at)
    values (${orgId}, ${key.id}, ${key.personId}, ${key.name}, ${key.prefix}, ${key.secretHash},
      ${key.scopes}, ${at(key.createdAtMs)}, ${at(key.expiresAtMs)})
    on conflict do nothing returning id`.execute(db);
  return rows.length > 0;
}

/** The person's keys that still open something, newest first. */
export async function listKeys(
  { db, orgId }: Scope,
  of: { personId: string; nowMs: number },
): Promise<KeyRow[]> {
  const { rows } = await sql<KeyRow>`
    select ${columns} from api_key
    where org_id = ${orgId} and person_id = ${of.personId} and revoked_at is null
      and expires_at > ${at(of.nowMs)}
    order by created_at desc, id desc limit 200`.execute(db);
  return rows;
}

export async function findKey(
  { db, orgId }: Scope,
  given: { hash: string; nowMs: number },
): Promise<KeyRow | undefined> {
  const { rows } = await sql<KeyRow>`
    select ${columns} from api_key
    where org_id = ${orgId} and secret_hash = ${given.hash} and revoked_at is null
      and expires_at > ${at(given.nowMs)}`.execute(db);
  return rows[0];
}

export async function revokeKey(
  { db, orgId }: Scope,
  /** `ownerId` null: whosever it is. */
  key: { id: string; ownerId: string | null; nowMs: number },
): Promise<boolean> {
  const { rows } = await sql`
    update api_key set revoked_at = ${at(key.nowMs)}
    where org_id = ${orgId} and id = ${key.id} and revoked_at is null
      and (${key.ownerId}::text is null or person_id = ${key.ownerId})
    returning id`.execute(db);
  return rows.length > 0;
}

export async function noteKeyUses(
  { db, orgId }: Scope,
  uses: { ids: string[]; atMs: number[] },
): Promise<void> {
  await sql`
    update api_key set last_used_at = greatest(last_used_at, to_timestamp(used.at_ms / 1000.0))
    from unnest(${uses.ids}::text[], ${uses.atMs}::float8[]) as used (id, at_ms)
    where org_id = ${orgId} and api_key.id = used.id`.execute(db);
}

export async function keyHolds(
  { db, orgId }: Scope,
  of: { id: string; nowMs: number },
): Promise<boolean> {
  const { rows } = await sql`
    select from api_key where org_id = ${orgId} and id = ${of.id} and revoked_at is null
      and expires_at > ${at(of.nowMs)}`.execute(db);
  return rows.length > 0;
}

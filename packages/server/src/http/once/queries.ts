// All SQL of the edge: answers kept for idempotency keys.
import { sql } from "kysely";
import type { Db } from "../../store/db.ts";

export interface Scope {
  readonly db: Db;
  readonly orgId: string;
}

const at = (ms: number) => sql`to_timestamp(${ms} / 1000.0)`;

export interface Claim {
  readonly id: string;
  readonly requestHash: string;
  readonly holder: string;
  readonly nowMs: number;
  readonly heldUntilMs: number;
  readonly expiresAtMs: number;
}

/** True for the one that may work: the first, or the next after a holder that was not heard of again. */
export async function claimKey({ db, orgId }: Scope, claim: Claim): Promise<boolean> {
  const { rows } = await sql`
    insert into idempotency_key as held
      (org_id, id, request_hash, holder, held_until, created_at, expires_at)
    values (${orgId}, ${claim.id}, ${claim.requestHash}, ${claim.holder}, ${at(claim.heldUntilMs)},
      ${at(claim.nowMs)}, ${at(claim.expiresAtMs)})
    on conflict (org_id, id) do update
      set request_hash = excluded.request_hash, holder = excluded.holder,
        held_until = excluded.held_until, created_at = excluded.created_at,
        expires_at = excluded.expires_at, status = null, reply = null
      where held.expires_at <= ${at(claim.nowMs)}
        or (held.status is null and held.held_until <= ${at(claim.nowMs)}
          and held.request_hash = excluded.request_hash)
    returning id`.execute(db);
  return rows.length > 0;
}

export interface Kept {
  readonly requestHash: string;
  /** Null while somebody works on it. */
  readonly status: number | null;
  readonly reply: Buffer | null;
}

export async function findKept({ db, orgId }: Scope, id: string): Promise<Kept | undefined> {
  const { rows } = await sql<Kept>`
    select request_hash as "requestHash", status, reply from idempotency_key
    where org_id = ${orgId} and id = ${id}`.execute(db);
  return rows[0];
}

export async function keepAnswer(
  { db, orgId }: Scope,
  answer: { id: string; holder: string; status: number; reply: Uint8Array | null },
): Promise<void> {
  await sql`
    update idempotency_key set status = ${answer.status}, reply = ${answer.reply}
    where org_id = ${orgId} and id = ${answer.id} and holder = ${answer.holder}`.execute(db);
}

/** The holder is still at it. */
export async function renewKey(
  { db, orgId }: Scope,
  held: { id: string; holder: string; heldUntilMs: number },
): Promise<void> {
  await sql`
    update idempotency_key set held_until = ${at(held.heldUntilMs)}
    where org_id = ${orgId} and id = ${held.id} and holder = ${held.holder} and status is null
  `.execute(db);
}

/** What failed for a passing reason may be tried again with the same key. */
export async function releaseKey(
  { db, orgId }: Scope,
  held: { id: string; holder: string },
): Promise<void> {
  await sql`
    delete from idempotency_key
    where org_id = ${orgId} and id = ${held.id} and holder = ${held.holder} and status is null
  `.execute(db);
}

export async function deleteOldKeys({ db, orgId }: Scope, nowMs: number): Promise<void> {
  await sql`
    delete from idempotency_key where (org_id, id) in (
      select org_id, id from idempotency_key
      where org_id = ${orgId} and expires_at <= ${at(nowMs)} limit 1000)`.execute(db);
}

// All SQL of sessions.
import { sql } from "kysely";
import { at, msOf, type Scope } from "../queries.ts";
import type { Session } from "./session.ts";

export interface NewSession {
  readonly id: string;
  readonly personId: string;
  readonly secretHash: string;
  readonly csrf: string;
  readonly nowMs: number;
  readonly expiresAtMs: number;
}

export async function insertSession({ db, orgId }: Scope, session: NewSession): Promise<void> {
  const now = at(session.nowMs);
  await sql`
    insert into session (org_id, id, person_id, secret_hash, csrf,
      created_at, rotated_at, seen_at, expires_at)
    values (${orgId}, ${session.id}, ${session.personId}, ${session.secretHash}, ${session.csrf},
      ${now}, ${now}, ${now}, ${at(session.expiresAtMs)})`.execute(db);
}

export async function findSession(
  { db, orgId }: Scope,
  hash: string,
): Promise<Session | undefined> {
  const { rows } = await sql<Session>`
    select id, person_id as "personId", csrf, secret_hash as "secretHash",
      next_hash as "nextHash", previous_hash as "previousHash",
      coalesce(${msOf("previous_until")}, 0) as "previousUntilMs", ${msOf("rotated_at")} as "rotatedAtMs",
      ${msOf("seen_at")} as "seenAtMs", ${msOf("expires_at")} as "expiresAtMs"
    from session
    where org_id = ${orgId} and ended_at is null
      and (secret_hash = ${hash} or next_hash = ${hash} or previous_hash = ${hash})`.execute(db);
  return rows[0];
}

/** Hands out the next secret; of parallel requests one succeeds. */
export async function offerSecret(
  { db, orgId }: Scope,
  offer: { session: Session; nextHash: string; nowMs: number },
): Promise<boolean> {
  const { rows } = await sql`
    update session set next_hash = ${offer.nextHash}, rotated_at = ${at(offer.nowMs)},
      seen_at = ${at(offer.nowMs)}
    where org_id = ${orgId} and id = ${offer.session.id} and ended_at is null
      and secret_hash = ${offer.session.secretHash}
      and next_hash is not distinct from ${offer.session.nextHash}
    returning id`.execute(db);
  return rows.length > 0;
}

/** The offered secret was used: it is the current one now, the old one has its grace. */
export async function promoteSecret(
  { db, orgId }: Scope,
  use: { session: Session; hash: string; nowMs: number; graceMs: number },
): Promise<void> {
  await sql`
    update session set previous_hash = secret_hash, secret_hash = next_hash, next_hash = null,
      previous_until = ${at(use.nowMs + use.graceMs)}, seen_at = ${at(use.nowMs)}
    where org_id = ${orgId} and id = ${use.session.id} and next_hash = ${use.hash}`.execute(db);
}

export async function touchSession(
  { db, orgId }: Scope,
  touch: { id: string; nowMs: number },
): Promise<void> {
  await sql`
    update session set seen_at = ${at(touch.nowMs)}
    where org_id = ${orgId} and id = ${touch.id}`.execute(db);
}

/** True for the one that ended it. */
export async function endSession(
  { db, orgId }: Scope,
  end: { id: string; nowMs: number },
): Promise<boolean> {
  const { rows } = await sql`
    update session set ended_at = ${at(end.nowMs)}
    where org_id = ${orgId} and id = ${end.id} and ended_at is null returning id`.execute(db);
  return rows.length > 0;
}

export async function deleteOldSessions({ db, orgId }: Scope, beforeMs: number): Promise<void> {
  await sql`
    delete from session where org_id = ${orgId} and expires_at < ${at(beforeMs)}`.execute(db);
}

export async function sessionCsrf({ db, orgId }: Scope, id: string): Promise<string | undefined> {
  const { rows } = await sql<{ csrf: string }>`
    select csrf from session where org_id = ${orgId} and id = ${id}`.execute(db);
  return rows[0]?.csrf;
}

export async function sessionHolds(
  { db, orgId }: Scope,
  of: { id: string; nowMs: number; idleMs: number },
): Promise<boolean> {
  const { rows } = await sql`
    select from session where org_id = ${orgId} and id = ${of.id} and ended_at is null
      and expires_at > ${at(of.nowMs)} and seen_at > ${at(of.nowMs - of.idleMs)}`.execute(db);
  return rows.length > 0;
}

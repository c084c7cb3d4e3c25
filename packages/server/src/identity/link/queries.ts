// All SQL of one-time links.
import { sql } from "kysely";
import { at, type Scope } from "../queries.ts";

export interface NewLink {
  readonly id: string;
  readonly secretHash: string;
  /** Null: the link that sets up the first administrator. */
  readonly personId: string | null;
  readonly nowMs: number;
  readonly expiresAtMs: number;
}

export async function insertLink({ db, orgId }: Scope, link: NewLink): Promise<void> {
  await sql`
    insert into login_link (org_id, id, secret_hash, person_id, created_at, expires_at)
    values (${orgId}, ${link.id}, ${link.secretHash}, ${link.personId}, ${at(link.nowMs)},
      ${at(link.expiresAtMs)})`.execute(db);
}

/** Uses the link up: of two clicks one gets the row. */
export async function consumeLink(
  { db, orgId }: Scope,
  use: { hash: string; setup: boolean; nowMs: number },
): Promise<{ id: string; personId: string | null } | undefined> {
  const { rows } = await sql<{ id: string; personId: string | null }>`
    update login_link set used_at = ${at(use.nowMs)}
    where org_id = ${orgId} and secret_hash = ${use.hash} and used_at is null
      and expires_at > ${at(use.nowMs)} and (person_id is null) = ${use.setup}
    returning id, person_id as "personId"`.execute(db);
  return rows[0];
}

/** Links of an earlier start must not lie about; neither should those that are over. */
export async function deleteLinks(
  { db, orgId }: Scope,
  which: { setup: boolean; beforeMs: number },
): Promise<void> {
  await sql`
    delete from login_link where org_id = ${orgId}
      and (expires_at < ${at(which.beforeMs)}
        or ((person_id is null) = ${which.setup} and used_at is null))`.execute(db);
}

/** Whom the link would sign in; asked before the transaction that uses it up. */
export async function linkPerson(
  { db, orgId }: Scope,
  hash: string,
): Promise<string | null | undefined> {
  const { rows } = await sql<{ personId: string | null }>`
    select person_id as "personId" from login_link
    where org_id = ${orgId} and secret_hash = ${hash} and used_at is null`.execute(db);
  return rows[0]?.personId;
}

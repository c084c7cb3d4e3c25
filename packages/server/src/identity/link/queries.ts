// All SQL of one-time links.
import { sql } from "kysely";
import { at, type Scope } from "../queries.ts";

export interface NewLink {
  readonly id: string;
  readonly secretHash: string;
  /** Null: the link that sets up the first administrator. */
  readonly personId: string | null;
  /** Who made it for that person; null for the links that a start prints. */
  readonly madeBy: string | null;
  readonly nowMs: number;
  readonly expiresAtMs: number;
}

/** Setting the first administrator up, signing in as a person of the demo, or following an invitation. */
export type LinkKind = "setup" | "login" | "invitation";

const isOf = (kind: LinkKind) => sql`
  (person_id is null) = ${kind === "setup"} and (made_by is not null) = ${kind === "invitation"}`;

/** False when a link of that id was made before. */
export async function insertLink({ db, orgId }: Scope, link: NewLink): Promise<boolean> {
  const { rows } = await sql`
    insert into login_link (org_id, id, secret_hash, person_id, made_by, created_at, expires_at)
    values (${orgId}, ${link.id}, ${link.secretHash}, ${link.personId}, ${link.madeBy},
      ${at(link.nowMs)}, ${at(link.expiresAtMs)})
    on conflict do nothing returning id`.execute(db);
  return rows.length > 0;
}

/** A new invitation ends those before it. */
export async function deleteInvitations(
  { db, orgId }: Scope,
  of: { personId: string; keepId: string },
): Promise<void> {
  await sql`
    delete from login_link where org_id = ${orgId} and person_id = ${of.personId}
      and made_by is not null and used_at is null and id <> ${of.keepId}`.execute(db);
}

/** Uses the link up: of two clicks one gets the row. */
export async function consumeLink(
  { db, orgId }: Scope,
  use: { hash: string; kind: LinkKind; nowMs: number },
): Promise<{ id: string; personId: string | null } | undefined> {
  const { rows } = await sql<{ id: string; personId: string | null }>`
    update login_link set used_at = ${at(use.nowMs)}
    where org_id = ${orgId} and secret_hash = ${use.hash} and used_at is null
      and expires_at > ${at(use.nowMs)} and ${isOf(use.kind)}
    returning id, person_id as "personId"`.execute(db);
  return rows[0];
}

/** Links of an earlier start must not lie about; neither should those that are over. */
export async function deleteLinks(
  { db, orgId }: Scope,
  which: { kind: LinkKind; beforeMs: number },
): Promise<void> {
  await sql`
    delete from login_link where org_id = ${orgId}
      and (expires_at < ${at(which.beforeMs)}
        or (${isOf(which.kind)} and used_at is null))`.execute(db);
}

/** Whom the link would sign in; asked before the transaction that uses it up. */
export async function linkPerson(
  { db, orgId }: Scope,
  { hash, kind }: { hash: string; kind: LinkKind },
): Promise<string | null | undefined> {
  const { rows } = await sql<{ personId: string | null }>`
    select person_id as "personId" from login_link
    where org_id = ${orgId} and secret_hash = ${hash} and used_at is null
      and ${isOf(kind)}`.execute(db);
  return rows[0]?.personId;
}

// All SQL of what a source says of its users, groups and answers, and of who of ours is whom there.
import { sql } from "kysely";
import type { Scope } from "../queries.ts";

export interface UserRow {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly domain: string | null;
  readonly active: boolean;
}

/** Rows that are as they were are not touched: nothing follows from them. */
export async function upsertUsers(
  { db, orgId }: Scope,
  { sourceId, users }: { sourceId: string; users: readonly UserRow[] },
): Promise<void> {
  await sql`
    insert into source_user as known (org_id, source_id, id, name, email, domain, active)
    select ${orgId}, ${sourceId}, given.* from jsonb_to_recordset(${JSON.stringify(users)}::jsonb)
      given (id text, name text, email text, domain text, active boolean)
    on conflict (org_id, source_id, id) do update set name = excluded.name,
      email = excluded.email, domain = excluded.domain, active = excluded.active
    where (known.name, known.email, known.domain, known.active)
      is distinct from (excluded.name, excluded.email, excluded.domain, excluded.active)
    `.execute(db);
}

/** Users that are no longer listed stay known, so that a link to one is not taken for a stranger's. */
export async function retireUsersBut(
  { db, orgId }: Scope,
  { sourceId, ids }: { sourceId: string; ids: readonly string[] },
): Promise<void> {
  await sql`
    update source_user set active = false
    where org_id = ${orgId} and source_id = ${sourceId} and active
      and not exists (
        select from unnest(${[...ids]}::text[]) kept (id) where kept.id = source_user.id)
    `.execute(db);
}

/** Of these users, those that the source listed or that somebody of ours signed in as. */
export async function existingUsers(
  { db, orgId }: Scope,
  { sourceId, ids }: { sourceId: string; ids: readonly string[] },
): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const { rows } = await sql<{ id: string }>`
    select id from source_user
      where org_id = ${orgId} and source_id = ${sourceId} and id = any (${[...ids]})
    union
    select user_id from identity_link
      where org_id = ${orgId} and source_id = ${sourceId} and user_id = any (${[...ids]})
        and how = 'sign-in'`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

export interface GroupRow {
  readonly id: string;
  readonly name: string;
  readonly whole: boolean;
}

export async function upsertGroups(
  { db, orgId }: Scope,
  { sourceId, groups }: { sourceId: string; groups: readonly GroupRow[] },
): Promise<void> {
  await sql`
    insert into source_group (org_id, source_id, id, name, whole, read_at)
    select ${orgId}, ${sourceId}, given.id, given.name, given.whole,
      case when given.whole then clock_timestamp() end
    from jsonb_to_recordset(${JSON.stringify(groups)}::jsonb)
      given (id text, name text, whole boolean)
    on conflict (org_id, source_id, id) do update set name = excluded.name,
      whole = excluded.whole, read_at = coalesce(excluded.read_at, source_group.read_at)
    `.execute(db);
}

export interface MemberRow {
  readonly group_id: string;
  readonly member_kind: "user" | "group";
  readonly member_id: string;
}

/** The members of these groups become exactly the given ones; rows that stay are not touched. */
export async function replaceMembers(
  { db, orgId }: Scope,
  given: { sourceId: string; groups: readonly string[]; members: readonly MemberRow[] },
): Promise<void> {
  const { sourceId, groups } = given;
  const members = sql`jsonb_to_recordset(${JSON.stringify(given.members)}::jsonb)
    given (group_id text, member_kind text, member_id text)`;
  await sql`
    delete from source_member known
    where org_id = ${orgId} and source_id = ${sourceId} and group_id = any (${[...groups]})
      and (group_id, member_kind, member_id) not in (
        select group_id, member_kind, member_id from ${members})`.execute(db);
  await sql`
    insert into source_member (org_id, source_id, group_id, member_kind, member_id)
    select ${orgId}, ${sourceId}, given.* from ${members}
    on conflict do nothing`.execute(db);
}

export async function deleteGroup(
  { db, orgId }: Scope,
  { sourceId, groupId }: { sourceId: string; groupId: string },
): Promise<void> {
  await sql`
    delete from source_member where org_id = ${orgId} and source_id = ${sourceId}
      and group_id = ${groupId}`.execute(db);
  await sql`
    delete from source_group where org_id = ${orgId} and source_id = ${sourceId}
      and id = ${groupId}`.execute(db);
}

/** Groups of the source that a whole listing did not name. */
export async function groupsBut(
  { db, orgId }: Scope,
  { sourceId, ids }: { sourceId: string; ids: readonly string[] },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from source_group where org_id = ${orgId} and source_id = ${sourceId}
      and not exists (
        select from unnest(${[...ids]}::text[]) kept (id) where kept.id = source_group.id)
    order by id`.execute(db);
  return rows.map(({ id }) => id);
}

export async function setClosed(
  { db, orgId }: Scope,
  { sourceId, closed }: { sourceId: string; closed: boolean },
): Promise<void> {
  await sql`
    insert into source_state as known (org_id, source_id, closed)
    values (${orgId}, ${sourceId}, ${closed})
    on conflict (org_id, source_id) do update
      set closed = excluded.closed, since = clock_timestamp()
      where known.closed <> excluded.closed`.execute(db);
}

export async function deleteSource({ db, orgId }: Scope, sourceId: string): Promise<void> {
  for (const table of [
    "source_answer",
    "identity_link",
    "source_member",
    "source_group",
    "source_user",
  ])
    await sql`
      delete from ${sql.table(table)}
      where org_id = ${orgId} and source_id = ${sourceId}`.execute(db);
}

/**
 * Links by directory become exactly those that its addresses justify. Only the letters of ASCII are
 * compared without case, so that no other letter passes for one; an address that two share links neither.
 */
export async function relink(
  { db, orgId }: Scope,
  { sourceId, domains }: { sourceId: string; domains: readonly string[] },
): Promise<{ added: number; removed: number }> {
  const justified = sql`
    select u.id as user_id, p.id as person_id from (
      select lower(email collate "C") as address, min(id) as id from source_user
      where org_id = ${orgId} and source_id = ${sourceId} and active
        and email ~ '^[^@[:space:]]+@[^@[:space:]]+$'
        and lower(split_part(email, '@', 2) collate "C") = any (${[...domains]})
      group by 1 having count(*) = 1
    ) u join (
      select lower(email collate "C") as address, min(id) as id from person
      where org_id = ${orgId} group by 1 having count(*) = 1
    ) p on p.address = u.address`;
  const gone = await sql`
    delete from identity_link link
    where org_id = ${orgId} and source_id = ${sourceId} and how = 'directory' and not exists (
      select from (${justified}) j
      where j.user_id = link.user_id and j.person_id = link.person_id)
    returning user_id`.execute(db);
  const made = await sql`
    insert into identity_link (org_id, source_id, user_id, person_id, how)
    select ${orgId}, ${sourceId}, user_id, person_id, 'directory' from (${justified}) j
    on conflict do nothing returning user_id`.execute(db);
  return { added: made.rows.length, removed: gone.rows.length };
}

export interface Link {
  readonly sourceId: string;
  readonly userId: string;
  readonly personId: string;
}

/** False when another person has signed in as this user. What the directory said gives way. */
export async function insertSignIn(
  { db, orgId }: Scope,
  { sourceId, userId, personId }: Link,
): Promise<boolean> {
  const taken = await sql`
    select from identity_link where org_id = ${orgId} and source_id = ${sourceId}
      and user_id = ${userId} and person_id <> ${personId} and how = 'sign-in'`.execute(db);
  if (taken.rows.length > 0) return false;
  await sql`
    delete from identity_link where org_id = ${orgId} and source_id = ${sourceId}
      and ((user_id = ${userId} and person_id <> ${personId} and how = 'directory')
        or (person_id = ${personId} and user_id <> ${userId}))`.execute(db);
  await sql`
    insert into identity_link (org_id, source_id, user_id, person_id, how)
    values (${orgId}, ${sourceId}, ${userId}, ${personId}, 'sign-in')
    on conflict (org_id, source_id, user_id) do update
      set how = 'sign-in', verified_at = clock_timestamp()`.execute(db);
  return true;
}

/** False when the source proves something else of either of them. */
export async function insertWord(
  { db, orgId }: Scope,
  { sourceId, userId, personId }: Link,
): Promise<boolean> {
  await sql`
    delete from identity_link where org_id = ${orgId} and source_id = ${sourceId}
      and how = 'administrator' and (user_id = ${userId} or person_id = ${personId})`.execute(db);
  const made = await sql`
    insert into identity_link (org_id, source_id, user_id, person_id, how)
    values (${orgId}, ${sourceId}, ${userId}, ${personId}, 'administrator')
    on conflict do nothing returning user_id`.execute(db);
  return made.rows.length === 1;
}

export async function deleteWord(
  { db, orgId }: Scope,
  { sourceId, userId }: { sourceId: string; userId: string },
): Promise<void> {
  await sql`
    delete from identity_link where org_id = ${orgId} and source_id = ${sourceId}
      and user_id = ${userId} and how = 'administrator'`.execute(db);
}

/** Of a user whom the source still has. */
export async function selectLinkedUser(
  { db, orgId }: Scope,
  { sourceId, personId }: { sourceId: string; personId: string },
): Promise<string | undefined> {
  const { rows } = await sql<{ user_id: string }>`
    select link.user_id from identity_link link
      join source_user u on u.org_id = link.org_id and u.source_id = link.source_id
        and u.id = link.user_id and u.active
    where link.org_id = ${orgId} and link.source_id = ${sourceId}
      and link.person_id = ${personId}`.execute(db);
  return rows[0]?.user_id;
}

export async function deleteLink(
  { db, orgId }: Scope,
  { sourceId, personId }: { sourceId: string; personId: string },
): Promise<void> {
  await sql`
    delete from identity_link where org_id = ${orgId} and source_id = ${sourceId}
      and person_id = ${personId}`.execute(db);
}

export interface AnswerRow {
  readonly itemId: string;
  readonly personId: string;
  readonly answer: boolean;
}

/** An answer that is only newer moves its time and opens nothing. */
export async function upsertAnswers(
  { db, orgId }: Scope,
  given: { sourceId: string; answers: readonly AnswerRow[]; freshMs: number },
): Promise<void> {
  await sql`
    insert into source_answer as known
      (org_id, source_id, item_id, person_id, answer, asked_at, fresh_until)
    select ${orgId}, ${given.sourceId}, said."itemId", said."personId", said.answer,
      clock_timestamp(), clock_timestamp() + ${given.freshMs} * interval '1 millisecond'
    from jsonb_to_recordset(${JSON.stringify(given.answers)}::jsonb)
      said ("itemId" text, "personId" text, answer boolean)
    join person on person.org_id = ${orgId} and person.id = said."personId"
    on conflict (org_id, source_id, item_id, person_id) do update set answer = excluded.answer,
      asked_at = excluded.asked_at, fresh_until = excluded.fresh_until`.execute(db);
}

export async function deleteAnswers(
  { db, orgId }: Scope,
  given: { sourceId: string; answers: readonly { itemId: string; personId: string }[] },
): Promise<void> {
  await sql`
    delete from source_answer known
    using jsonb_to_recordset(${JSON.stringify(given.answers)}::jsonb)
      said ("itemId" text, "personId" text)
    where known.org_id = ${orgId} and known.source_id = ${given.sourceId}
      and known.item_id = said."itemId" and known.person_id = said."personId"`.execute(db);
}

// All SQL that shows who is who in a source, where an item lies, and how sources have settled.
import { sql } from "kysely";
import type { OfSource } from "../../connection/queries.ts";
import type { SourcesScope } from "../queries.ts";

export type How = "directory" | "sign-in" | "administrator";

export interface PersonRow {
  readonly userId: string;
  readonly name: string;
  readonly email: string | null;
  readonly active: boolean;
  readonly personId: string | null;
  readonly personName: string | null;
  readonly how: How | null;
  readonly verifiedAt: Date | null;
}

const PEOPLE = sql`
  select u.id as "userId", u.name, u.email, u.active, link.person_id as "personId",
    p.name as "personName", link.how, link.verified_at as "verifiedAt"
  from source_user u
  left join identity_link link on link.org_id = u.org_id and link.source_id = u.source_id
    and link.user_id = u.id
  left join person p on p.org_id = link.org_id and p.id = link.person_id`;

export async function sourcePeople(
  { db, orgId, sourceId }: OfSource,
  { after, limit }: { after: string; limit: number },
): Promise<PersonRow[]> {
  const { rows } = await sql<PersonRow>`
    ${PEOPLE} where u.org_id = ${orgId} and u.source_id = ${sourceId} and u.id > ${after}
    order by u.id limit ${limit}`.execute(db);
  return rows;
}

export async function sourcePerson(
  { db, orgId, sourceId }: OfSource,
  userId: string,
): Promise<PersonRow | undefined> {
  const { rows } = await sql<PersonRow>`
    ${PEOPLE} where u.org_id = ${orgId} and u.source_id = ${sourceId} and u.id = ${userId}
    `.execute(db);
  return rows[0];
}

export async function howLinked(
  { db, orgId, sourceId }: OfSource,
  personId: string,
): Promise<How | null> {
  const { rows } = await sql<{ how: How }>`
    select how from identity_link where org_id = ${orgId} and source_id = ${sourceId}
      and person_id = ${personId}`.execute(db);
  return rows[0]?.how ?? null;
}

const ABOVE_MAX = 50;

/** Titles of what an item is in, nearest first. */
export async function titlesAbove(
  { db, orgId, sourceId }: OfSource,
  itemId: string,
): Promise<string[]> {
  const { rows } = await sql<{ title: string }>`
    with recursive above as (
      select parent_id, 0 as depth, ''::text as title from item
      where org_id = ${orgId} and source_id = ${sourceId} and id = ${itemId}
      union all
      select i.parent_id, above.depth + 1, i.title from above
      join item i on i.org_id = ${orgId} and i.source_id = ${sourceId} and i.id = above.parent_id
      where above.depth < ${ABOVE_MAX}
    ) select title from above where depth > 0 order by depth`.execute(db);
  return rows.map(({ title }) => title);
}

/** What has come to its end is live, and so is what failed once and works again. */
export async function settleStates({ db, orgId }: SourcesScope): Promise<void> {
  await sql`
    update source s set state = 'live', state_reason = ''
    where s.org_id = ${orgId} and s.state in ('syncing', 'failed')
      and 2 = (select count(*) from sync_job j
        where j.org_id = s.org_id and j.source_id = s.id and j.kind in ('people', 'items')
          and j.ended_at is not null)
      and not exists (select from sync_job j
        where j.org_id = s.org_id and j.source_id = s.id
          and (j.state <> 'idle' or j.kind in ('people', 'items') and (j.again or j.cursor is not null)))
      and not exists (select from item i
        where i.org_id = s.org_id and i.source_id = s.id and i.state = 'pending')`.execute(db);
}

export interface Unlinked {
  readonly id: string;
  readonly name: string;
}

/** Sources that know people by accounts, and where this person has none. */
export async function sourcesWithout(
  { db, orgId }: SourcesScope,
  { personId, sourceId }: { personId: string; sourceId: string | undefined },
): Promise<Unlinked[]> {
  const one = sourceId === undefined ? sql`` : sql`and s.id = ${sourceId}`;
  const { rows } = await sql<Unlinked>`
    select s.id, s.name from source s where s.org_id = ${orgId} ${one}
      and s.state not in ('new', 'leaving')
      and exists (select from source_user u where u.org_id = s.org_id and u.source_id = s.id)
      and not exists (select from identity_link l join source_user u on u.org_id = l.org_id
          and u.source_id = l.source_id and u.id = l.user_id and u.active
        where l.org_id = s.org_id and l.source_id = s.id and l.person_id = ${personId})
    order by s.name, s.id`.execute(db);
  return rows;
}

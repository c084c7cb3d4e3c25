// All SQL that shows who is who in a source, where an item lies, and what is shared carelessly.
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

export interface Careless {
  readonly kind: "public-sensitive" | "everyone-sensitive" | "orphaned";
  readonly sourceId: string;
  readonly sourceName: string;
  readonly itemId: string;
  readonly title: string;
  readonly path: string;
  readonly url: string | null;
  readonly classes: readonly string[];
  readonly detail: string;
}

interface Looked {
  readonly sourceId: string | undefined;
  /** Data classes that not just anybody should read. */
  readonly sensitive: readonly string[];
  readonly limit: number;
}

const ITEM = sql`s.id as "sourceId", s.name as "sourceName", i.id as "itemId", i.title, i.path, i.url,
  i.classes`;

function items(orgId: string, sourceId: string | undefined) {
  const one = sourceId === undefined ? sql`` : sql`and s.id = ${sourceId}`;
  return sql`from source s join item i on i.org_id = s.org_id and i.source_id = s.id
    join access_class c on c.org_id = i.org_id and c.id = i.class_id
    where s.org_id = ${orgId} and s.state <> 'leaving' ${one}`;
}

/** Sensitive, and open to whoever finds it or has its link. */
export async function publicSensitive(
  { db, orgId }: SourcesScope,
  { sourceId, sensitive, limit }: Looked,
): Promise<Careless[]> {
  const { rows } = await sql<Careless>`
    select 'public-sensitive' as kind, ${ITEM}, case when c.expression::text like '%"link"%'
      then 'Whoever has its link reads it.' else 'Anybody may find and read it.' end as detail
    ${items(orgId, sourceId)} and i.classes && ${[...sensitive]}::text[]
      and (c.expression::text like '%"link"%' or c.expression::text like '%"public"%')
    order by s.name, i.path, i.id limit ${limit}`.execute(db);
  return rows;
}

const CROWD = 5;
const SHARE = 0.8;

/** Sensitive, and nearly everybody of us reads it. */
export async function everyoneSensitive(
  { db, orgId }: SourcesScope,
  { sourceId, sensitive, limit }: Looked,
): Promise<Careless[]> {
  const { rows } = await sql<Careless>`
    with us as (select count(*)::float8 as size from person where org_id = ${orgId} and active),
    wide as (
      select p.class_id, count(*) as readers from person_class p
      join person who on who.org_id = p.org_id and who.id = p.person_id and who.active
      where p.org_id = ${orgId} and p.class_id in (
        select class_id from item where org_id = ${orgId} and classes && ${[...sensitive]}::text[])
      group by p.class_id
    )
    select 'everyone-sensitive' as kind, ${ITEM},
      'Nearly everybody of us may read it.' as detail
    ${items(orgId, sourceId)} and i.classes && ${[...sensitive]}::text[]
      and exists (select from wide, us where wide.class_id = i.class_id
        and wide.readers >= ${CROWD} and wide.readers >= ${SHARE} * us.size)
    order by s.name, i.path, i.id limit ${limit}`.execute(db);
  return rows;
}

/** Shared with users whom the source no longer has, or who are shut out there. */
export async function orphaned(
  { db, orgId }: SourcesScope,
  { sourceId, limit }: Looked,
): Promise<Careless[]> {
  const { rows } = await sql<Careless>`
    select 'orphaned' as kind, ${ITEM},
      'It is shared with ' || gone.names || ', who is not active there.' as detail
    from source s join item i on i.org_id = s.org_id and i.source_id = s.id
    join access_class c on c.org_id = i.org_id and c.id = i.class_id
    join lateral (
      select string_agg(coalesce(u.name, split_part(named.principal, '/user:', 2)), ', ') as names
      from unnest(c.principals) named (principal)
      left join source_user u on u.org_id = s.org_id and u.source_id = s.id
        and named.principal = s.id || '/user:' || u.id
      where starts_with(named.principal, s.id || '/user:') and not coalesce(u.active, false)
    ) gone on gone.names is not null
    where s.org_id = ${orgId} and s.state <> 'leaving'
      ${sourceId === undefined ? sql`` : sql`and s.id = ${sourceId}`}
    order by s.name, i.path, i.id limit ${limit}`.execute(db);
  return rows;
}

// All SQL of working classes out for everybody at once.
import { sql } from "kysely";
import type { ClassRow, Scope } from "../queries.ts";

export interface NumberedPerson {
  readonly id: string;
  readonly number: number;
}

export async function activePeople({ db, orgId }: Scope): Promise<NumberedPerson[]> {
  const { rows } = await sql<NumberedPerson>`
    select person.id, number from person
    join person_number n on n.org_id = person.org_id and n.person_id = person.id
    where person.org_id = ${orgId} and person.active`.execute(db);
  return rows;
}

/** A group with what is directly in it; `whole` null when there is no such group. */
export interface GroupRow {
  readonly id: string;
  readonly whole: boolean | null;
  readonly members: readonly string[];
  readonly groups: readonly string[];
}

/** Stead's own groups of these ids and every group below them. */
export async function ownGroupsBelow(
  { db, orgId }: Scope,
  ids: readonly string[],
): Promise<GroupRow[]> {
  const { rows } = await sql<GroupRow>`
    with recursive below (id) as (
      select unnest(${[...ids]}::text[])
      union
      select edge.member_group_id from below join membership edge
        on edge.org_id = ${orgId} and edge.group_id = below.id
        where edge.member_group_id is not null
    )
    select below.id,
      (select true from grp where grp.org_id = ${orgId} and grp.id = below.id) as whole,
      array(select person_id from membership edge where edge.org_id = ${orgId}
        and edge.group_id = below.id and person_id is not null) as members,
      array(select member_group_id from membership edge where edge.org_id = ${orgId}
        and edge.group_id = below.id and member_group_id is not null) as groups
    from below`.execute(db);
  return rows;
}

/** A source's groups of these ids and every group below them; members are the source's users. */
export async function sourceGroupsBelow(
  { db, orgId }: Scope,
  { sourceId, ids }: { sourceId: string; ids: readonly string[] },
): Promise<GroupRow[]> {
  const { rows } = await sql<GroupRow>`
    with recursive below (id) as (
      select unnest(${[...ids]}::text[])
      union
      select edge.member_id from below join source_member edge
        on edge.org_id = ${orgId} and edge.source_id = ${sourceId}
        and edge.group_id = below.id and edge.member_kind = 'group'
    ), held as (
      select edge.group_id,
        array_agg(member_id) filter (where member_kind = 'user') as members,
        array_agg(member_id) filter (where member_kind = 'group') as groups
      from below join source_member edge
        on edge.org_id = ${orgId} and edge.source_id = ${sourceId} and edge.group_id = below.id
      group by edge.group_id
    )
    select below.id, grp.whole,
      coalesce(held.members, '{}') as members, coalesce(held.groups, '{}') as groups
    from below left join held on held.group_id = below.id
      left join source_group grp
        on grp.org_id = ${orgId} and grp.source_id = ${sourceId} and grp.id = below.id
    `.execute(db);
  return rows;
}

export interface LinkRow {
  readonly personId: string;
  readonly userId: string;
  readonly domain: string | null;
}

/** The links of a source that hold: the user is active there, or was signed in to and is not listed. */
export async function linksOf({ db, orgId }: Scope, sourceId: string): Promise<LinkRow[]> {
  const { rows } = await sql<LinkRow>`
    select link.person_id as "personId", link.user_id as "userId", u.domain
    from identity_link link left join source_user u
      on u.org_id = link.org_id and u.source_id = link.source_id and u.id = link.user_id
    where link.org_id = ${orgId} and link.source_id = ${sourceId}
      and coalesce(u.active, link.how = 'sign-in')`.execute(db);
  return rows;
}

export interface ItemAnswer {
  readonly itemId: string;
  readonly personId: string;
  readonly answer: boolean;
}

/** What the source last said of these items, as far as it is still fresh. */
export async function freshAnswers(
  { db, orgId }: Scope,
  { sourceId, items }: { sourceId: string; items: readonly string[] },
): Promise<ItemAnswer[]> {
  const { rows } = await sql<ItemAnswer>`
    select item_id as "itemId", person_id as "personId", answer from source_answer
    where org_id = ${orgId} and source_id = ${sourceId} and item_id = any (${[...items]})
      and fresh_until > clock_timestamp()`.execute(db);
  return rows;
}

/** With `names`, the open classes that name one of these, else every class; in order, after one. */
export async function classesToWork(
  { db, orgId }: Scope,
  { names, after, limit }: { names: readonly string[] | null; after: string; limit: number },
): Promise<ClassRow[]> {
  const { rows } = await (
    names === null
      ? sql<ClassRow>`
        select id, expression from access_class
        where org_id = ${orgId} and id > ${after} order by id limit ${limit}`
      : sql<ClassRow>`
        select class.id, class.expression from access_class class
        join class_reader r on r.org_id = class.org_id and r.class_id = class.id
        where class.org_id = ${orgId} and class.principals && ${[...names]}::text[]
          and class.id > ${after} and r.people is null
        order by class.id limit ${limit}`
  ).execute(db);
  return rows;
}

export interface Readers {
  readonly ids: readonly string[];
  /** `width` bytes a class, in the order of the ids. */
  readonly people: Uint8Array;
  readonly width: number;
}

const rowsOf = ({ ids, people, width }: Readers) => {
  const bytes = Buffer.from(people.buffer, people.byteOffset, people.byteLength);
  return sql`
    select given.id, substring(${bytes}::bytea
      from ((nth - 1) * ${width})::integer + 1 for ${width}::integer) as people
    from unnest(${[...ids]}::text[]) with ordinality given (id, nth)`;
};

export async function insertReaders({ db, orgId }: Scope, readers: Readers): Promise<void> {
  await sql`
    insert into class_reader (org_id, class_id, people)
    select ${orgId}, id, people from (${rowsOf(readers)}) made`.execute(db);
}

/** Rows that stay as they are are not written. */
export async function updateReaders({ db, orgId }: Scope, readers: Readers): Promise<void> {
  await sql`
    update class_reader known set people = made.people from (${rowsOf(readers)}) made
    where known.org_id = ${orgId} and known.class_id = made.id
      and known.people is distinct from made.people`.execute(db);
}

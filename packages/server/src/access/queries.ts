// All SQL of access classes.
import { sql } from "kysely";
import type { Db } from "../store/db.ts";
import type { AccessClass, AccessExpression } from "./class.ts";

/** Whose rows: every query is scoped by the organisation. */
export interface Scope {
  readonly db: Db;
  readonly orgId: string;
}

/** True when the class was not known before. */
export async function insertClass(
  { db, orgId }: Scope,
  { id, expression, principals }: AccessClass,
): Promise<boolean> {
  const { rows } = await sql`
    insert into access_class (org_id, id, expression, principals)
    values (${orgId}, ${id}, ${JSON.stringify(expression)}::jsonb, ${principals})
    on conflict do nothing
    returning id`.execute(db);
  return rows.length > 0;
}

export interface ClassRow {
  readonly id: string;
  readonly expression: AccessExpression;
  readonly principals: readonly string[];
}

/** The classes of these ids, or all. What stands in the table was canonical when it was written. */
export async function readClasses(
  { db, orgId }: Scope,
  ids?: readonly string[],
): Promise<ClassRow[]> {
  const { rows } = await sql<ClassRow>`
    select id, expression, principals from access_class
    where org_id = ${orgId} ${ids ? sql`and id = any (${[...ids]})` : sql``}`.execute(db);
  return rows;
}

/** Of `person:<id>` and `group:<id>`, those that there are. */
export async function resolvedPrincipals(
  { db, orgId }: Scope,
  principals: readonly string[],
): Promise<Set<string>> {
  if (principals.length === 0) return new Set();
  const { rows } = await sql<{ principal: string }>`
    select 'person:' || id as principal from person
      where org_id = ${orgId} and 'person:' || id = any (${[...principals]})
    union all
    select 'group:' || id from grp
      where org_id = ${orgId} and 'group:' || id = any (${[...principals]})`.execute(db);
  return new Set(rows.map(({ principal }) => principal));
}

export interface PersonGroups {
  readonly personId: string;
  readonly groups: readonly string[];
}

/** Every active person with those of these groups that they are in, nested ones included. */
export async function peopleInGroups(
  { db, orgId }: Scope,
  groups: readonly string[],
): Promise<PersonGroups[]> {
  const { rows } = await sql<PersonGroups>`
    with recursive below (top, group_id) as (
      select named, named from unnest(${[...groups]}::text[]) named
      union
      select below.top, deeper.member_group_id from membership deeper
        join below on deeper.group_id = below.group_id
        where deeper.org_id = ${orgId} and deeper.member_group_id is not null
    ), inside as (
      select distinct membership.person_id, below.top from membership
        join below on below.group_id = membership.group_id
        where membership.org_id = ${orgId} and membership.person_id is not null
    )
    select person.id as "personId",
      array(select top from inside where inside.person_id = person.id) as groups
    from person where org_id = ${orgId} and active`.execute(db);
  return rows;
}

export async function replaceReaders(
  { db, orgId }: Scope,
  { classId, people }: { classId: string; people: readonly string[] },
): Promise<void> {
  await sql`
    with gone as (
      delete from person_class where org_id = ${orgId} and class_id = ${classId}
        and person_id <> all (${[...people]}))
    insert into person_class (org_id, person_id, class_id)
      select ${orgId}, id, ${classId} from unnest(${[...people]}::text[]) id order by id
      on conflict do nothing`.execute(db);
}

export async function replaceClasses(
  { db, orgId }: Scope,
  { personId, classes }: { personId: string; classes: readonly string[] },
): Promise<void> {
  await sql`
    with gone as (
      delete from person_class where org_id = ${orgId} and person_id = ${personId}
        and class_id <> all (${[...classes]}))
    insert into person_class (org_id, person_id, class_id)
      select ${orgId}, ${personId}, id from unnest(${[...classes]}::text[]) id order by id
      on conflict do nothing`.execute(db);
}

/** Takes the mark away that the person has to be looked at again. */
export async function takeStale({ db, orgId }: Scope, personId: string): Promise<void> {
  await sql`
    delete from access_stale where org_id = ${orgId} and person_id = ${personId}`.execute(db);
}

/** People who have to be looked at again; with `personId`, that one if so. */
export async function stalePeople(
  { db, orgId }: Scope,
  { personId, limit }: { personId?: string; limit: number },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select person_id as id from access_stale
    where org_id = ${orgId} ${personId === undefined ? sql`` : sql`and person_id = ${personId}`}
    order by person_id limit ${limit}`.execute(db);
  return rows.map(({ id }) => id);
}

/** Holds back changes of rights between reading who is in what and writing down what follows. */
export async function lockAccess({ db, orgId }: Scope): Promise<void> {
  await sql`select access_lock(${orgId})`.execute(db);
}

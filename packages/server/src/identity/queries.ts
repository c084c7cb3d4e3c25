// All SQL of people and groups.
import type { Group, Person } from "@stead/protocol";
import { sql } from "kysely";
import type { Db } from "../store/db.ts";

/** Whose rows: every query is scoped by the organisation. */
export interface Scope {
  readonly db: Db;
  readonly orgId: string;
}

const personColumns = sql`id, name, email, department, title, manager_id as "managerId", roles, active`;

/** People with their groups, nested ones included: one statement for many. */
export async function peopleWithGroups(
  { db, orgId }: Scope,
  personIds: readonly string[],
): Promise<(Person & { groups: string[] })[]> {
  const { rows } = await sql<Person & { groups: string[] }>`
    with recursive mine (person_id, group_id) as (
      select person_id, group_id from membership
        where org_id = ${orgId} and person_id = any(${personIds})
      union
      select mine.person_id, above.group_id from membership above
        join mine on above.member_group_id = mine.group_id
        where above.org_id = ${orgId}
    )
    select ${personColumns},
      array(select group_id from mine where mine.person_id = person.id order by group_id) as groups
    from person where org_id = ${orgId} and id = any(${personIds})`.execute(db);
  return rows;
}

export async function personWithGroups(
  scope: Scope,
  personId: string,
): Promise<(Person & { groups: string[] }) | undefined> {
  return (await peopleWithGroups(scope, [personId]))[0];
}

/** Groups of a person, nested ones included; a loop ends because `union` adds nothing twice. */
const groupsOf = (orgId: string, personId: string) => sql`
  with recursive mine (group_id) as (
    select group_id from membership where org_id = ${orgId} and person_id = ${personId}
    union
    select above.group_id from membership above
      join mine on above.member_group_id = mine.group_id
      where above.org_id = ${orgId}
  )`;

export interface GroupEdge {
  readonly groupId: string;
  readonly name: string;
  /** The group below, through which the person is in; null when directly. */
  readonly below: string | null;
}

/** Every step of a person's nesting, to name the chain. */
export async function groupEdges({ db, orgId }: Scope, personId: string): Promise<GroupEdge[]> {
  const { rows } = await sql<GroupEdge>`
    ${groupsOf(orgId, personId)}
    select edge.group_id as "groupId", grp.name, edge.member_group_id as below
    from membership edge join grp on grp.org_id = edge.org_id and grp.id = edge.group_id
    where edge.org_id = ${orgId}
      and (edge.person_id = ${personId} or edge.member_group_id in (select group_id from mine))
    order by grp.name, edge.member_group_id nulls first`.execute(db);
  return rows;
}

export interface PeopleQuery {
  readonly search: string | undefined;
  readonly group: string | undefined;
  /** The last person of the page before. */
  readonly after: { readonly name: string; readonly id: string } | undefined;
  readonly limit: number;
}

export async function listPeople({ db, orgId }: Scope, query: PeopleQuery): Promise<Person[]> {
  const like = query.search ? `%${query.search.replace(/[\\%_]/g, "\\$&")}%` : null;
  const { rows } = await sql<Person>`
    with recursive inside (group_id) as (
      select ${query.group ?? null}::text
      union
      select below.member_group_id from membership below
        join inside on below.group_id = inside.group_id
        where below.org_id = ${orgId} and below.member_group_id is not null
    )
    select ${personColumns} from person
    where org_id = ${orgId}
      and (${like}::text is null
        or name ilike ${like} or email ilike ${like} or department ilike ${like})
      and (${query.group ?? null}::text is null or exists (
        select from membership m where m.org_id = ${orgId} and m.person_id = person.id
          and m.group_id in (select group_id from inside)))
      and (${query.after?.name ?? null}::text is null
        or (name, id) > (${query.after?.name ?? ""}, ${query.after?.id ?? ""}))
    order by name, id limit ${query.limit}`.execute(db);
  return rows;
}

/** `memberCount` counts people, nested ones included, each once. */
export async function listGroups({ db, orgId }: Scope): Promise<Group[]> {
  const { rows } = await sql<Group>`
    with recursive reach (top, group_id) as (
      select id, id from grp where org_id = ${orgId}
      union
      select reach.top, below.member_group_id from membership below
        join reach on below.group_id = reach.group_id
        where below.org_id = ${orgId} and below.member_group_id is not null
    )
    select id, name,
      array(select group_id from membership where org_id = ${orgId} and member_group_id = grp.id
        order by group_id) as "parentIds",
      (select count(distinct m.person_id) from reach
        join membership m on m.org_id = ${orgId} and m.group_id = reach.group_id
        where reach.top = grp.id and m.person_id is not null) as "memberCount"
    from grp where org_id = ${orgId} order by name`.execute(db);
  return rows;
}

export async function existingGroups({ db, orgId }: Scope, ids: string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from grp where org_id = ${orgId} and id = any(${ids})`.execute(db);
  return rows.map((row) => row.id);
}

export async function administratorExists({ db, orgId }: Scope): Promise<boolean> {
  const { rows } = await sql`
    select from person where org_id = ${orgId} and active and 'administrator' = any(roles) limit 1
  `.execute(db);
  return rows.length > 0;
}

export interface NewPerson {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly roles: readonly string[];
}

/** False when the address is taken. */
export async function insertPerson({ db, orgId }: Scope, person: NewPerson): Promise<boolean> {
  const { rows } = await sql`
    insert into person (org_id, id, name, email, roles)
    values (${orgId}, ${person.id}, ${person.name}, ${person.email}, ${person.roles})
    on conflict do nothing returning id`.execute(db);
  return rows.length > 0;
}

/** A moment of ours as the database's. */
export const at = (ms: number) => sql`to_timestamp(${ms} / 1000.0)`;
/** A moment of the database's as ours. */
export const msOf = (column: string) =>
  sql`(extract(epoch from ${sql.ref(column)}) * 1000)::float8`;

export interface NamedRow {
  readonly sought: string;
  readonly id: string;
  readonly name: string;
}

/** By names in lower case; whoever has left is nobody. */
export async function selectNamed(
  { db, orgId }: Scope,
  sought: readonly string[],
): Promise<NamedRow[]> {
  if (sought.length === 0) return [];
  const { rows } = await sql<NamedRow>`
    select each.sought, person.id, person.name
    from unnest(${sought}::text[]) as each (sought)
    join person on org_id = ${orgId} and active
      and each.sought in (lower(id), lower(email), lower(name))`.execute(db);
  return rows;
}

/** Of these people, by name. */
export async function selectPeople(
  { db, orgId }: Scope,
  ids: readonly string[],
  limit: number,
): Promise<{ id: string; name: string; department: string }[]> {
  const { rows } = await sql<{ id: string; name: string; department: string }>`
    select id, name, department from person
    where org_id = ${orgId} and id = any(${[...ids]}::text[])
    order by name, id limit ${limit}`.execute(db);
  return rows;
}

// All SQL of access classes.
import { sql } from "kysely";
import type { Db } from "../store/db.ts";
import type { AccessClass, AccessExpression } from "./class.ts";

/** Whose rows: every query is scoped by the organisation. */
export interface Scope {
  readonly db: Db;
  readonly orgId: string;
}

export interface ClassRow {
  readonly id: string;
  readonly expression: AccessExpression;
}

/** Of these classes, those that are known. */
export async function knownClasses(
  { db, orgId }: Scope,
  ids: readonly string[],
): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select id from access_class where org_id = ${orgId} and id = any (${[...ids]})`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

export async function insertClasses(
  { db, orgId }: Scope,
  classes: readonly AccessClass[],
): Promise<void> {
  await sql`
    insert into access_class (org_id, id, expression, principals)
    select ${orgId}, class ->> 'id', class -> 'expression',
      array(select jsonb_array_elements_text(class -> 'principals'))
    from jsonb_array_elements(${JSON.stringify(classes)}::jsonb) class`.execute(db);
}

/**
 * The classes of these ids, and of these names of things the classes that they have now. What stands in the
 * table was canonical when it was written.
 */
export async function readClasses(
  { db, orgId }: Scope,
  ids: readonly string[],
): Promise<ClassRow[]> {
  const { rows } = await sql<ClassRow>`
    select id, expression from access_class
    where org_id = ${orgId} and id = any (${[...ids]})
    union all
    select named.name, coalesce(class.expression, to_jsonb(named.class_id)) from access_name named
      left join access_class class on class.org_id = named.org_id and class.id = named.class_id
    where named.org_id = ${orgId} and named.name = any (${[...ids]})
      and (class.id is not null or named.class_id in ('everyone', 'public'))`.execute(db);
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

/** Of these sources, those that are closed: nothing that they say is known. */
export async function closedSources(
  { db, orgId }: Scope,
  sources: readonly string[],
): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select source_id as id from source_state
    where org_id = ${orgId} and source_id = any (${[...sources]}) and closed`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

/** Whether anything has to be worked out before this person's search, or anybody's. */
export async function isOpen({ db, orgId }: Scope, personId?: string): Promise<boolean> {
  const own = personId === undefined ? sql`` : sql`and person_id = ${personId}`;
  const { rows } = await sql<{ open: boolean }>`
    select exists (select from access_open where org_id = ${orgId})
      or exists (select from access_stale where org_id = ${orgId} ${own})
      or exists (select from source_answer where org_id = ${orgId} ${own}
        and fresh_until <= clock_timestamp()) as open`.execute(db);
  return rows[0]?.open === true;
}

/** Takes away the answers that are no longer fresh, and with them what they allowed. */
export async function dropOldAnswers({ db, orgId }: Scope): Promise<void> {
  await sql`
    delete from source_answer where org_id = ${orgId} and fresh_until <= clock_timestamp()
    `.execute(db);
}

/** The principals that classes were taken away for; the marks go with the reading. */
export async function takeOpen({ db, orgId }: Scope): Promise<string[]> {
  const { rows } = await sql<{ names: string[] }>`
    delete from access_open where org_id = ${orgId} returning names`.execute(db);
  return [...new Set(rows.flatMap(({ names }) => names))];
}

export async function stalePeople({ db, orgId }: Scope): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select person_id as id from access_stale where org_id = ${orgId}`.execute(db);
  return rows.map(({ id }) => id);
}

/** Takes the mark away that these people have to be looked at again. */
export async function takeStale({ db, orgId }: Scope, people: readonly string[]): Promise<void> {
  await sql`
    delete from access_stale where org_id = ${orgId} and person_id = any (${[...people]})
    `.execute(db);
}

/**
 * Holds back changes of rights between reading who is in what and writing down what follows. Whoever is
 * going to change rights takes it first, so that two of them never wait for each other.
 */
export async function lockAccess({ db, orgId }: Scope): Promise<void> {
  await sql`select access_lock(${orgId})`.execute(db);
}

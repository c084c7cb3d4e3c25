// All SQL of changing people: adding, roles, and who may come in.
import type { Person } from "@stead/protocol";
import { sql } from "kysely";
import { at, type Scope } from "../queries.ts";

const columns = sql`id, name, email, department, title, manager_id as "managerId", roles, active`;

export type Added = Pick<Person, "id" | "name" | "email" | "title" | "department" | "roles">;

/** False when the id or the address is taken. */
export async function addPerson({ db, orgId }: Scope, person: Added): Promise<boolean> {
  const { id, name, email, title, department, roles } = person;
  const { rows } = await sql`
    insert into person (org_id, id, name, email, title, department, roles)
    values (${orgId}, ${id}, ${name}, ${email}, ${title}, ${department}, ${roles})
    on conflict do nothing returning id`.execute(db);
  return rows.length > 0;
}

export async function changePerson(
  { db, orgId }: Scope,
  person: Pick<Person, "id" | "name" | "title" | "department">,
): Promise<boolean> {
  const { id, name, title, department } = person;
  const { rows } = await sql`
    update person set name = ${name}, title = ${title}, department = ${department}
    where org_id = ${orgId} and id = ${id} returning id`.execute(db);
  return rows.length > 0;
}

/** Holds the person's row until the transaction ends: nobody else changes roles or standing. */
export async function lockPerson(
  { db, orgId }: Scope,
  personId: string,
): Promise<Person | undefined> {
  const { rows } = await sql<Person>`
    select ${columns} from person where org_id = ${orgId} and id = ${personId}
    for no key update`.execute(db);
  return rows[0];
}

/** Held in one order, so that two who take the last ones away wait for each other. */
export async function lockAdministrators({ db, orgId }: Scope): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from person where org_id = ${orgId} and active and 'administrator' = any (roles)
    order by id for no key update`.execute(db);
  return rows.map(({ id }) => id);
}

/** Notes that the person came in; only the first time counts. */
export async function noteEntered(
  { db, orgId }: Scope,
  { personId, nowMs }: { personId: string; nowMs: number },
): Promise<void> {
  await sql`update person set entered_at = ${at(nowMs)}
    where org_id = ${orgId} and id = ${personId} and entered_at is null`.execute(db);
}

export async function hasEntered({ db, orgId }: Scope, personId: string): Promise<boolean> {
  const { rows } = await sql`select from person
    where org_id = ${orgId} and id = ${personId} and entered_at is not null`.execute(db);
  return rows.length > 0;
}

export async function setRoles(
  { db, orgId }: Scope,
  { id, roles }: Pick<Person, "id" | "roles">,
): Promise<void> {
  await sql`update person set roles = ${roles}
    where org_id = ${orgId} and id = ${id}`.execute(db);
}

export async function setActive(
  { db, orgId }: Scope,
  { id, active }: Pick<Person, "id" | "active">,
): Promise<void> {
  await sql`update person set active = ${active}
    where org_id = ${orgId} and id = ${id}`.execute(db);
}

/** Every session, key and unused link of a person, ended at once. */
export async function endWaysIn(
  { db, orgId }: Scope,
  { personId, nowMs }: { personId: string; nowMs: number },
): Promise<void> {
  const now = at(nowMs);
  await sql`update session set ended_at = ${now}
    where org_id = ${orgId} and person_id = ${personId} and ended_at is null`.execute(db);
  await sql`update api_key set revoked_at = ${now}
    where org_id = ${orgId} and person_id = ${personId} and revoked_at is null`.execute(db);
  await sql`delete from login_link
    where org_id = ${orgId} and person_id = ${personId} and used_at is null`.execute(db);
}

export async function personByEmail(
  { db, orgId }: Scope,
  email: string,
): Promise<Person | undefined> {
  const { rows } = await sql<Person>`
    select ${columns} from person
    where org_id = ${orgId} and lower(email) = lower(${email})`.execute(db);
  return rows[0];
}

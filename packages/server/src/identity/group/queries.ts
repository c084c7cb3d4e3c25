// All SQL of changing groups and who is in them.
import type { Group, GroupMember } from "@stead/protocol";
import { sql } from "kysely";
import { listGroups, type Scope } from "../queries.ts";

/** Told when groups change, by a trigger; see the migrations. */
export const GROUPS_CHANNEL = "stead_groups";

export interface Edge {
  readonly groupId: string;
  readonly member: Pick<GroupMember, "kind" | "id">;
}

export async function findGroup(scope: Scope, groupId: string): Promise<Group | undefined> {
  return (await listGroups(scope)).find(({ id }) => id === groupId);
}

/** False when the id or the name is taken. */
export async function insertGroup(
  { db, orgId }: Scope,
  group: { id: string; name: string },
): Promise<boolean> {
  const { rows } = await sql`
    insert into grp (org_id, id, name) values (${orgId}, ${group.id}, ${group.name})
    on conflict do nothing returning id`.execute(db);
  return rows.length > 0;
}

/** The name that a group has, its row held until the transaction ends. */
export async function lockGroup(
  { db, orgId }: Scope,
  groupId: string,
): Promise<string | undefined> {
  const { rows } = await sql<{ name: string }>`
    select name from grp where org_id = ${orgId} and id = ${groupId} for update`.execute(db);
  return rows[0]?.name;
}

export async function nameTaken(
  { db, orgId }: Scope,
  { id, name }: { id: string; name: string },
): Promise<boolean> {
  const { rows } = await sql`
    select from grp where org_id = ${orgId} and lower(name) = lower(${name}) and id <> ${id}
  `.execute(db);
  return rows.length > 0;
}

export async function setGroupName(
  { db, orgId }: Scope,
  { id, name }: { id: string; name: string },
): Promise<void> {
  await sql`update grp set name = ${name} where org_id = ${orgId} and id = ${id}`.execute(db);
}

export async function deleteGroup({ db, orgId }: Scope, groupId: string): Promise<void> {
  await sql`delete from grp where org_id = ${orgId} and id = ${groupId}`.execute(db);
}

/** What an id stands for: a person or a group. */
export async function memberOf({ db, orgId }: Scope, id: string): Promise<GroupMember | undefined> {
  const { rows } = await sql<GroupMember>`
    select 'person' as kind, id, name from person where org_id = ${orgId} and id = ${id}
    union all
    select 'group' as kind, id, name from grp where org_id = ${orgId} and id = ${id}
    limit 1`.execute(db);
  return rows[0];
}

const columnOf = ({ kind }: Edge["member"]) =>
  sql.ref(kind === "person" ? "person_id" : "member_group_id");

/** False when it is in already. */
export async function insertMember({ db, orgId }: Scope, edge: Edge): Promise<boolean> {
  const { rows } = await sql`
    insert into membership (org_id, group_id, ${columnOf(edge.member)})
    values (${orgId}, ${edge.groupId}, ${edge.member.id})
    on conflict do nothing returning group_id`.execute(db);
  return rows.length > 0;
}

/** False when it was not in. */
export async function deleteMember({ db, orgId }: Scope, edge: Edge): Promise<boolean> {
  const { rows } = await sql`
    delete from membership where org_id = ${orgId} and group_id = ${edge.groupId}
      and ${columnOf(edge.member)} = ${edge.member.id} returning group_id`.execute(db);
  return rows.length > 0;
}

/** The group and every group that it is in. */
export async function groupsAbove({ db, orgId }: Scope, groupId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with recursive above (id) as (
      select ${groupId}::text
      union
      select m.group_id from membership m join above on m.member_group_id = above.id
        where m.org_id = ${orgId}
    )
    select id from above`.execute(db);
  return rows.map(({ id }) => id);
}

export interface MembersQuery {
  readonly groupId: string;
  readonly after: { readonly name: string; readonly id: string } | undefined;
  readonly limit: number;
}

/** Direct members by name: groups and people alike. */
export async function listMembers(
  { db, orgId }: Scope,
  { groupId, after, limit }: MembersQuery,
): Promise<GroupMember[]> {
  const { rows } = await sql<GroupMember>`
    select kind, id, name from (
      select 'person' as kind, p.id, p.name from membership m
        join person p on p.org_id = m.org_id and p.id = m.person_id
        where m.org_id = ${orgId} and m.group_id = ${groupId}
      union all
      select 'group', g.id, g.name from membership m
        join grp g on g.org_id = m.org_id and g.id = m.member_group_id
        where m.org_id = ${orgId} and m.group_id = ${groupId}
    ) member
    where ${after?.name ?? null}::text is null
      or (name, id) > (${after?.name ?? ""}, ${after?.id ?? ""})
    order by name, id limit ${limit}`.execute(db);
  return rows;
}

// All SQL of explaining: names, nestings and ages of what a decision stood on.
import { sql } from "kysely";
import type { Scope } from "../queries.ts";

/** How old a moment is by the database's clock, which wrote it. */
const age = (column: string) =>
  sql`(extract(epoch from clock_timestamp() - ${sql.ref(column)}) * 1000)::float8`;

export interface SourceEdge {
  readonly groupId: string;
  readonly memberKind: "user" | "group";
  readonly memberId: string;
}

/** Every step from this account upwards. */
export async function edgesAbove(
  { db, orgId }: Scope,
  { sourceId, userId }: { sourceId: string; userId: string },
): Promise<SourceEdge[]> {
  const { rows } = await sql<SourceEdge>`
    with recursive mine (member_kind, member_id, group_id) as (
      select member_kind, member_id, group_id from source_member
      where org_id = ${orgId} and source_id = ${sourceId}
        and member_kind = 'user' and member_id = ${userId}
      union
      select edge.member_kind, edge.member_id, edge.group_id from mine
      join source_member edge on edge.org_id = ${orgId} and edge.source_id = ${sourceId}
        and edge.member_kind = 'group' and edge.member_id = mine.group_id
    )
    select group_id as "groupId", member_kind as "memberKind", member_id as "memberId" from mine
    order by 1, 2, 3`.execute(db);
  return rows;
}

export interface GroupFacts {
  readonly id: string;
  readonly name: string;
  readonly whole: boolean;
  /** Null when it was never read whole. */
  readonly ageMs: number | null;
}

export async function groupFacts(
  { db, orgId }: Scope,
  { sourceId, ids }: { sourceId: string; ids: readonly string[] },
): Promise<Map<string, GroupFacts>> {
  const { rows } = await sql<GroupFacts>`
    select id, name, whole, ${age("read_at")} as "ageMs" from source_group
    where org_id = ${orgId} and source_id = ${sourceId} and id = any (${[...ids]})`.execute(db);
  return new Map(rows.map((row) => [row.id, row]));
}

export async function ownGroupNames(
  { db, orgId }: Scope,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; name: string }>`
    select id, name from grp where org_id = ${orgId} and id = any (${[...ids]})`.execute(db);
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** By `<sourceId>/<itemId>`, how old the fresh answer for this person is. */
export async function answerAges(
  { db, orgId }: Scope,
  personId: string,
): Promise<Map<string, number>> {
  const { rows } = await sql<{ item: string; ageMs: number }>`
    select source_id || '/' || item_id as item, ${age("asked_at")} as "ageMs"
    from source_answer where org_id = ${orgId} and person_id = ${personId}
      and fresh_until > clock_timestamp()`.execute(db);
  return new Map(rows.map((row) => [row.item, row.ageMs]));
}

export interface LinkFacts {
  /** As the source calls them. */
  readonly name: string | null;
  readonly linkMs: number | null;
  readonly stateMs: number | null;
}

/** By source: the person's name there, how long they have been linked, and it has been so. */
export async function linkAges(
  { db, orgId }: Scope,
  { personId, sources }: { personId: string; sources: readonly string[] },
): Promise<Map<string, LinkFacts>> {
  const { rows } = await sql<LinkFacts & { id: string }>`
    select source.id, account.name, ${age("link.verified_at")} as "linkMs",
      ${age("state.since")} as "stateMs"
    from unnest(${[...sources]}::text[]) source (id)
    left join identity_link link on link.org_id = ${orgId} and link.source_id = source.id
      and link.person_id = ${personId}
    left join source_user account on account.org_id = ${orgId} and account.source_id = source.id
      and account.id = link.user_id
    left join source_state state on state.org_id = ${orgId} and state.source_id = source.id
    `.execute(db);
  return new Map(rows.map(({ id, ...known }) => [id, known]));
}

// All SQL of one person's closure: their accounts in sources, the groups above those, what was answered.
import { sql } from "kysely";
import type { Named } from "./leaf.ts";
import type { Scope } from "./queries.ts";

/** How the person stands in a source; without a link, `userId` is null. */
export interface Standing {
  readonly sourceId: string;
  readonly isClosed: boolean;
  readonly userId: string | null;
  readonly domain: string | null;
  readonly how: string | null;
  readonly verifiedAt: Date | null;
  /** The user is active there, or was signed in to and is not listed. */
  readonly holds: boolean;
}

export async function standings(
  { db, orgId }: Scope,
  { personId, sources }: { personId: string; sources: readonly string[] },
): Promise<Standing[]> {
  const { rows } = await sql<Standing>`
    select source.id as "sourceId", coalesce(state.closed, false) as "isClosed",
      link.user_id as "userId", u.domain, link.how,
      link.verified_at as "verifiedAt",
      coalesce(u.active, link.how = 'sign-in', false) as holds
    from unnest(${[...sources]}::text[]) source (id)
    left join source_state state on state.org_id = ${orgId} and state.source_id = source.id
    left join identity_link link on link.org_id = ${orgId} and link.source_id = source.id
      and link.person_id = ${personId}
    left join source_user u on u.org_id = ${orgId} and u.source_id = source.id
      and u.id = link.user_id`.execute(db);
  return rows;
}

/** Names of all groups that these accounts are in, nested ones included. */
export async function groupsOfUsers(
  { db, orgId }: Scope,
  linked: readonly { readonly sourceId: string; readonly userId: string }[],
): Promise<Set<string>> {
  if (linked.length === 0) return new Set();
  const { rows } = await sql<{ name: string }>`
    with recursive mine (source_id, id) as (
      select edge.source_id, edge.group_id
      from unnest(${linked.map(({ sourceId }) => sourceId)}::text[],
        ${linked.map(({ userId }) => userId)}::text[]) account (source_id, user_id)
      join source_member edge on edge.org_id = ${orgId} and edge.source_id = account.source_id
        and edge.member_kind = 'user' and edge.member_id = account.user_id
      union
      select edge.source_id, edge.group_id from mine
      join source_member edge on edge.org_id = ${orgId} and edge.source_id = mine.source_id
        and edge.member_kind = 'group' and edge.member_id = mine.id
    )
    select source_id || '/group:' || id as name from mine`.execute(db);
  return new Set(rows.map(({ name }) => name));
}

/** Of these groups, names of those of which it is known that nobody else is in them. */
export async function wholeGroups(
  { db, orgId }: Scope,
  groups: readonly Named[],
): Promise<Set<string>> {
  if (groups.length === 0) return new Set();
  const { rows } = await sql<{ name: string }>`
    with recursive below (source_id, top, id) as (
      select source_id, id, id from unnest(${groups.map(({ sourceId }) => sourceId)}::text[],
        ${groups.map(({ id }) => id)}::text[]) asked (source_id, id)
      union
      select edge.source_id, below.top, edge.member_id from below
      join source_member edge on edge.org_id = ${orgId} and edge.source_id = below.source_id
        and edge.group_id = below.id and edge.member_kind = 'group'
    )
    select below.source_id || '/group:' || top as name from below
    left join source_group grp on grp.org_id = ${orgId} and grp.source_id = below.source_id
      and grp.id = below.id
    group by below.source_id, top having bool_and(coalesce(grp.whole, false))`.execute(db);
  return new Set(rows.map(({ name }) => name));
}

/** By `<sourceId>/<itemId>`, what the source last said, as far as it is still fresh. */
export async function answersTo(
  { db, orgId }: Scope,
  { personId, questions }: { personId: string; questions: readonly Named[] },
): Promise<Map<string, boolean>> {
  if (questions.length === 0) return new Map();
  const { rows } = await sql<{ sourceId: string; itemId: string; answer: boolean }>`
    select source_id as "sourceId", item_id as "itemId", answer from source_answer
    join unnest(${questions.map(({ sourceId }) => sourceId)}::text[],
      ${questions.map(({ id }) => id)}::text[]) asked (source, item)
      on source_id = asked.source and item_id = asked.item
    where org_id = ${orgId} and person_id = ${personId}
      and fresh_until > clock_timestamp()`.execute(db);
  return new Map(rows.map((row) => [`${row.sourceId}/${row.itemId}`, row.answer]));
}

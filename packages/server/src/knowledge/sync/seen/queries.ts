// All SQL of when users and groups were last read: what is asked for earlier and answered later says nothing.
import { sql } from "kysely";
import type { SourceScope } from "../job/queries.ts";

interface Given {
  readonly kind: "user" | "group";
  readonly ids: readonly string[];
}

/** Those of which nothing later is known already. */
export async function markSeen(
  { db, orgId, sourceId }: SourceScope,
  { kind, ids, no }: Given & { readonly no: number },
): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ id: string }>`
    insert into sync_seen as known (org_id, source_id, kind, id, read_no)
    select distinct ${orgId}, ${sourceId}, ${kind}, id, ${no}::bigint
    from unnest(${[...ids]}::text[]) id
    on conflict (org_id, source_id, kind, id) do update set read_no = excluded.read_no, at = now()
      where known.read_no <= excluded.read_no
    returning id`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

/** True when the pass that began with this asking has not named one of them yet. */
export async function hasUnseen(
  { db, orgId, sourceId }: SourceScope,
  { kind, ids, since }: Given & { readonly since: number },
): Promise<boolean> {
  const { rows } = await sql<{ unseen: boolean }>`
    select exists (
      select from unnest(${[...ids]}::text[]) given (id) where not exists (
        select from sync_seen s where s.org_id = ${orgId} and s.source_id = ${sourceId}
          and s.kind = ${kind} and s.id = given.id and s.read_no >= ${since})) as unseen`.execute(
    db,
  );
  return rows[0]?.unseen === true;
}

export async function seenSince(
  { db, orgId, sourceId }: SourceScope,
  { kind, since }: { kind: "user" | "group"; since: number },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from sync_seen where org_id = ${orgId} and source_id = ${sourceId}
      and kind = ${kind} and read_no >= ${since}`.execute(db);
  return rows.map(({ id }) => id);
}

/** An asking that began before the last pass has long been answered, or never will be. */
export async function forgetSeen(
  { db, orgId, sourceId }: SourceScope,
  { kinds, before }: { kinds: readonly ("gone" | "user" | "group")[]; before: number },
): Promise<void> {
  await sql`
    delete from sync_seen where org_id = ${orgId} and source_id = ${sourceId}
      and kind = any (${[...kinds]}) and read_no < ${before}
      and at < now() - interval '1 day'`.execute(db);
}

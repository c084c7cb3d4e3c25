// All SQL of connected sources that feed the registry of known values.
import { sql } from "kysely";
import { z } from "zod";
import type { Db } from "../../store/db.ts";

export interface Scope {
  readonly db: Db;
  readonly orgId: string;
}

export const listsSchema = z.array(
  z.object({
    from: z.string(),
    fields: z.array(z.object({ field: z.string(), class: z.string() })),
  }),
);

const rowSchema = z.object({
  sourceId: z.string(),
  lists: listsSchema,
  by: z.string(),
  stamp: z.string().nullable(),
  generation: z.string().nullable(),
  errorCode: z.string().nullable(),
  error: z.string().nullable(),
  tries: z.number(),
  dueAt: z.date(),
  readAt: z.date().nullable(),
  leftOut: z.number(),
});
export type FeedRow = z.output<typeof rowSchema>;

const columns = sql`source_id as "sourceId", lists, by_person as by, stamp, generation,
  error_code as "errorCode", error, tries, due_at as "dueAt", read_at as "readAt",
  left_out as "leftOut"`;

export async function selectFeeds({ db, orgId }: Scope): Promise<FeedRow[]> {
  const { rows } = await sql`
    select ${columns} from known_feed where org_id = ${orgId}`.execute(db);
  return z.array(rowSchema).parse(rows);
}

export interface FeedWish {
  readonly sourceId: string;
  readonly lists: z.output<typeof listsSchema>;
  readonly by: string;
}

/** Read at once, from the beginning; a reading under way is of no use any more. */
export async function setFeed({ db, orgId }: Scope, wish: FeedWish): Promise<void> {
  const lists = JSON.stringify(wish.lists);
  await sql`
    insert into known_feed (org_id, source_id, lists, by_person, due_at)
    values (${orgId}, ${wish.sourceId}, ${lists}::jsonb, ${wish.by}, now())
    on conflict (org_id, source_id) do update set lists = excluded.lists,
      by_person = excluded.by_person, due_at = now(), stamp = null, generation = null,
      lease_until = null, tries = 0, error = null, error_code = null`.execute(db);
}

/** The next that is due and that nobody reads; a dead worker's is free when its lease ends. */
export async function claimFeed(
  { db, orgId }: Scope,
  by: { readonly generation: string; readonly leaseMs: number },
): Promise<FeedRow | undefined> {
  const { rows } = await sql`
    update known_feed set generation = ${by.generation},
      lease_until = now() + ${by.leaseMs} * interval '1 millisecond',
      due_at = now() + ${by.leaseMs} * interval '1 millisecond'
    where (org_id, source_id) = (
      select org_id, source_id from known_feed
      where org_id = ${orgId} and due_at <= now()
        and (lease_until is null or lease_until < now())
      order by due_at, source_id limit 1 for update skip locked)
    returning ${columns}`.execute(db);
  return rows[0] === undefined ? undefined : rowSchema.parse(rows[0]);
}

export interface Claim {
  readonly sourceId: string;
  readonly generation: string;
}

/** False: it was turned off or set anew, or another worker reads it. Held to the transaction's end. */
export async function holdsFeed(
  { db, orgId }: Scope,
  { sourceId, generation }: Claim,
  leaseMs: number,
): Promise<boolean> {
  const { rows } = await sql`
    update known_feed set lease_until = now() + ${leaseMs} * interval '1 millisecond'
    where org_id = ${orgId} and source_id = ${sourceId} and generation = ${generation}
    returning source_id`.execute(db);
  return rows.length > 0;
}

export interface FeedEnd {
  readonly stamp: string | null;
  readonly nextMs: number;
  /** How many values are too long; null: nothing was read. */
  readonly leftOut: number | null;
}

/** Due at once where its source was changed meanwhile: then it isn't due when the claim said. */
export async function endFeed(
  { db, orgId }: Scope,
  { sourceId, generation, dueAt }: Claim & Pick<FeedRow, "dueAt">,
  { stamp, nextMs, leftOut }: FeedEnd,
): Promise<void> {
  await sql`
    update known_feed set generation = null, lease_until = null, read_at = now(), tries = 0,
      error = null, error_code = null, left_out = coalesce(${leftOut}::int, left_out),
      stamp = case when due_at < ${dueAt} then null else ${stamp}::text end,
      due_at = case when due_at < ${dueAt} then now()
        else now() + ${nextMs} * interval '1 millisecond' end
    where org_id = ${orgId} and source_id = ${sourceId} and generation = ${generation}
    `.execute(db);
}

/** What was read before stays in force. */
export async function putOffFeed(
  { db, orgId }: Scope,
  { sourceId, generation }: Claim,
  why: { readonly code: string; readonly detail: string; readonly nextMs: number },
): Promise<void> {
  await sql`
    update known_feed set generation = null, lease_until = null, tries = tries + 1,
      error_code = ${why.code}, error = ${why.detail},
      due_at = now() + ${why.nextMs} * interval '1 millisecond'
    where org_id = ${orgId} and source_id = ${sourceId} and generation = ${generation}
    `.execute(db);
}

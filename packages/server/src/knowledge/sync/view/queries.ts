// All SQL that shows how the sync of a source is.
import { sql } from "kysely";
import type { SyncKind } from "../deps.ts";
import type { EventChange } from "../push/queries.ts";
import type { SourceScope } from "../job/queries.ts";

export interface ItemCounts {
  readonly containers: number;
  readonly documents: number;
  readonly pending: number;
  readonly indexed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Nobody reads them, for what the source said of their rights could not be told. */
  readonly withoutReaders: number;
}

export async function countItems({ db, orgId, sourceId }: SourceScope): Promise<ItemCounts> {
  const { rows } = await sql<ItemCounts>`
    select count(*) filter (where kind = 'container') as containers,
      count(*) filter (where kind = 'document') as documents,
      count(*) filter (where state = 'pending') as pending,
      count(*) filter (where state = 'indexed') as indexed,
      count(*) filter (where state = 'failed') as failed,
      count(*) filter (where state = 'skipped') as skipped,
      count(*) filter (where access_failure is not null) as "withoutReaders"
    from item where org_id = ${orgId} and source_id = ${sourceId}`.execute(db);
  const none = { containers: 0, documents: 0, pending: 0, indexed: 0, failed: 0, skipped: 0 };
  return rows[0] ?? { ...none, withoutReaders: 0 };
}

export interface Freshness {
  readonly lastChangeAt: Date | null;
  readonly freshAt: Date | null;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly count: number;
  readonly closed: boolean;
  readonly rate: number | null;
}

const RATE_SECONDS = 120;

export async function freshnessOf({ db, orgId, sourceId }: SourceScope): Promise<Freshness> {
  const { rows } = await sql<Freshness>`
    with newest as (
      select extract(epoch from forced_at - received_at) * 1000 as ms from push_event
      where org_id = ${orgId} and source_id = ${sourceId} and forced_at is not null
      order by forced_at desc limit 1000
    ), recent as (
      select count(*) as files, min(due_at) as since from item
      where org_id = ${orgId} and source_id = ${sourceId} and state = 'indexed'
        and due_at > now() - ${RATE_SECONDS} * interval '1 second'
    )
    select
      (select max(received_at) from push_event
        where org_id = ${orgId} and source_id = ${sourceId}) as "lastChangeAt",
      ${freshAt(orgId, sourceId)} as "freshAt",
      (select percentile_disc(0.5) within group (order by ms)::float8 from newest) as "p50Ms",
      (select percentile_disc(0.99) within group (order by ms)::float8 from newest) as "p99Ms",
      (select count(*) from newest) as count,
      coalesce((select closed from source_state
        where org_id = ${orgId} and source_id = ${sourceId}), false) as closed,
      (select case when files > 0 then files::float8
        / greatest(extract(epoch from now() - since)::float8, 1) end from recent) as rate
    `.execute(db);
  const row = rows[0];
  if (!row) throw new Error("a question without from has one row");
  return row;
}

/**
 * Everything that was so in the source by then is known: by the last whole pass over its people, by the last
 * poll or, without polls, the last whole listing, and by the oldest event that is not yet in force.
 */
export function freshAt(orgId: string, sourceId: string): ReturnType<typeof sql<Date | null>> {
  return sql<Date | null>`(
    select least(
      (select coalesce(fresh_at, created_at) from sync_job
        where org_id = ${orgId} and source_id = ${sourceId} and kind = 'people'),
      (select coalesce(max(fresh_at) filter (where kind = 'changes'),
          max(fresh_at) filter (where kind = 'items'), min(created_at))
        from sync_job where org_id = ${orgId} and source_id = ${sourceId}
          and kind in ('changes', 'items')),
      (select min(received_at) from push_event
        where org_id = ${orgId} and source_id = ${sourceId} and forced_at is null)))`;
}

/** How old what is known is; null when nothing of it was ever asked for. */
export async function ageOf({
  db,
  orgId,
  sourceId,
}: SourceScope): Promise<{ ageMs: number | null; closed: boolean }> {
  const { rows } = await sql<{ ageMs: number | null; closed: boolean }>`
    select (extract(epoch from clock_timestamp() - ${freshAt(orgId, sourceId)}) * 1000)::float8
        as "ageMs",
      coalesce((select closed from source_state
        where org_id = ${orgId} and source_id = ${sourceId}), false) as closed`.execute(db);
  return rows[0] ?? { ageMs: null, closed: false };
}

export type Which =
  | "documents"
  | "containers"
  | "indexed"
  | "pending"
  | "failed"
  | "skipped"
  | "without-readers"
  /** Failed, left out, or without readers. */
  | "unread";

const WHICH: Readonly<Record<Which, ReturnType<typeof sql>>> = {
  documents: sql`kind = 'document'`,
  containers: sql`kind = 'container'`,
  indexed: sql`state = 'indexed'`,
  pending: sql`state = 'pending'`,
  failed: sql`state = 'failed'`,
  skipped: sql`state = 'skipped'`,
  "without-readers": sql`access_failure is not null`,
  unread: sql`(state in ('failed', 'skipped') or access_failure is not null)`,
};

export interface FailureRow {
  readonly id: string;
  readonly title: string;
  readonly path: string;
  readonly state: "none" | "pending" | "indexed" | "failed" | "skipped";
  readonly code: string | null;
  readonly detail: string | null;
  /** Why nobody may read it, when that is no answer of the source. */
  readonly accessFailure: string | null;
}

export async function itemsOf(
  { db, orgId, sourceId }: SourceScope,
  { which, after, limit }: { which: Which; after: string; limit: number },
): Promise<FailureRow[]> {
  const { rows } = await sql<FailureRow>`
    select id, title, path, state, failure_code as code, failure as detail,
      access_failure as "accessFailure"
    from item where org_id = ${orgId} and source_id = ${sourceId} and id > ${after}
      and ${WHICH[which]}
    order by id limit ${limit}`.execute(db);
  return rows;
}

export interface JobProgress {
  readonly kind: SyncKind;
  readonly left: number | null;
  readonly errors: number;
  /** Of the pass under way, or of the last one. */
  readonly seconds: number | null;
}

/**
 * What is still to do of each kind. A listing knows it only of what was there before: what it has not seen
 * again yet. Nobody says beforehand how many users and groups there are.
 */
export async function progressOf({ db, orgId, sourceId }: SourceScope): Promise<JobProgress[]> {
  const mine = sql`org_id = ${orgId} and source_id = ${sourceId}`;
  const { rows } = await sql<JobProgress>`
    select j.kind, case j.kind
        when 'content' then (select count(*) from item where ${mine} and state = 'pending')
        when 'access' then (select count(*) from item where ${mine}
          and (recompute or reread is not null))
        when 'changes' then (select count(*) from push_event where ${mine} and forced_at is null)
        else case when j.cursor is null then 0 when j.kind = 'items' and j.ended_at is not null
          then (select count(*) from item where ${mine} and generation < j.generation) end
      end as left,
      case j.kind
        when 'content' then (select count(*) from item where ${mine} and state = 'failed')
        when 'access' then (select count(*) from item where ${mine} and access_failure is not null)
        when 'changes' then (select count(*) from push_event where ${mine} and forced_at is null
          and tries > 0)
        else 0
      end as errors,
      extract(epoch from case when j.ended_at >= j.began_at then j.ended_at
        else clock_timestamp() end - j.began_at)::float8 as seconds
    from sync_job j where j.org_id = ${orgId} and j.source_id = ${sourceId}`.execute(db);
  return rows;
}

export interface ChangeRow {
  readonly id: string;
  readonly kind: EventChange["kind"];
  /** The source's id of what changed. */
  readonly of: string | null;
  readonly title: string | null;
  readonly receivedAt: Date;
  readonly forcedAt: Date | null;
  readonly tookMs: number | null;
  /** What the order goes by. */
  readonly place: number;
}

/** Where a page ended: what the order goes by, and the id. */
export interface ChangePlace {
  readonly place: number;
  readonly id: string;
}

export async function changesOf(
  { db, orgId, sourceId }: SourceScope,
  asked: {
    readonly order: "newest" | "slowest" | "waiting";
    readonly after: ChangePlace | undefined;
    readonly limit: number;
  },
): Promise<ChangeRow[]> {
  const { order, after, limit } = asked;
  const took = sql`extract(epoch from e.forced_at - e.received_at) * 1000`;
  const place = order === "slowest" ? took : sql`extract(epoch from e.received_at) * 1000000`;
  const among =
    order === "slowest"
      ? sql`and e.forced_at is not null order by e.forced_at desc limit 1000`
      : order === "waiting"
        ? sql`and e.forced_at is null`
        : sql``;
  const beyond = after ? sql`where (c.place, c.id) < (${after.place}::float8, ${after.id})` : sql``;
  const { rows } = await sql<ChangeRow>`
    select c.id, c.change ->> 'kind' as kind, c.change ->> 'id' as of, i.title, c.received_at as "receivedAt", c.forced_at as "forcedAt",
      c."tookMs", c.place
    from (select e.id, e.change, e.received_at, e.forced_at, (${took})::float8 as "tookMs",
        (${place})::float8 as place
      from push_event e where e.org_id = ${orgId} and e.source_id = ${sourceId} ${among}) c
    left join item i on i.org_id = ${orgId} and i.source_id = ${sourceId}
      and i.id = c.change ->> 'id' and c.change ->> 'kind' in ('item', 'subtree')
    ${beyond} order by c.place desc, c.id desc limit ${limit}`.execute(db);
  return rows;
}

// All SQL of what was received of a source, and since when it is in force.
import { sql } from "kysely";
import { z } from "zod";
import type { SourceScope } from "../job/queries.ts";

const changeSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("poll") }),
  z.object({ kind: z.literal(["item", "subtree", "group", "user", "gone"]), id: z.string() }),
]);
export type EventChange = z.output<typeof changeSchema>;

export interface EventInput {
  readonly id: string;
  readonly change: EventChange;
}

/** How many were new: the same event again is dropped. */
export async function insertEvents(
  { db, orgId, sourceId }: SourceScope,
  events: readonly EventInput[],
  receivedAt: Date,
): Promise<number> {
  if (events.length === 0) return 0;
  const { rows } = await sql`
    insert into push_event (org_id, source_id, id, change, received_at)
    select ${orgId}, ${sourceId}, id, change, ${receivedAt}
    from jsonb_to_recordset(${JSON.stringify(events)}::jsonb) given (id text, change jsonb)
    on conflict (org_id, source_id, id) do nothing returning id`.execute(db);
  return rows.length;
}

/** A poll's changes, in force with this very transaction. */
export async function insertForced(
  { db, orgId, sourceId }: SourceScope,
  event: { id: string; receivedAt: Date },
): Promise<void> {
  await sql`
    insert into push_event (org_id, source_id, id, change, received_at, forced_at)
    values (${orgId}, ${sourceId}, ${event.id}, '{"kind":"poll"}', ${event.receivedAt},
      clock_timestamp())
    on conflict do nothing`.execute(db);
}

export interface DueEvent {
  readonly id: string;
  readonly change: EventChange;
  readonly tries: number;
  readonly receivedNo: number;
}

/** In the order in which they came. */
export async function dueEvents(
  { db, orgId, sourceId }: SourceScope,
  limit: number,
): Promise<DueEvent[]> {
  const { rows } = await sql<Omit<DueEvent, "change"> & { change: unknown }>`
    select id, change, tries, received_no as "receivedNo" from push_event
    where org_id = ${orgId} and source_id = ${sourceId} and forced_at is null
      and awaits is null and due_at <= now()
    order by received_no limit ${limit}`.execute(db);
  return rows.map((row) => ({ ...row, change: changeSchema.parse(row.change) }));
}

export async function nextEventMs({ db, orgId, sourceId }: SourceScope): Promise<number | null> {
  const { rows } = await sql<{ ms: number; count: number }>`
    select (extract(epoch from greatest(min(due_at), now()) - now()) * 1000)::float8 as ms, count(*)
    from push_event where org_id = ${orgId} and source_id = ${sourceId} and forced_at is null
      and awaits is null`.execute(db);
  const [row] = rows;
  return row && row.count > 0 ? row.ms : null;
}

/** The last statement of the transaction that puts them in force. */
export async function markForced(
  { db, orgId, sourceId }: SourceScope,
  ids: readonly string[],
): Promise<void> {
  await sql`
    update push_event set forced_at = clock_timestamp()
    where org_id = ${orgId} and source_id = ${sourceId} and id = any (${[...ids]})
      and forced_at is null`.execute(db);
}

/** Only a pass that begins from now on answers these. */
export async function awaitPass(
  { db, orgId, sourceId }: SourceScope,
  ids: readonly string[],
  awaits: "people" | "items" | "changes",
): Promise<void> {
  await sql`
    update push_event set awaits = ${awaits}
    where org_id = ${orgId} and source_id = ${sourceId} and id = any (${[...ids]})`.execute(db);
}

/** Whether something that was received waits for such a pass. */
export async function isAwaited(
  { db, orgId, sourceId }: SourceScope,
  awaits: "people" | "items" | "changes",
): Promise<boolean> {
  const { rows } = await sql<{ awaited: boolean }>`
    select exists (select from push_event where org_id = ${orgId} and source_id = ${sourceId}
      and awaits = ${awaits} and forced_at is null) as awaited`.execute(db);
  return rows[0]?.awaited === true;
}

/** The pass that began with this asking has ended: what was received before it is in force. */
export async function forceAwaiting(
  { db, orgId, sourceId }: SourceScope,
  { awaits, before }: { awaits: "people" | "items" | "changes"; before: number },
): Promise<void> {
  await sql`
    update push_event set forced_at = clock_timestamp()
    where org_id = ${orgId} and source_id = ${sourceId} and awaits = ${awaits}
      and forced_at is null and received_no < ${before}`.execute(db);
}

export async function eventLater(
  { db, orgId, sourceId }: SourceScope,
  ids: readonly string[],
  waitMs: number,
): Promise<void> {
  await sql`
    update push_event set tries = tries + 1,
      due_at = now() + ${waitMs} * interval '1 millisecond'
    where org_id = ${orgId} and source_id = ${sourceId} and id = any (${[...ids]})`.execute(db);
}

/** Kept for a week, so that an event that comes again within it is known. */
export async function forgetEvents({ db, orgId, sourceId }: SourceScope): Promise<void> {
  await sql`
    delete from push_event where org_id = ${orgId} and source_id = ${sourceId}
      and forced_at < now() - interval '7 days'`.execute(db);
}

export interface WatchRow {
  readonly sealed: Buffer;
  readonly wrapped: Buffer;
  readonly expiresAt: Date | null;
}

export async function readWatch(scope: SourceScope): Promise<WatchRow | undefined> {
  const { db, orgId, sourceId } = scope;
  const { rows } = await sql<WatchRow>`
    select sealed, wrapped, expires_at as "expiresAt" from push_watch
    where org_id = ${orgId} and source_id = ${sourceId}`.execute(db);
  return rows[0];
}

export async function writeWatch(scope: SourceScope, watch: WatchRow): Promise<void> {
  const { db, orgId, sourceId } = scope;
  await sql`
    insert into push_watch (org_id, source_id, sealed, wrapped, expires_at)
    values (${orgId}, ${sourceId}, ${watch.sealed}, ${watch.wrapped}, ${watch.expiresAt})
    on conflict (org_id, source_id) do update set sealed = excluded.sealed,
      wrapped = excluded.wrapped, expires_at = excluded.expires_at`.execute(db);
}

/** One without an end is the source's own, set up there by hand, and stays. */
export async function endWatch({ db, orgId, sourceId }: SourceScope): Promise<void> {
  await sql`
    delete from push_watch where org_id = ${orgId} and source_id = ${sourceId}
      and expires_at is not null`.execute(db);
}

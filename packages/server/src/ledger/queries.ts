// All SQL of the events and their bodies. The statements of the hot path are prepared once by name.
import { CompiledQuery } from "kysely";
import type { Pool } from "pg";
import { ok, type Result } from "../lib/result.ts";
import type { Tx } from "../store/tx.ts";
import type { Rider } from "./event.ts";

declare module "../store/db.ts" {
  interface Tables {
    event: {
      org_id: string;
      stream: string;
      seq: number;
      /** Milliseconds since the epoch. */
      at: number;
      type: string;
      data: unknown;
      bodies: unknown;
    };
  }
}

/**
 * Parameters of the append: events, bodies (JSON arrays as text), and all sealed bytes in a row.
 */
export interface AppendValues {
  readonly orgId: string;
  readonly events: string;
  readonly bodies: string;
  readonly bytes: Buffer;
}

// One statement, so one round trip and its own transaction: all of it or nothing. The last select
// refuses a stream whose last event is not the one that its writer chained to; the primary key
// refuses a seq that is taken. json rather than arrays: the driver escapes arrays slowly, and one
// buffer of all bytes spares it from writing them as hex.
const APPEND_CTES = `
  with e as materialized (
    select s, n, t, y, d, b, p, h, f from json_to_recordset($2::json)
      as t(s text, n bigint, t bigint, y text, d jsonb, b jsonb, p text, h text, f boolean)
  ), b as materialized (
    select s, n, m, i, o, l, k, u from json_to_recordset($3::json)
      as t(s text, n bigint, m text, i text, o integer, l integer, k integer, u text[])
  ), put_events as (
    insert into event (org_id, stream, seq, at, type, data, bodies, prev, hash)
    select $1, s, n, t, y, d, b, decode(p, 'hex'), decode(h, 'hex') from e
  ), put_bodies as (
    insert into body (org_id, stream, seq, name, id, bytes, sealed)
    select $1, s, n, m, i, l - 28, substr($4::bytea, o + 1, l) from b
  ), put_keys as (
    insert into data_key (body_id, org_id, wrapped, subjects)
    select i, $1, substr($4::bytea, o + l + 1, k), u from b
  )`;
const REFUSE_MOVED = `
  select ledger_moved_on() from e
  where e.f and e.n > 1 and decode(e.p, 'hex') is distinct from
    (select x.hash from event x where x.org_id = $1 and x.stream = e.s and x.seq = e.n - 1)`;

const APPEND = APPEND_CTES + REFUSE_MOVED;

function appendParameters(values: AppendValues): unknown[] {
  return [values.orgId, values.events, values.bodies, values.bytes];
}

export async function insertEvents(pool: Pool, values: AppendValues): Promise<void> {
  await pool.query({ name: "ledger_append", text: APPEND, values: appendParameters(values) });
}

export async function insertEventsIn(tx: Tx, values: AppendValues): Promise<void> {
  await tx.executeQuery(CompiledQuery.raw(APPEND, appendParameters(values)));
}

/** The events and a rider, in one statement. */
export async function insertEventsWith(
  pool: Pool,
  values: AppendValues,
  rider: Rider,
): Promise<void> {
  const own = appendParameters(values);
  await pool.query({
    name: `ledger_append_${rider.name}`,
    text: `${APPEND_CTES}, ${rider.ctes(own.length + 1)} ${REFUSE_MOVED}`,
    values: [...own, ...rider.values],
  });
}

/** A rider on its own, in a transaction that has more to write. */
export async function ride(tx: Tx, { ctes, values }: Rider): Promise<Result<void>> {
  await tx.executeQuery(CompiledQuery.raw(`with ${ctes(1)} select`, [...values]));
  return ok();
}

export interface Place {
  readonly orgId: string;
  readonly stream: string;
  readonly seq: number;
}

/** The hash of an event, hex. */
export async function hashAt(pool: Pool, place: Place): Promise<string | undefined> {
  const { rows } = await pool.query<{ hash: string }>({
    name: "ledger_hash_at",
    text: `select encode(hash, 'hex') as hash from event
           where org_id = $1 and stream = $2 and seq = $3`,
    values: [place.orgId, place.stream, place.seq],
  });
  return rows[0]?.hash;
}

/** Where a stream ends. */
export async function tailOf(
  pool: Pool,
  { orgId, stream }: Omit<Place, "seq">,
): Promise<{ seq: number; hash: string } | undefined> {
  const { rows } = await pool.query<{ seq: number; hash: string }>({
    name: "ledger_tail",
    text: `select seq, encode(hash, 'hex') as hash from event
           where org_id = $1 and stream = $2 order by seq desc limit 1`,
    values: [orgId, stream],
  });
  return rows[0];
}

/** An event joined with one of its bodies; several rows when it has several. */
export interface EventRow {
  readonly seq: number;
  readonly at: number;
  readonly type: string;
  readonly data: string;
  readonly bodies: string;
  readonly prev: string;
  readonly hash: string;
}
export interface BodyRow {
  readonly seq: number;
  readonly name: string | null;
  readonly sealed: Buffer | null;
  readonly wrapped: Buffer | null;
}

/** A stretch of a stream: events with seq above `after`, at most `limit`. */
export interface Stretch {
  readonly orgId: string;
  readonly stream: string;
  readonly after: number;
  readonly limit: number;
}

export async function selectEvents(pool: Pool, stretch: Stretch): Promise<EventRow[]> {
  const { rows } = await pool.query<EventRow>({
    name: "ledger_events",
    text: `select seq, at, type, data::text as data, bodies::text as bodies,
             encode(prev, 'hex') as prev, encode(hash, 'hex') as hash
           from event where org_id = $1 and stream = $2 and seq > $3 order by seq limit $4`,
    values: [stretch.orgId, stretch.stream, stretch.after, stretch.limit],
  });
  return rows;
}

/**
 * Events with their bodies, in one statement: a body seen apart could look erased when it is not.
 */
export async function selectEventsWithBodies(
  pool: Pool,
  stretch: Stretch,
): Promise<(EventRow & BodyRow)[]> {
  const { rows } = await pool.query<EventRow & BodyRow>({
    name: "ledger_events_with_bodies",
    text: `select e.seq, e.at, e.type, e.data::text as data, e.bodies::text as bodies,
             '' as prev, encode(e.hash, 'hex') as hash, b.name, b.sealed, k.wrapped
           from (select * from event where org_id = $1 and stream = $2 and seq > $3
                 order by seq limit $4) e
           left join body b on b.org_id = $1 and b.stream = $2 and b.seq = e.seq
           left join data_key k on k.body_id = b.id
           order by e.seq`,
    values: [stretch.orgId, stretch.stream, stretch.after, stretch.limit],
  });
  return rows;
}

export async function selectBodies(
  pool: Pool,
  where: { orgId: string; stream: string; seqs: readonly number[] },
): Promise<BodyRow[]> {
  const { rows } = await pool.query<BodyRow>({
    name: "ledger_bodies",
    text: `select b.seq, b.name, b.sealed, k.wrapped
           from body b left join data_key k on k.body_id = b.id
           where b.org_id = $1 and b.stream = $2 and b.seq = any($3)`,
    values: [where.orgId, where.stream, where.seqs],
  });
  return rows;
}

export interface Search {
  readonly orgId: string;
  readonly stream: string | undefined;
  readonly type: string | undefined;
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  readonly text: string | undefined;
  /** The last event of the page before. */
  readonly after: { at: number; stream: string; seq: number } | undefined;
  readonly limit: number;
}

/** Newest first. */
export async function searchEvents(
  pool: Pool,
  search: Search,
): Promise<(EventRow & { stream: string })[]> {
  const { after, text } = search;
  const pattern = text === undefined ? null : `%${text.replace(/[\\%_]/g, "\\$&")}%`;
  const { rows } = await pool.query<EventRow & { stream: string }>(
    `select stream, seq, at, type, data::text as data, bodies::text as bodies,
       encode(prev, 'hex') as prev, encode(hash, 'hex') as hash
     from event where org_id = $1
       and ($2::text is null or stream = $2) and ($3::text is null or type = $3)
       and ($4::bigint is null or at >= $4) and ($5::bigint is null or at <= $5)
       and ($6::text is null or data::text ilike $6 or type ilike $6 or stream ilike $6)
       and ($7::bigint is null or (at, stream, seq) < ($7, $8::text, $9::bigint))
     order by at desc, stream desc, seq desc limit $10`,
    [
      search.orgId,
      search.stream ?? null,
      search.type ?? null,
      search.fromMs ?? null,
      search.toMs ?? null,
      pattern,
      after?.at ?? null,
      after?.stream ?? null,
      after?.seq ?? null,
      search.limit,
    ],
  );
  return rows;
}

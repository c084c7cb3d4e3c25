// SQL over the ledger: sends to a destination in a period, what covers them, and what speaks against a "no".
import { sql } from "kysely";
import type { Db } from "../store/db.ts";

export interface Place {
  readonly stream: string;
  readonly seq: number;
}

export interface Period {
  readonly orgId: string;
  readonly destination: string;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface SendRow extends Place {
  readonly number: number | null;
  readonly at: number;
  readonly data: string;
  readonly bodies: string;
}

/**
 * Sends of the period, and those whose numbers lie between theirs: what a clock put elsewhere. In the order of
 * their numbers, uncovered ones last.
 */
export async function selectSends(db: Db, period: Period, limit: number): Promise<SendRow[]> {
  const { orgId, destination, fromMs, toMs } = period;
  const { rows } = await sql<SendRow>`
    with own as (
      select e.stream, e.seq, n.number
      from event e left join egress_number n
        on n.org_id = e.org_id and n.stream = e.stream and n.seq = e.seq
      where e.org_id = ${orgId} and e.type = 'egress.sent'
        and e.data ->> 'destination' = ${destination} and e.at >= ${fromMs} and e.at < ${toMs}
    ), places as (
      select stream, seq, number from own
      union
      select stream, seq, number from egress_number
      where org_id = ${orgId} and destination = ${destination}
        and number between (select min(number) from own) and (select max(number) from own)
    )
    select e.stream, e.seq, n.number, e.at, e.data::text as data, e.bodies::text as bodies
    from places n join event e on e.org_id = ${orgId} and e.stream = n.stream and e.seq = n.seq
    order by n.number nulls last, e.stream, e.seq limit ${limit}`.execute(db);
  return rows;
}

/** Where sends were settled; those that were not are left out. */
export async function selectSettled(
  db: Db,
  orgId: string,
  sends: readonly { stream: string; sendId: string }[],
): Promise<Place[]> {
  const { rows } = await sql<Place>`
    select e.stream, e.seq
    from (select distinct * from json_to_recordset(${JSON.stringify(sends)}::json)
      as t(stream text, "sendId" text)) s
    join event e on e.org_id = ${orgId} and e.stream = s.stream and e.type = 'egress.settled'
      and e.data ->> 'sendId' = s."sendId"`.execute(db);
  return rows;
}

/** Events that opened or closed an ungated path before a time, oldest first. */
export async function selectPathEvents(
  db: Db,
  where: { orgId: string; toMs: number; limit: number },
): Promise<Place[]> {
  const { rows } = await sql<Place>`
    select stream, seq from event
    where org_id = ${where.orgId} and stream = 'egress' and at < ${where.toMs}
      and type in ('egress.ungated-opened', 'egress.ungated-closed')
    order by seq limit ${where.limit}`.execute(db);
  return rows;
}

export async function selectTripped(
  db: Db,
  where: Omit<Period, "destination"> & { limit: number },
): Promise<Place[]> {
  const { rows } = await sql<Place>`
    select stream, seq from event
    where org_id = ${where.orgId} and stream = 'egress' and type = 'egress.tripped'
      and at >= ${where.fromMs} and at < ${where.toMs}
    order by seq limit ${where.limit}`.execute(db);
  return rows;
}

export interface DestinationCount {
  readonly destination: string;
  readonly sends: number;
  readonly first: number | null;
  readonly last: number | null;
}

export async function countDestinations(
  db: Db,
  period: Omit<Period, "destination"> & { limit: number },
): Promise<DestinationCount[]> {
  const { rows } = await sql<DestinationCount>`
    select e.data ->> 'destination' as destination, count(*)::integer as sends,
      min(n.number) as first, max(n.number) as last
    from event e left join egress_number n
      on n.org_id = e.org_id and n.stream = e.stream and n.seq = e.seq
    where e.org_id = ${period.orgId} and e.type = 'egress.sent'
      and e.at >= ${period.fromMs} and e.at < ${period.toMs}
    group by 1 order by 1 limit ${period.limit}`.execute(db);
  return rows;
}

export interface Numbered {
  readonly numbered: number;
  readonly highest: number;
}

export async function countNumbers(
  db: Db,
  { orgId, destination }: Pick<Period, "orgId" | "destination">,
): Promise<Numbered> {
  const { rows } = await sql<Numbered>`
    select count(*)::integer as numbered, coalesce(max(number), 0) as highest
    from egress_number where org_id = ${orgId} and destination = ${destination}`.execute(db);
  return rows[0] ?? { numbered: 0, highest: 0 };
}

export interface CheckpointCount {
  readonly inPeriod: number;
  readonly witnessed: number;
  readonly backwards: number;
}

/** Checkpoints are signed about once a second, so a clock that goes back shows in their times. */
export async function countCheckpoints(
  db: Db,
  { orgId, fromMs, toMs }: Omit<Period, "destination">,
): Promise<CheckpointCount> {
  const { rows } = await sql<CheckpointCount>`
    with told as (
      select at, lag(at) over (order by size) as before from ledger_checkpoint
      where org_id = ${orgId}
    )
    select count(*) filter (where at >= ${fromMs} and at < ${toMs})::integer as "inPeriod",
      count(*) filter (where at < before and at < ${toMs} and before >= ${fromMs})::integer
        as backwards,
      (select coalesce(max(size), 0) from ledger_witness where org_id = ${orgId}) as witnessed
    from told`.execute(db);
  return rows[0] ?? { inPeriod: 0, witnessed: 0, backwards: 0 };
}

export interface LastCheckpoint {
  readonly size: number;
  readonly note: string;
  readonly witnesses: readonly string[];
}

export async function selectLastCheckpoint(
  db: Db,
  orgId: string,
): Promise<LastCheckpoint | undefined> {
  const { rows } = await sql<LastCheckpoint>`
    select c.size, c.note, array(
      select line from ledger_witness w where w.org_id = c.org_id and w.size = c.size
      order by witness) as witnesses
    from ledger_checkpoint c where c.org_id = ${orgId} order by c.size desc limit 1`.execute(db);
  return rows[0];
}

export interface LeafOf extends Place {
  readonly idx: number;
  readonly from: number;
  readonly to: number;
}

/** The leaf that covers each place; a place that no leaf below `size` covers is left out. */
export async function selectLeaves(
  db: Db,
  where: { orgId: string; size: number; places: readonly Place[] },
): Promise<LeafOf[]> {
  const { orgId, size, places } = where;
  const { rows } = await sql<LeafOf>`
    select p.stream, p.seq, l.idx, l.from_seq as "from", l.to_seq as "to"
    from json_to_recordset(${JSON.stringify(places)}::json) as p(stream text, seq bigint)
    join lateral (
      select idx, from_seq, to_seq from ledger_leaf
      where org_id = ${orgId} and stream = p.stream and to_seq >= p.seq
      order by to_seq limit 1
    ) l on l.from_seq <= p.seq
    where l.idx < ${size}`.execute(db);
  return rows;
}

export interface Stretch {
  readonly stream: string;
  readonly from: number;
  readonly to: number;
}

export interface StretchEvent extends Place {
  readonly at: number;
  readonly type: string;
  readonly data: string;
  readonly bodies: string;
  readonly prev: string;
}

export async function selectStretches(
  db: Db,
  where: { orgId: string; stretches: readonly Stretch[]; limit: number },
): Promise<StretchEvent[]> {
  const { rows } = await sql<StretchEvent>`
    select e.stream, e.seq, e.at, e.type, e.data::text as data, e.bodies::text as bodies,
      encode(e.prev, 'hex') as prev
    from json_to_recordset(${JSON.stringify(where.stretches)}::json)
      as s(stream text, "from" bigint, "to" bigint)
    join event e on e.org_id = ${where.orgId} and e.stream = s.stream
      and e.seq between s."from" and s."to"
    order by e.stream, e.seq limit ${where.limit}`.execute(db);
  return rows;
}

// All SQL that reads the ledger as a whole, page by page, for export and verification.
import { sql } from "kysely";
import type { Db } from "../../store/db.ts";
import { ERASED_TYPE, ERASURES } from "../event.ts";
import type { RecordOf } from "./record.ts";

/** Leaves and the last checkpoint, as of one moment. */
export async function sizeOf(db: Db, orgId: string): Promise<number> {
  const { rows } = await sql<{ size: number }>`
    select greatest(
      (select coalesce(max(idx) + 1, 0) from ledger_leaf where org_id = ${orgId}),
      (select coalesce(max(size), 0) from ledger_checkpoint where org_id = ${orgId})
    ) as size`.execute(db);
  return rows[0]?.size ?? 0;
}

export interface Range {
  readonly orgId: string;
  readonly from: number;
  readonly to: number;
}

export async function leavesIn(db: Db, { orgId, from, to }: Range): Promise<RecordOf<"leaf">[]> {
  const { rows } = await sql<RecordOf<"leaf">>`
    select 'leaf' as kind, idx, stream, from_seq as "from", to_seq as "to",
      encode(head, 'hex') as head
    from ledger_leaf where org_id = ${orgId} and idx >= ${from} and idx < ${to}
    order by idx`.execute(db);
  return rows;
}

export async function checkpointsIn(
  db: Db,
  { orgId, from, to }: Range,
): Promise<RecordOf<"checkpoint">[]> {
  const { rows } = await sql<RecordOf<"checkpoint">>`
    select 'checkpoint' as kind, size, encode(root, 'hex') as root, note, at
    from ledger_checkpoint where org_id = ${orgId} and size > ${from} and size <= ${to}
    order by size`.execute(db);
  return rows;
}

export async function witnessesIn(
  db: Db,
  { orgId, from, to }: Range,
): Promise<RecordOf<"witness">[]> {
  const { rows } = await sql<RecordOf<"witness">>`
    select 'witness' as kind, size, witness, line
    from ledger_witness where org_id = ${orgId} and size > ${from} and size <= ${to}
    order by size, witness`.execute(db);
  return rows;
}

export async function numbersAfter(
  db: Db,
  page: {
    orgId: string;
    size: number;
    destination: string;
    number: number;
    limit: number;
  },
): Promise<RecordOf<"number">[]> {
  const { rows } = await sql<RecordOf<"number">>`
    select 'number' as kind, destination, number, leaf, stream, seq
    from egress_number
    where org_id = ${page.orgId} and leaf < ${page.size}
      and (destination, number) > (${page.destination}, ${page.number})
    order by destination, number limit ${page.limit}`.execute(db);
  return rows;
}

export type StoredRecord = Omit<RecordOf<"event">, "kind" | "data" | "bodies"> & {
  readonly data: string;
  readonly bodies: string;
  /** Bytes of its bodies as they are stored. */
  readonly sealedBytes: number;
};

export async function eventsAfter(
  db: Db,
  page: { orgId: string; stream: string; seq: number; limit: number },
): Promise<StoredRecord[]> {
  const { rows } = await sql<StoredRecord>`
    select e.stream, e.seq, e.at, e.type, e.data::text as data, e.bodies::text as bodies,
      encode(e.prev, 'hex') as prev, encode(e.hash, 'hex') as hash,
      (select coalesce(sum(length(b.sealed)), 0)::integer from body b
       where b.org_id = e.org_id and b.stream = e.stream and b.seq = e.seq) as "sealedBytes"
    from event e
    where e.org_id = ${page.orgId} and (e.stream, e.seq) > (${page.stream}, ${page.seq})
    order by e.stream, e.seq limit ${page.limit}`.execute(db);
  return rows;
}

export type StoredBody = Omit<RecordOf<"body">, "kind" | "sealed"> & { readonly sealed: Buffer };

/** Bodies after one event up to another, also such that belong to no event. */
export async function bodiesBetween(
  db: Db,
  range: {
    orgId: string;
    after: { stream: string; seq: number };
    upTo: { stream: string; seq: number } | null;
  },
): Promise<StoredBody[]> {
  const { orgId, after, upTo } = range;
  const end = upTo === null ? sql`` : sql`and (stream, seq) <= (${upTo.stream}, ${upTo.seq})`;
  const { rows } = await sql<StoredBody>`
    select stream, seq, name, id, bytes, sealed from body
    where org_id = ${orgId} and (stream, seq) > (${after.stream}, ${after.seq}) ${end}
    order by stream, seq, name`.execute(db);
  return rows;
}

/** Bodies that nobody can open, and those that erasures account for; of one moment. */
export async function countKeyless(
  db: Db,
  orgId: string,
): Promise<{ keyless: number; erased: number }> {
  const { rows } = await sql<{ keyless: number; erased: number }>`
    select (
      select count(*) from body b where b.org_id = ${orgId} and not exists (
        select from data_key k where k.body_id = b.id and k.org_id = b.org_id)
    ) as keyless, (
      select coalesce(sum((data ->> 'bodies')::bigint), 0)::bigint from event
      where org_id = ${orgId} and stream = ${ERASURES} and type = ${ERASED_TYPE}
    ) as erased`.execute(db);
  return rows[0] ?? { keyless: 0, erased: 0 };
}

export async function nodesFrom(
  db: Db,
  page: { orgId: string; level: number; idx: number; limit: number },
): Promise<{ level: number; idx: number; hash: Buffer }[]> {
  const { rows } = await sql<{ level: number; idx: number; hash: Buffer }>`
    select level, idx, hash from ledger_node
    where org_id = ${page.orgId} and (level, idx) > (${page.level}, ${page.idx})
    order by level, idx limit ${page.limit}`.execute(db);
  return rows;
}

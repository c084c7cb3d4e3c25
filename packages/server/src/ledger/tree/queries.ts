// All SQL of the signed log: what changed, leaves, nodes, checkpoints, witnesses, numbers of sends.
import { sql } from "kysely";
import type { Db } from "../../store/db.ts";
import type { Tx } from "../../store/tx.ts";
import type { NodeId, TreeNode } from "./merkle.ts";
import type { CheckpointRow, LeafRow } from "./rows.ts";

const LOCK = 7_783_101;

/** True when this transaction is the one that may write checkpoints. */
export async function lockCheckpoints(tx: Tx, orgId: string): Promise<boolean> {
  const { rows } = await sql<{ locked: boolean }>`
    select pg_try_advisory_xact_lock(${LOCK}, hashtext(${orgId})) as locked`.execute(tx);
  return rows[0]?.locked === true;
}

export interface Scan {
  /** The oldest transaction that is still open: what it writes can't be seen yet. */
  readonly xmin: string;
  readonly systemId: string;
  /** From where the last scan left off; null: never, in another cluster, or in a rewound one. */
  readonly seen: string | null;
}

export async function scanState(tx: Tx, orgId: string): Promise<Scan> {
  const { rows } = await sql<Scan>`
    with now as (
      select pg_snapshot_xmin(pg_current_snapshot()) as xmin,
        (select system_identifier::text from pg_control_system()) as system_id
    )
    select now.xmin::text as "xmin", now.system_id as "systemId", (
      select s.seen::text from ledger_scan s
      where s.org_id = ${orgId} and s.system_id = now.system_id and s.seen <= now.xmin
    ) as "seen" from now`.execute(tx);
  const [scan] = rows;
  if (!scan) throw new Error("no state of the scan");
  return scan;
}

export async function rememberScan(tx: Tx, orgId: string, scan: Scan): Promise<void> {
  await sql`
    insert into ledger_scan (org_id, seen, system_id)
    values (${orgId}, ${scan.xmin}::xid8, ${scan.systemId})
    on conflict (org_id) do update set seen = excluded.seen, system_id = excluded.system_id
  `.execute(tx);
}

/**
 * Streams with events that no leaf covers. A stream's events are committed in their order, so what
 * stands before a visible event is visible too; what commits later has a writer not below `seen`.
 */
export async function changedStreams(
  tx: Tx,
  where: { orgId: string; seen: string | null; limit: number },
): Promise<Omit<LeafRow, "idx">[]> {
  const since = where.seen === null ? sql`` : sql`and writer >= ${where.seen}::xid8`;
  const { rows } = await sql<Omit<LeafRow, "idx">>`
    with changed as (
      select stream, max(seq) as seq from event where org_id = ${where.orgId} ${since}
      group by stream
    )
    select c.stream, coalesce(l.to_seq, 0) + 1 as "from", c.seq as "to",
      encode(e.hash, 'hex') as head
    from changed c
    left join lateral (
      select to_seq from ledger_leaf where org_id = ${where.orgId} and stream = c.stream
      order by to_seq desc limit 1
    ) l on true
    join event e on e.org_id = ${where.orgId} and e.stream = c.stream and e.seq = c.seq
    where c.seq > coalesce(l.to_seq, 0)
    order by c.stream limit ${where.limit}`.execute(tx);
  return rows;
}

export async function lastCheckpoint(db: Db, orgId: string): Promise<CheckpointRow | undefined> {
  const { rows } = await sql<CheckpointRow>`
    select size, encode(root, 'hex') as root, note, at from ledger_checkpoint
    where org_id = ${orgId} order by size desc limit 1`.execute(db);
  return rows[0];
}

export async function nodesAt(db: Db, orgId: string, ids: readonly NodeId[]): Promise<TreeNode[]> {
  const { rows } = await sql<TreeNode>`
    select n.level, n.idx, n.hash from ledger_node n
    join unnest(${ids.map(({ level }) => level)}::smallint[],
                ${ids.map(({ idx }) => idx)}::bigint[]) as t(level, idx)
      on n.level = t.level and n.idx = t.idx
    where n.org_id = ${orgId}`.execute(db);
  return rows;
}

export interface NewCheckpoint {
  readonly orgId: string;
  readonly leaves: readonly LeafRow[];
  readonly nodes: readonly TreeNode[];
  readonly checkpoint: CheckpointRow;
}

export async function insertCheckpoint(tx: Tx, made: NewCheckpoint): Promise<void> {
  const { orgId, checkpoint } = made;
  const nodes = made.nodes.map(({ level, idx, hash }) => [level, idx, hash.toString("hex")]);
  await sql`
    insert into ledger_leaf (org_id, idx, stream, from_seq, to_seq, head)
    select ${orgId}, idx, stream, "from", "to", decode(head, 'hex')
    from json_to_recordset(${JSON.stringify(made.leaves)}::json)
      as t(idx bigint, stream text, "from" bigint, "to" bigint, head text)`.execute(tx);
  await sql`
    insert into ledger_node (org_id, level, idx, hash)
    select ${orgId}, (n ->> 0)::smallint, (n ->> 1)::bigint, decode(n ->> 2, 'hex')
    from json_array_elements(${JSON.stringify(nodes)}::json) n`.execute(tx);
  await sql`
    insert into ledger_checkpoint (org_id, size, root, note, at)
    values (${orgId}, ${checkpoint.size}, decode(${checkpoint.root}, 'hex'),
            ${checkpoint.note}, ${checkpoint.at})`.execute(tx);
}

/** Numbers the sends under the leaves from `firstLeaf` on: per destination, without a gap. */
export async function numberSends(tx: Tx, orgId: string, firstLeaf: number): Promise<void> {
  await sql`
    with sent as (
      select e.data ->> 'destination' as destination, l.idx, e.stream, e.seq
      from ledger_leaf l
      join event e on e.org_id = l.org_id and e.stream = l.stream
        and e.seq between l.from_seq and l.to_seq
      where l.org_id = ${orgId} and l.idx >= ${firstLeaf} and e.type = 'egress.sent'
    ), ends as (
      select d.destination, coalesce((
        select number from egress_number n
        where n.org_id = ${orgId} and n.destination = d.destination
        order by number desc limit 1), 0) as number
      from (select distinct destination from sent) d
    )
    insert into egress_number (org_id, destination, number, leaf, stream, seq)
    select ${orgId}, destination,
      ends.number + row_number() over (partition by destination order by idx, seq),
      idx, stream, seq
    from sent join ends using (destination)`.execute(tx);
}

export async function insertWitness(
  db: Db,
  seen: { orgId: string; size: number; witness: string; line: string },
): Promise<void> {
  await sql`
    insert into ledger_witness (org_id, size, witness, line)
    values (${seen.orgId}, ${seen.size}, ${seen.witness}, ${seen.line})
    on conflict do nothing`.execute(db);
}

/** Checkpoints newest first, with the names of their witnesses. */
export async function selectCheckpoints(
  db: Db,
  page: { orgId: string; below: number | null; limit: number },
): Promise<(CheckpointRow & { witnesses: string[] })[]> {
  const below = page.below === null ? sql`` : sql`and c.size < ${page.below}`;
  const { rows } = await sql<CheckpointRow & { witnesses: string[] }>`
    select c.size, encode(c.root, 'hex') as root, c.note, c.at, array(
      select witness from ledger_witness w where w.org_id = c.org_id and w.size = c.size
      order by witness) as witnesses
    from ledger_checkpoint c where c.org_id = ${page.orgId} ${below}
    order by c.size desc limit ${page.limit}`.execute(db);
  return rows;
}

// The ledger as records, page by page: what verification reads, and what leaves as JSON lines.
import { fail, ok, type Result } from "../lib/result.ts";
import { whileAvailable } from "../store/available.ts";
import {
  bodiesBetween,
  checkpointsIn,
  eventsAfter,
  leavesIn,
  numbersAfter,
  sizeOf,
  witnessesIn,
  type StoredBody,
  type StoredRecord,
} from "./check/queries.ts";
import { cursorSchema, FORMAT, lineOf, type Cursor, type LedgerRecord } from "./check/record.ts";
import type { Ledger } from "./ledger.ts";
import type { Db } from "../store/db.ts";

const LEAVES_MAX = 2_000;
const NUMBERS_MAX = 5_000;
const EVENTS_MAX = 500;
const SEALED_BYTES_MAX = 4_000_000;

export interface Page {
  readonly records: readonly LedgerRecord[];
  readonly next: Cursor | null;
}

/** One page as lines, with the token of the page after it. */
export async function exportPage(
  ledger: Ledger,
  after: string | undefined,
): Promise<Result<{ lines: string[]; next: string | null; publicKey: string }>> {
  const cursor = after === undefined ? null : readCursor(after);
  if (cursor === undefined) return fail("request.invalid", "`after` is not from an export");
  const page = await whileAvailable(() => readPage(ledger, cursor));
  if (!page.ok) return page;
  const { records, next } = page.value;
  return ok({
    lines: records.map(lineOf),
    next: next && Buffer.from(JSON.stringify(next)).toString("base64url"),
    publicKey: ledger.keys.signer.verifierKey,
  });
}

function readCursor(text: string): Cursor | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, "base64url").toString());
    return cursorSchema.safeParse(value).data;
  } catch {
    return undefined;
  }
}

/**
 * All records in order. What is appended meanwhile may be left out: nothing signed covers it yet.
 */
export async function* readLedger(ledger: Ledger): AsyncGenerator<LedgerRecord> {
  let cursor: Cursor | null = null;
  do {
    const page: Page = await readPage(ledger, cursor);
    yield* page.records;
    cursor = page.next;
  } while (cursor);
}

/**
 * A page is of one moment: an event and its bodies are seen together, leaves and checkpoint too.
 */
async function readPage(ledger: Ledger, cursor: Cursor | null): Promise<Page> {
  const page = await ledger.db
    .transaction()
    .setIsolationLevel("repeatable read")
    .setAccessMode("read only")
    .execute(async (db) => pageAfter(ledger, db, cursor ?? (await start(ledger, db))));
  const records = cursor ? page.records : [header(ledger), ...page.records];
  const count = (cursor?.records ?? 0) + records.length;
  if (page.next) return { records, next: { ...page.next, records: count } };
  return { records: [...records, { kind: "end", records: count }], next: null };
}

/** The size is fixed with the first page: checkpoints made meanwhile are for the next export. */
async function start({ orgId }: Ledger, db: Db): Promise<Cursor> {
  return { at: "log", size: await sizeOf(db, orgId), idx: 0, records: 0 };
}

function header({ orgId, keys, witnesses }: Ledger): LedgerRecord {
  const known = witnesses.map(({ verifierKey }) => verifierKey);
  return {
    kind: "ledger",
    format: FORMAT,
    org: orgId,
    key: keys.signer.verifierKey,
    witnesses: known,
  };
}

interface At<S extends Cursor["at"]> {
  readonly db: Db;
  readonly cursor: Extract<Cursor, { at: S }>;
}

function pageAfter(ledger: Ledger, db: Db, cursor: Cursor): Promise<Page> {
  if (cursor.at === "log") return logPage(ledger, { db, cursor });
  if (cursor.at === "numbers") return numbersPage(ledger, { db, cursor });
  return eventsPage(ledger, { db, cursor });
}

async function logPage({ orgId }: Ledger, { db, cursor }: At<"log">): Promise<Page> {
  const range = { orgId, from: cursor.idx, to: Math.min(cursor.idx + LEAVES_MAX, cursor.size) };
  const leaves = await leavesIn(db, range);
  const checkpoints = await checkpointsIn(db, range);
  const witnesses = await witnessesIn(db, range);
  // A leaf stands at its index, a checkpoint before the leaf whose index is its size.
  const placed = [
    ...leaves.map((record) => ({ place: record.idx + 1, rank: 0, record })),
    ...checkpoints.map((record) => ({ place: record.size, rank: 1, record })),
    ...witnesses.map((record) => ({ place: record.size, rank: 2, record })),
  ].toSorted((a, b) => a.place - b.place || a.rank - b.rank);
  const next: Cursor =
    range.to < cursor.size
      ? { ...cursor, idx: range.to }
      : { at: "numbers", size: cursor.size, destination: "", number: 0, records: 0 };
  return { records: placed.map(({ record }) => record), next };
}

async function numbersPage({ orgId }: Ledger, { db, cursor }: At<"numbers">): Promise<Page> {
  const { size, destination, number } = cursor;
  const where = { orgId, size, destination, number, limit: NUMBERS_MAX };
  const records = await numbersAfter(db, where);
  const last = records.at(-1);
  if (last && records.length === NUMBERS_MAX)
    return { records, next: { ...cursor, destination: last.destination, number: last.number } };
  return { records, next: { at: "events", stream: "", seq: 0, records: 0 } };
}

async function eventsPage({ orgId }: Ledger, { db, cursor }: At<"events">): Promise<Page> {
  const { stream, seq } = cursor;
  const after = { stream, seq };
  const found = await eventsAfter(db, { orgId, ...after, limit: EVENTS_MAX });
  const events = fitting(found);
  const last =
    events.length < found.length || found.length === EVENTS_MAX ? events.at(-1) : undefined;
  // The last page looks beyond its last event: no body may hide there without one.
  const bodies = await bodiesBetween(db, { orgId, after, upTo: last ?? null });
  const records = interleave(events, bodies);
  if (!last) return { records, next: null };
  return { records, next: { at: "events", stream: last.stream, seq: last.seq, records: 0 } };
}

/** As many as fit in a page with their bodies, but one at least. */
function fitting(events: readonly StoredRecord[]): readonly StoredRecord[] {
  let bytes = 0;
  const end = events.findIndex((event) => (bytes += event.sealedBytes) > SEALED_BYTES_MAX);
  return end < 0 ? events : events.slice(0, Math.max(1, end));
}

/** Each event with its bodies after it; bodies without an event stand where they would belong. */
function interleave(
  events: readonly StoredRecord[],
  bodies: readonly StoredBody[],
): LedgerRecord[] {
  const records: LedgerRecord[] = [];
  let at = 0;
  const takeBodies = (until: StoredRecord | undefined): void => {
    for (; at < bodies.length; at++) {
      const body = bodies[at];
      if (!body || (until && !isBefore(body, until))) return;
      records.push({ ...body, kind: "body", sealed: body.sealed.toString("base64") });
    }
  };
  for (const event of events) {
    takeBodies(event);
    records.push(eventRecord(event));
  }
  takeBodies(undefined);
  return records;
}

function isBefore(body: StoredBody, event: StoredRecord): boolean {
  return body.stream === event.stream ? body.seq < event.seq : body.stream < event.stream;
}

function eventRecord(row: StoredRecord): LedgerRecord {
  const { stream, seq, at, type, prev, hash } = row;
  const [data, bodies] = [JSON.parse(row.data), JSON.parse(row.bodies)];
  return { kind: "event", stream, seq, at, type, data, bodies, prev, hash };
}

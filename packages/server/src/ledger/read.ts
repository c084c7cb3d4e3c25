// Streams read back: events as they stand, bodies decrypted, and a run's events as its loop takes
// them.
import { RUN_EVENTS, type BodyRef, type RunEvent } from "@stead/protocol";
import type { Json } from "../lib/json.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { atHand, whileAvailable } from "../store/available.ts";
import { bindingsOf } from "./batch.ts";
import { parseStored } from "./chain.ts";
import { ERASED, type StoredEvent } from "./event.ts";
import { openBody } from "./keys.ts";
import type { Ledger } from "./ledger.ts";
import {
  selectBodies,
  selectEvents,
  selectEventsWithBodies,
  type BodyRow,
  type EventRow,
} from "./queries.ts";

/** More events than any stream that is read as a whole should have. */
const EVENTS_MAX = 100_000;

export type Bodies = Readonly<Record<string, Json>>;

/** The events of a stream with seq above `after`, in order. */
export async function readStream(
  ledger: Ledger,
  stream: string,
  after = 0,
): Promise<Result<StoredEvent[]>> {
  const stretch = { orgId: ledger.orgId, stream, after, limit: EVENTS_MAX };
  const rows = await whileAvailable(() => selectEvents(ledger.pool, stretch));
  if (!rows.ok) return rows;
  const events = rows.value.map(storedEvent);
  const last = events.at(-1);
  if (last) ledger.heads.remember({ stream, to: last.seq, head: last.hash });
  return ok(events);
}

/** Bodies by event and name; one whose key was destroyed reads as `{erased: true}`. */
export async function openBodies(
  ledger: Ledger,
  stream: string,
  events: readonly StoredEvent[],
): Promise<Result<Map<number, Bodies>>> {
  const seqs = events.filter(({ bodies }) => bodies.length > 0).map(({ seq }) => seq);
  const where = { orgId: ledger.orgId, stream, seqs };
  const rows =
    seqs.length === 0 ? ok([]) : await whileAvailable(() => selectBodies(ledger.pool, where));
  if (!rows.ok) return rows;
  const bySeq = Map.groupBy(rows.value, ({ seq }) => seq);
  const opened = new Map<number, Bodies>();
  for (const event of events) {
    const bodies = openAll(ledger, { stream, ...event }, bySeq.get(event.seq) ?? []);
    if (!bodies.ok) return bodies;
    opened.set(event.seq, bodies.value);
  }
  return ok(opened);
}

/** A run's events after `after` with their bodies open: what the loop folds. */
export async function readRunEvents(
  ledger: Ledger,
  runId: string,
  { after = 0, limit = EVENTS_MAX }: { after?: number; limit?: number | undefined } = {},
): Promise<Result<RunEvent[]>> {
  const stretch = { orgId: ledger.orgId, stream: runId, after, limit };
  const rows = await whileAvailable(() => selectEventsWithBodies(ledger.pool, stretch));
  if (!rows.ok) return rows;
  const events: RunEvent[] = [];
  for (const own of Map.groupBy(rows.value, ({ seq }) => seq).values()) {
    const [row] = own;
    if (!row) continue;
    const event = storedEvent(row);
    const bodies = openAll(ledger, { stream: runId, ...event }, own);
    if (!bodies.ok) return bodies;
    const { seq, at, type, data } = event;
    const read = { seq, at, type, data, bodies: bodies.value };
    if (!isRunEvent(read)) return fail("ledger.broken", `${type} is no event of a run`);
    events.push(read);
    ledger.heads.remember({ stream: runId, to: seq, head: event.hash });
  }
  return ok(events);
}

/** Only this folder and the loop write runs' streams, so the type tells the shape. */
function isRunEvent(event: { type: string }): event is RunEvent {
  return Object.hasOwn(RUN_EVENTS, event.type);
}

export function storedEvent(row: EventRow): StoredEvent {
  const bodies: BodyRef[] = JSON.parse(row.bodies);
  return {
    seq: row.seq,
    at: row.at,
    type: row.type,
    data: parseStored(row.data),
    bodies,
    hash: row.hash,
  };
}

function openAll(
  ledger: Ledger,
  event: StoredEvent & { stream: string },
  rows: readonly BodyRow[],
): Result<Bodies> {
  const bodies: Record<string, Json> = {};
  for (const ref of event.bodies) {
    const row = rows.find(({ name }) => name === ref.name);
    const found = atHand(() => openOne(ledger, ref, row));
    if (!found.ok) return found;
    const opened = found.value;
    if (opened === undefined) {
      const detail = `body ${ref.name} of ${event.stream} ${event.seq} is missing or altered`;
      return fail("ledger.broken", detail);
    }
    bodies[ref.name] = opened;
  }
  return ok(bodies);
}

function openOne(ledger: Ledger, ref: BodyRef, row: BodyRow | undefined): Json | undefined {
  if (!row?.sealed) return undefined;
  if (!row.wrapped) return ERASED;
  const { sealed, wrapped } = row;
  const plain = openBody(ledger.keys, { sealed, wrapped }, bindingsOf(ledger.orgId, ref.id));
  if (!plain) return undefined;
  const value: Json = JSON.parse(plain.toString());
  return value;
}

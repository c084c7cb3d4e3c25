// What the ledger has on a question of non-egress: sends with their numbers, ungated paths, coverage. Read in
// one snapshot, so that no send is counted by one query and missed by the next.
import type { BodyRef, NonEgressQuestion, NonEgressReport } from "@stead/protocol";
import type { JsonObject } from "../lib/json.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import type { StoredEvent } from "../ledger/event.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Db } from "../store/db.ts";
import { sentSchema } from "./assess.ts";
import {
  countCheckpoints,
  countDestinations,
  countNumbers,
  selectLastCheckpoint,
  selectPathEvents,
  selectSends,
  selectSettled,
  selectTripped,
  type LastCheckpoint,
  type Place,
  type SendRow,
} from "./queries.ts";

const SENDS_MAX = 5_000;
const BYTES_MAX = 256_000_000;
const PATHS_MAX = 1_000;
const TRIPPED_MAX = 200;
const DESTINATIONS_MAX = 500;

export interface Send extends StoredEvent, Place {
  readonly number: number | null;
}

export interface Facts {
  readonly sends: readonly Send[];
  readonly ungated: Place[];
  readonly tripped: Place[];
  readonly coverage: NonEgressReport["coverage"];
  readonly last: LastCheckpoint | undefined;
}

export async function lookUp(ledger: Ledger, question: NonEgressQuestion): Promise<Result<Facts>> {
  return ledger.db
    .transaction()
    .setIsolationLevel("repeatable read")
    .setAccessMode("read only")
    .execute((db) => lookUpIn(ledger, db, question));
}

async function lookUpIn(
  { orgId }: Ledger,
  db: Db,
  { destination, from, to }: NonEgressQuestion,
): Promise<Result<Facts>> {
  const period = { orgId, destination, fromMs: Date.parse(from), toMs: Date.parse(to) };
  const rows = await selectSends(db, period, SENDS_MAX + 1);
  const sends = rows.map(sendOf);
  const bytes = sends.reduce((sum, { bodies }) => sum + bodies.reduce(plusBytes, 0), 0);
  if (sends.length > SENDS_MAX || bytes > BYTES_MAX)
    return fail("request.too_large", "Too much was sent in this period for one report.", {
      hint: `Choose a shorter one: a report holds ${SENDS_MAX} sends and ${BYTES_MAX} bytes.`,
    });
  const ungated = await selectPathEvents(db, { orgId, toMs: period.toMs, limit: PATHS_MAX + 1 });
  if (ungated.length > PATHS_MAX)
    return fail("request.too_large", "There were more ungated paths than a report can name.");
  const tripped = await selectTripped(db, { ...period, limit: TRIPPED_MAX });
  const numbers = await countNumbers(db, period);
  const destinations = await countDestinations(db, { ...period, limit: DESTINATIONS_MAX });
  const checkpoints = await countCheckpoints(db, period);
  const last = await selectLastCheckpoint(db, orgId);
  return ok({ sends, ungated, tripped, coverage: { ...numbers, destinations, checkpoints }, last });
}

function plusBytes(sum: number, { bytes }: BodyRef): number {
  return sum + bytes;
}

function sendOf({ stream, seq, number, at, data, bodies }: SendRow): Send {
  const refs: BodyRef[] = JSON.parse(bodies);
  const read: JsonObject = JSON.parse(data);
  return { stream, seq, number, at, type: "egress.sent", data: read, bodies: refs, hash: "" };
}

/** Where these sends were settled, as far as they were. */
export async function settledOf({ db, orgId }: Ledger, sends: readonly Send[]): Promise<Place[]> {
  const asked = sends.map(({ stream, data }) => {
    const { sendId } = sentSchema.parse(data);
    return { stream, sendId };
  });
  return asked.length === 0 ? [] : selectSettled(db, orgId, asked);
}

// What came of red-team runs, as it was reported: each an event of the ledger, its plays a body of it.
import {
  redteamPlaySchema,
  redteamResultSchema,
  type Principal,
  type RedteamPlay,
  type RedteamReport,
  type RedteamResult,
} from "@stead/protocol";
import { z } from "zod";
import { append } from "../ledger/append.ts";
import type { StoredEvent } from "../ledger/event.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { openBodies, readStream } from "../ledger/read.ts";
import { asJsonObject, type Json } from "../lib/json.ts";
import { fail, ok, type Result } from "../lib/result.ts";

const STREAM = "redteam";
/** What can be read in the stream `redteam`. Wire-visible: never renamed. */
export const REDTEAM_EVENTS = ["redteam.reported"] as const;
const LISTED_MAX = 200;
const ID = /^red_(\d{1,9})$/;

const dataSchema = redteamResultSchema.extend({ by: z.string() });

export interface Listed extends RedteamResult {
  readonly id: string;
  readonly reportedAt: string;
  readonly reportedBy: string;
}

export async function keepRedteam(
  ledger: Ledger,
  by: Principal,
  { plays, ...result }: RedteamReport,
): Promise<Result<Listed>> {
  const data = asJsonObject({ ...result, by: by.personId });
  // Of simulated systems and made-up people: there is nobody to be erased.
  const value: Json = z.json().parse(plays);
  const done = await append(ledger, {
    stream: STREAM,
    after: "tail",
    events: [{ type: REDTEAM_EVENTS[0], data, bodies: { plays: { value, subjects: [] } } }],
  });
  if (!done.ok) return done;
  const { to, at } = done.value;
  return ok(listed({ seq: to, at, data }));
}

/** The newest first. */
export async function listRedteam(ledger: Ledger): Promise<Result<Listed[]>> {
  const events = await readStream(ledger, STREAM);
  if (!events.ok) return events;
  return ok(events.value.slice(-LISTED_MAX).toReversed().map(listed));
}

export interface Found extends Listed {
  readonly plays: RedteamPlay[];
  readonly erased: boolean;
}

export async function getRedteam(ledger: Ledger, id: string): Promise<Result<Found>> {
  const seq = Number(ID.exec(id)?.[1] ?? 0);
  const events = seq > 0 ? await readStream(ledger, STREAM, seq - 1) : ok([]);
  if (!events.ok) return events;
  const [event] = events.value;
  if (!event) return fail("resource.not_found", `There is no red-team run ${id}.`);
  const bodies = await openBodies(ledger, STREAM, [event]);
  if (!bodies.ok) return bodies;
  const plays = z.array(redteamPlaySchema).safeParse(bodies.value.get(event.seq)?.["plays"]);
  return ok({ ...listed(event), plays: plays.data ?? [], erased: !plays.success });
}

function listed({ seq, at, data }: Pick<StoredEvent, "at" | "data" | "seq">): Listed {
  const { by, ...result } = dataSchema.parse(data);
  const reportedAt = new Date(at).toISOString();
  return { ...result, id: `red_${seq}`, reportedAt, reportedBy: by };
}

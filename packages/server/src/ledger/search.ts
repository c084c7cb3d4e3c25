// Looking things up in the ledger: events by what they are, and bodies, whose reading is an event
// too.
import type { LedgerEvent } from "@stead/protocol";
import { z } from "zod";
import type { Json } from "../lib/json.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { whileAvailable } from "../store/available.ts";
import { append } from "./append.ts";
import { AUDIT } from "./event.ts";
import type { Ledger } from "./ledger.ts";
import { searchEvents, selectEvents, type EventRow } from "./queries.ts";
import { openBodies, storedEvent } from "./read.ts";

export interface SearchInput {
  readonly stream?: string | undefined;
  readonly type?: string | undefined;
  /** ISO times, both inclusive. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Anywhere in the data, the type or the stream; bodies are encrypted and not searched. */
  readonly text?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

const cursorSchema = z.tuple([z.int(), z.string(), z.int()]);

export async function search(
  ledger: Ledger,
  input: SearchInput,
): Promise<Result<{ items: LedgerEvent[]; next: string | null }>> {
  const after = input.cursor === undefined ? undefined : readCursor(input.cursor);
  if (input.cursor !== undefined && !after)
    return fail("request.invalid", "`cursor` is not from a search");
  const query = {
    orgId: ledger.orgId,
    stream: input.stream,
    type: input.type,
    fromMs: input.from === undefined ? undefined : Date.parse(input.from),
    toMs: input.to === undefined ? undefined : Date.parse(input.to),
    // What is no text for Postgres is in no event.
    text: input.text?.replaceAll("\0", "\uFDD0").toWellFormed(),
    after,
    limit: input.limit + 1,
  };
  const rows = await whileAvailable(() => searchEvents(ledger.pool, query));
  if (!rows.ok) return rows;
  const shown = rows.value.slice(0, input.limit);
  const last = rows.value.length > input.limit ? shown.at(-1) : undefined;
  return ok({ items: shown.map(wireEvent), next: last ? cursorAt(last) : null });
}

function wireEvent(row: EventRow & { stream: string }): LedgerEvent {
  const { seq, at, type, data, bodies, hash } = storedEvent(row);
  const { stream, prev } = row;
  const time = new Date(at).toISOString();
  return { stream, seq, at: time, type, data: forWire(data), bodies: [...bodies], prev, hash };
}

type WireObject = LedgerEvent["data"];

/** A copy of its own, as the wire's types want it. */
function forWire(value: Readonly<Record<string, Json>>): WireObject {
  return JSON.parse(JSON.stringify(value));
}

/** Where a list of events, newest first, goes on. */
export function cursorAt({ at, stream, seq }: { at: number; stream: string; seq: number }): string {
  return Buffer.from(JSON.stringify([at, stream, seq])).toString("base64url");
}

export function readCursor(text: string): { at: number; stream: string; seq: number } | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, "base64url").toString());
    const [at, stream, seq] = cursorSchema.parse(value);
    return { at, stream, seq };
  } catch {
    return undefined;
  }
}

/** Opens the bodies of one event for a person. No reading without its own event. */
export async function readBodies(
  ledger: Ledger,
  { stream, seq, by }: { stream: string; seq: number; by: string },
): Promise<Result<{ bodies: WireObject }>> {
  const place = { orgId: ledger.orgId, stream, after: seq - 1, limit: 1 };
  const rows = await whileAvailable(() => selectEvents(ledger.pool, place));
  if (!rows.ok) return rows;
  const [row] = rows.value;
  if (row?.seq !== seq) return fail("resource.not_found", `there is no event ${seq} in ${stream}`);
  const event = storedEvent(row);
  const names = event.bodies.map(({ name }) => name);
  const data = { stream, seq, by, bodies: names };
  const read = { type: "bodies.read", data };
  const recorded = await append(ledger, { stream: AUDIT, after: "tail", events: [read] });
  if (!recorded.ok) return recorded;
  const opened = await openBodies(ledger, stream, [event]);
  return opened.ok ? ok({ bodies: forWire(opened.value.get(seq) ?? {}) }) : opened;
}

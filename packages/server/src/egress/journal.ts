// The journal of sends that belong to no run: an administrative stream of the ledger.
import { append, type Ledger } from "../ledger/append.ts";
import type { NewEvent } from "../ledger/event.ts";
import { asJsonObject, type Json } from "../lib/json.ts";
import { ok, type Result } from "../lib/result.ts";
import type { EgressEvent, Journal } from "./request.ts";

/** The stream of sends without a run, of ungated paths and of what the tripwire found. */
export const EGRESS_STREAM = "egress";

/** `subjects` are the people whom the bytes may name. */
export function adminJournal(
  ledger: Ledger,
  options: { readonly stream?: string; readonly subjects?: readonly string[] } = {},
): Journal {
  const { stream = EGRESS_STREAM, subjects = [] } = options;
  const write = async (events: readonly EgressEvent[]): Promise<Result<void>> => {
    const done = await append(ledger, {
      stream,
      after: "tail",
      events: events.map((event) => newEvent(event, subjects)),
    });
    return done.ok ? ok() : done;
  };
  const settle = async (events: readonly EgressEvent[]): Promise<void> => {
    const done = await write(events);
    if (!done.ok) ledger.log("warn", "a send stays unsettled", { code: done.failure.code });
  };
  return {
    now: write,
    later: (events) => void settle(events),
  };
}

function newEvent(event: EgressEvent, subjects: readonly string[]): NewEvent {
  const bytes = event.bodies?.["bytes"];
  const { type } = event;
  const data = asJsonObject(event.data);
  if (bytes === undefined) return { type, data };
  const value: Json = JSON.parse(JSON.stringify(bytes));
  return { type, data, bodies: { bytes: { value, subjects } } };
}

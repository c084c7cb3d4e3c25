// A run's log in the ledger: the stream that bears its id.
import { append } from "../ledger/append.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { readRunEvents } from "../ledger/read.ts";
import type { JsonObject } from "../lib/json.ts";
import { ok } from "../lib/result.ts";
import { bodiesFor, type RunLog } from "./journal.ts";

/** `subjects`: the people whose erasure destroys the bodies appended here. */
export function openRunLog(ledger: Ledger, runId: string, subjects: readonly string[]): RunLog {
  return {
    append: async (after, events, also) => {
      const done = await append(ledger, {
        stream: runId,
        after,
        events: events.map((event) => {
          const bodies = bodiesFor(event, subjects);
          const { type } = event;
          return { type, data: event.data as JsonObject, ...(bodies ? { bodies } : {}) };
        }),
        ...(also ? { also } : {}),
      });
      return done.ok ? ok({ at: done.value.at }) : done;
    },
    read: (after, limit) => readRunEvents(ledger, runId, { after, limit }),
  };
}

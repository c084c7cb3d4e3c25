// A run's log in the ledger: the stream that bears its id.
import type { NewRunEvent } from "@stead/protocol";
import { append, together } from "../ledger/append.ts";
import type { Also } from "../ledger/event.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { readRunEvents } from "../ledger/read.ts";
import { asJsonObject } from "../lib/json.ts";
import { ok } from "../lib/result.ts";
import { bodiesFor, type RunLog } from "./journal.ts";
import { ensureApproval, type ApprovalTable } from "./approval/queries.ts";

/** `subjects`: the people whose erasure destroys the bodies appended here. */
export function openRunLog(ledger: Ledger, runId: string, subjects: readonly string[]): RunLog {
  return {
    append: async (after, events, also) => {
      const rows = approvalRows(ledger, { runId, askerId: subjects[0] ?? "", events });
      const done = await append(ledger, {
        stream: runId,
        after,
        events: events.map((event) => {
          const bodies = bodiesFor(event, subjects);
          const { type } = event;
          return { type, data: asJsonObject(event.data), ...(bodies ? { bodies } : {}) };
        }),
        ...alsoOf(rows, also),
      });
      return done.ok ? ok({ at: done.value.at }) : done;
    },
    read: (after, limit) => readRunEvents(ledger, runId, { after, limit }),
    rest: () => ledger.heads.forget(runId),
  };
}

/** A question stands in inboxes as soon as it stands in the log. */
function approvalRows(
  { orgId, clock }: Ledger,
  asked: { runId: string; askerId: string; events: readonly NewRunEvent[] },
): ApprovalTable[] {
  return asked.events.flatMap((event) =>
    event.type !== "approval.requested"
      ? []
      : [
          {
            org_id: orgId,
            id: event.data.approvalId,
            run_id: asked.runId,
            call_id: event.data.callId,
            asker_id: asked.askerId,
            groups: event.data.approvers.map((approver) => approver.group),
            state: "requested",
            requested_at: new Date(clock.now()),
            expires_at: new Date(event.data.expiresAt),
            answered_at: null,
            answered_by: null,
          },
        ],
  );
}

function alsoOf(rows: readonly ApprovalTable[], also: Also | undefined): { also?: Also } {
  const insert: Also = async (tx) => {
    for (const row of rows) await ensureApproval(tx, row);
    return ok();
  };
  const all = together([...(rows.length > 0 ? [insert] : []), ...(also ? [also] : [])]);
  return all ? { also: all } : {};
}

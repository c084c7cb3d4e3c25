// Takes back what a person vouched for in a run: its values ask again from the next decision on. The call that
// was approved with it stays approved.
import type { Principal } from "@stead/protocol";
import { fail, ok, type Result } from "../../lib/result.ts";
import { approvalRow } from "../approval/queries.ts";
import type { RunDeps } from "../deps.ts";
import { openForReading } from "../open.ts";

const TRIES_MAX = 5;

export async function revokeEndorsement(
  deps: RunDeps,
  principal: Principal,
  approvalId: string,
): Promise<Result<Record<string, never>>> {
  for (let tries = 1; ; tries++) {
    const done = await revokeOnce(deps, principal, approvalId);
    if (done.ok || done.failure.code !== "ledger.conflict" || tries >= TRIES_MAX) return done;
  }
}

async function revokeOnce(
  deps: RunDeps,
  { personId: by }: Principal,
  approvalId: string,
): Promise<Result<Record<string, never>>> {
  const row = await approvalRow(deps.ctx.db, deps.ctx.orgId, approvalId);
  if (row?.answered_by !== by)
    return fail("resource.not_found", "There is no such approval, or it is not yours.");
  const run = await openForReading(deps, row.run_id);
  if (!run.ok) return run;
  const { state, journal } = run.value;
  const answered = journal.committed.findLast(
    (event) => event.type === "approval.answered" && event.data.approvalId === approvalId,
  );
  if (answered?.type !== "approval.answered" || answered.data.by !== by)
    return fail("resource.not_found", "There is no such approval, or it is not yours.");
  const { callId, tool, endorsed = [] } = answered.data;
  if (endorsed.length === 0)
    return fail("request.invalid", "Nothing was vouched for with this answer.");
  if (state.answer !== null)
    return fail("run.finished", "The run has ended, and with it what was vouched for.");
  if (!state.endorsed.some((each) => each.callId === callId)) return ok({});
  const log = deps.openLog(row.run_id, [row.asker_id, by]);
  const data = { callId, tool, approvalId, by };
  const done = await log.append(state.seq, [{ type: "label.endorsement-revoked", data }]);
  return done.ok ? ok({}) : done;
}

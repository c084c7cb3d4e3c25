// Takes a share back before it is used: by who asked for it, who agreed to it, or who may decide on it.
import type { Principal } from "@stead/protocol";
import { fail, ok, type Result } from "../../lib/result.ts";
import { mayAnswer } from "../approve.ts";
import { approvalRow, settleApproval } from "../approval/queries.ts";
import type { RunDeps } from "../deps.ts";
import { openForReading } from "../open.ts";

const TRIES_MAX = 5;

export async function revokeShare(
  deps: RunDeps,
  principal: Principal,
  approvalId: string,
): Promise<Result<void>> {
  for (let tries = 1; ; tries++) {
    const done = await revokeOnce(deps, principal, approvalId);
    if (done.ok || done.failure.code !== "ledger.conflict" || tries >= TRIES_MAX) return done;
  }
}

async function revokeOnce(
  deps: RunDeps,
  principal: Principal,
  approvalId: string,
): Promise<Result<void>> {
  const { db, orgId, clock } = deps.ctx;
  const row = await approvalRow(db, orgId, approvalId);
  if (!row) return fail("resource.not_found", "There is no such approval.");
  const run = await openForReading(deps, row.run_id);
  if (!run.ok) return run;
  const { state } = run.value;
  const call = state.calls.get(row.call_id);
  const approval = call?.approval;
  if (!call || approval?.id !== approvalId || !call.decision?.declassifies)
    return fail("request.invalid", "Only what was asked to be shared can be taken back.");
  const by = principal.personId;
  const isAsker = by === row.asker_id;
  const may = isAsker || mayAnswer(principal, row.asker_id, approval).ok;
  if (!may && !approval.yes.some((yes) => yes.by === by))
    return fail("policy.denied", "Who asked for it and who may decide on it can take it back.");
  if (state.answer !== null || (call.phase !== "asked" && call.phase !== "approved"))
    return fail(
      "approval.answered",
      "It was used or refused already, so nothing can be taken back.",
    );
  const { callId, tool } = call;
  const data = { callId, tool, approvalId, by };
  const log = deps.openLog(row.run_id, [row.asker_id, by]);
  const event = { type: "label.declassification-revoked", data } as const;
  const done = await log.append(state.seq, [event], async (tx) => {
    const at = new Date(clock.now());
    await settleApproval(tx, orgId, { id: row.id, state: "refused", by, at });
    await deps.enqueue(tx, row.run_id);
    return ok();
  });
  if (!done.ok) return done;
  deps.kick();
  return ok();
}

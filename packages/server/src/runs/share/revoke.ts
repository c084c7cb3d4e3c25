// Takes a share back before it is used: by who asked for it, who agreed to it, or who may decide on it.
import type { Principal } from "@stead/protocol";
import { fail, ok, type Result } from "../../lib/result.ts";
import { mayAnswer } from "../approve.ts";
import { approvalRow, settleApproval } from "../approval/queries.ts";
import type { RunDeps } from "../deps.ts";
import type { Driving } from "../driving.ts";
import { openForReading } from "../open.ts";
import type { CallState } from "../run.ts";

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
  if (call?.approval?.id !== approvalId) return notShared();
  const may = mayRevoke(run.value, call, principal);
  if (!may.ok) return may;
  const by = principal.personId;
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

/** Whether this person can take it back now. */
export function mayRevoke(
  run: Pick<Driving, "state" | "principal">,
  { approval, decision, phase }: CallState,
  principal: Principal,
): Result<void> {
  if (!approval || !decision?.declassifies) return notShared();
  const by = principal.personId;
  const asker = run.principal.personId;
  const may = by === asker || mayAnswer(principal, asker, approval).ok;
  if (!may && !approval.yes.some((yes) => yes.by === by))
    return fail("policy.denied", "Who asked for it and who may decide on it can take it back.");
  if (run.state.answer === null && (phase === "asked" || phase === "approved")) return ok();
  return fail("approval.answered", "It was used or refused already, so nothing can be taken back.");
}

function notShared(): Result<never> {
  return fail("request.invalid", "Only what was asked to be shared can be taken back.");
}

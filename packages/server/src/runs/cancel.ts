// Cancels a run: an event in its log that advance heeds before the next effect.
import type { Principal } from "@stead/protocol";
import { fail, ok, type Result } from "../lib/result.ts";
import { withTx, type Tx } from "../store/tx.ts";
import type { RunDeps } from "./deps.ts";
import { openSubRunsOf, runRow, type RunRow } from "./queries.ts";

const TRIES_MAX = 20;

export async function cancelRun(
  deps: RunDeps,
  input: { principal: Principal; runId: string },
): Promise<Result<RunRow>> {
  const { ctx } = deps;
  const { principal, runId } = input;
  const row = await runRow(ctx.db, ctx.orgId, runId);
  if (!row) return fail("resource.not_found", "There is no such run.");
  const done = await requestCancel(deps, runId, principal.personId);
  if (!done.ok) return done;
  // No new one begins after the run's own cancel; one that has just ended needs none.
  for (const id of await openSubRunsOf(ctx.db, ctx.orgId, runId))
    await requestCancel(deps, id, principal.personId);
  return ok(row);
}

/** Writes the wish down and tells whoever drives the run, or has a worker take it up. */
export async function requestCancel(
  deps: RunDeps,
  runId: string,
  by: string,
): Promise<Result<void>> {
  for (let i = 0; i < TRIES_MAX; i++) {
    const events = await deps.openLog(runId, []).read(0);
    if (!events.ok) return events;
    const [first] = events.value;
    const last = events.value.at(-1);
    if (first?.type !== "run.started" || !last)
      return fail("resource.not_found", "There is no such run.");
    if (last.type === "run.finished") return fail("run.finished", "The run has already ended.");
    const asked = events.value.some((event) => event.type === "run.cancel-requested");
    const log = deps.openLog(runId, [first.data.personId]);
    const tell = (tx: Tx): Promise<Result<void>> =>
      told(deps, tx, { runId, isSubRun: first.data.subRunOf !== undefined });
    // With the job that heeds it, or a cancel of a run that waits could be lost.
    const done = asked
      ? await withTx(deps.ctx.db, tell)
      : await log.append(last.seq, [{ type: "run.cancel-requested", data: { by } }], tell);
    if (done.ok) {
      deps.kick();
      return ok();
    }
    if (done.failure.code !== "ledger.conflict") return done;
  }
  return fail("request.conflict", "The run keeps moving on; try again.");
}

async function told(
  deps: RunDeps,
  tx: Tx,
  { runId, isSubRun }: { readonly runId: string; readonly isSubRun: boolean },
): Promise<Result<void>> {
  if (!isSubRun) await deps.enqueue(tx, runId);
  await deps.interrupt(tx, runId);
  return ok();
}

// Cancels a run: an event in its log that advance heeds before the next effect.
import type { Principal } from "@stead/protocol";
import { fail, ok, type Result } from "../lib/result.ts";
import { withTx, type Tx } from "../store/tx.ts";
import type { RunDeps } from "./deps.ts";
import { runRow, type RunRow } from "./queries.ts";

const TRIES_MAX = 20;

export async function cancelRun(
  deps: RunDeps,
  input: { principal: Principal; runId: string },
): Promise<Result<RunRow>> {
  const { ctx } = deps;
  const row = await runRow(ctx.db, ctx.orgId, input.runId);
  if (!row) return fail("resource.not_found", "There is no such run.");
  const log = deps.openLog(input.runId, [row.person_id]);
  for (let i = 0; i < TRIES_MAX; i++) {
    const events = await log.read(0);
    if (!events.ok) return events;
    const last = events.value.at(-1);
    if (!last || events.value.some((event) => event.type === "run.finished"))
      return fail("run.finished", "The run has already ended.");
    const asked = events.value.some((event) => event.type === "run.cancel-requested");
    const data = { by: input.principal.personId };
    // With the job that heeds it, or a cancel of a run that waits could be lost.
    const done = asked
      ? await withTx(ctx.db, (tx) => enqueue(deps, tx, input.runId))
      : await log.append(last.seq, [{ type: "run.cancel-requested", data }], (tx) =>
          enqueue(deps, tx, input.runId),
        );
    if (done.ok) {
      deps.kick();
      return ok(row);
    }
    if (done.failure.code !== "ledger.conflict") return done;
  }
  return fail("request.conflict", "The run keeps moving on; try again.");
}

async function enqueue(deps: RunDeps, tx: Tx, runId: string): Promise<Result<void>> {
  await deps.enqueue(tx, runId);
  await deps.interrupt(tx, runId);
  return ok();
}

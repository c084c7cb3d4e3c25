// Cancels a run: an event in its log that advance heeds before the next effect.
import type { Principal } from "@stead/protocol";
import { fail, ok, type Result } from "../lib/result.ts";
import { withTx } from "../store/tx.ts";
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
    if (!last || last.type === "run.finished")
      return fail("run.finished", "The run has already ended.");
    if (events.value.some((event) => event.type === "run.cancel-requested")) break;
    const data = { by: input.principal.personId };
    const done = await log.append(last.seq, [{ type: "run.cancel-requested", data }]);
    if (done.ok) break;
    if (done.failure.code !== "ledger.conflict") return done;
  }
  await withTx(ctx.db, (tx) => deps.enqueue(tx, input.runId));
  deps.kick();
  deps.interrupt(input.runId);
  return ok(row);
}

// Ends a run that no worker can drive, so that the person learns of it.
import type { NewRunEvent } from "@stead/protocol";
import { ride } from "../ledger/append.ts";
import { ok, type Failure, type Result } from "../lib/result.ts";
import type { RunDeps } from "./deps.ts";
import { fold } from "./fold.ts";
import { settleApproval } from "./approval/queries.ts";
import { endOfRun } from "./queries.ts";

export async function abandon(
  deps: RunDeps,
  runId: string,
  failure: Failure,
): Promise<Result<void>> {
  const { orgId, clock } = deps.ctx;
  const events = await deps.openLog(runId, []).read(0);
  if (!events.ok) return events;
  const state = fold(runId, events.value);
  if (state.answer !== null || !state.started) return ok();
  const { code, detail } = failure;
  const event: NewRunEvent = {
    type: "run.finished",
    data: {
      status: "failed",
      label: { audience: [], classes: [], trust: "outside" },
      failure: { code, detail, hint: "Start it again; if it fails again, tell an administrator." },
    },
    bodies: { answer: { text: "", citations: [] } },
  };
  const log = deps.openLog(runId, [state.started.personId]);
  const done = await log.append(state.seq, [event], async (tx) => {
    const { usage, turns } = state;
    const endedAt = new Date(clock.now());
    for (const { approval, phase } of state.calls.values())
      if (approval && phase === "asked")
        await settleApproval(tx, orgId, { id: approval.id, state: "void", by: null, at: endedAt });
    const change = { id: runId, status: "failed" as const, steps: turns.length, usage, endedAt };
    return ride(tx, endOfRun(orgId, change));
  });
  return done.ok ? ok() : done;
}

// Earlier runs of a thread, as later ones see them: the newest few, by what they asked and answered.
import { ok, type Result } from "../lib/result.ts";
import type { RunDeps } from "./deps.ts";
import { fold } from "./fold.ts";
import { hasReadAlone, type PastRun } from "./run.ts";

const PAST_RUNS_MAX = 20;

/** Runs that are not the person's own are left out, whatever the thread says. */
export async function pastOf(
  deps: RunDeps,
  personId: string,
  runIds: readonly string[],
): Promise<Result<PastRun[]>> {
  const past: PastRun[] = [];
  for (const runId of runIds.slice(-PAST_RUNS_MAX)) {
    const events = await deps.openLog(runId, []).read(0);
    if (!events.ok) return events;
    const state = fold(runId, events.value);
    if (state.started?.personId !== personId) continue;
    past.push({
      runId,
      personId,
      input: state.input,
      inputLabel: state.started.input,
      pasted: state.started.pasted,
      answer: state.answer?.text ?? "",
      answerLabel: state.answer?.label ?? state.started.input,
      readAlone: hasReadAlone(state),
    });
  }
  return ok(past);
}

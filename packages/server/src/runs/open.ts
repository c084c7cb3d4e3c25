// Opens a run to look at it: the state and who it acts for, without taking it from its worker.
import { fail, ok, type Result } from "../lib/result.ts";
import type { RunDeps } from "./deps.ts";
import { Driving } from "./driving.ts";
import { RunJournal } from "./journal.ts";
import { pastOf } from "./past.ts";

export async function openForReading(deps: RunDeps, runId: string): Promise<Result<Driving>> {
  const log = deps.openLog(runId, []);
  const events = await log.read(0);
  if (!events.ok) return events;
  const first = events.value[0];
  if (first?.type !== "run.started") return fail("resource.not_found", "There is no such run.");
  const principal = await deps.principalOf(first.data.personId);
  // Not the failure of whoever asks about the run: they may well be signed in.
  if (!principal.ok)
    return fail("run.finished", "The person whom this run acts for can no longer act.");
  const version = await deps.versionOf(first.data.versionId);
  if (!version.ok) return version;
  const past = await pastOf(deps, first.data.personId, first.data.previousRunIds);
  if (!past.ok) return past;
  const journal = new RunJournal(
    {
      runId,
      workerId: "reader",
      log,
      now: () => deps.ctx.clock.now(),
      sleep: (ms) => deps.ctx.clock.sleep(ms),
    },
    events.value,
  );
  return ok(
    new Driving({
      deps,
      runId,
      journal,
      version: version.value,
      principal: principal.value,
      past: past.value,
      stopping: new AbortController().signal,
    }),
  );
}

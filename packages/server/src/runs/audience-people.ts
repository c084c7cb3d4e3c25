// The people behind an audience that a run shows: of its answer, or of something that it read.
import type { EndpointReply, Endpoints, Principal, RunEvent } from "@stead/protocol";
import { activePeople } from "../access/crowd/queries.ts";
import { NEUTRAL } from "../access/label.ts";
import { readersOf } from "../access/readers.ts";
import { selectPeople } from "../identity/queries.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import type { RunDeps } from "./deps.ts";
import { runRow } from "./queries.ts";
import { audienceOf, seenAs, sightOf } from "./view.ts";

const SHOWN_MAX = 500;

/** `of`: classes that all must be met, with spaces between; left out: those of the answer. */
export async function peopleOf(
  { ctx, openLog }: RunDeps,
  reader: Principal,
  { runId, of }: { runId: string; of: string | undefined },
): Promise<Result<EndpointReply<Endpoints["run.audience"]>>> {
  const row = await runRow(ctx.db, ctx.orgId, runId);
  if (!row) return fail("resource.not_found", "There is no such run, or you may not see it.");
  const seen = await seenAs(ctx, reader, row);
  if (!seen.ok) return seen;
  const read = await openLog(runId, []).read(0);
  if (!read.ok) return read;
  const events = read.value;
  const sight = await sightOf(ctx, reader, { row, ...seen.value, events });
  const audience = of === undefined ? answered(events) : of.split(" ");
  const known = new Set(events.flatMap((event) => audienceOf(event)));
  if (!audience?.every((each) => known.has(each)) || !sight.sees({ ...NEUTRAL, audience }))
    return fail("resource.not_found", "Nothing that you are shown of this run is for them.");
  const readers = await readersOf(ctx, audience);
  const people = await selectPeople(ctx, readers, SHOWN_MAX);
  const everyone = readers.length === (await activePeople(ctx)).length;
  return ok({ people, total: readers.length, everyone });
}

function answered(events: readonly RunEvent[]): string[] | undefined {
  const last = events.findLast((event) => event.type === "run.finished");
  return last?.type === "run.finished" ? last.data.label.audience : undefined;
}

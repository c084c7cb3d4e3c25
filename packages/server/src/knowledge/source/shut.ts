// Live sources that are in use but can't be asked just now: an answer says that they were not, and whom to ask.
import { personOf } from "../../identity/person.ts";
import type { Ctx } from "../../store/context.ts";
import type { LiveSource } from "../live/live.ts";
import { answers, type SourceRow, type SourceState } from "./source.ts";

/** One that is new or leaving is in nobody's use. */
const WHY: Readonly<Partial<Record<SourceState, string>>> = {
  reconnect: "was not asked: somebody has to sign in to it again",
  failed: "was not asked: it is not set up as it should be",
  paused: "was not asked: it is paused",
};

export async function inUseOf(ctx: Ctx, rows: readonly SourceRow[]): Promise<LiveSource[]> {
  const used = rows.filter(({ state }) => answers(state) || WHY[state] !== undefined);
  return Promise.all(used.map((row) => liveSourceOf(ctx, row)));
}

async function liveSourceOf(ctx: Ctx, row: SourceRow): Promise<LiveSource> {
  const { id, name, createdBy } = row;
  const why = WHY[row.state];
  if (why === undefined) return { id, name };
  const whom = await personOf(ctx, createdBy);
  // Whoever had it connected, as long as they are here.
  const ask = whom?.active ? `${whom.name}, who connected it` : "an administrator";
  return { id, name, shut: `${why}; ask ${ask}` };
}

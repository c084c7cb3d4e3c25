// Keeps the promise of freshness: a source whose rights are older than its objective is closed, until they
// are young enough again.
import { closeSource, openSource } from "../../access/source/state.ts";
import { withTx } from "../../store/tx.ts";
import type { SourcePromise, SyncDeps } from "./deps.ts";
import { lockSource } from "./job/queries.ts";
import { ageOf } from "./view/queries.ts";

/** The sources that were closed or opened. */
export async function keepPromises(
  deps: Pick<SyncDeps, "ctx" | "promises">,
): Promise<{ closed: string[]; opened: string[] }> {
  const changed = { closed: [] as string[], opened: [] as string[] };
  for (const promise of await deps.promises()) {
    const now = await keepPromise(deps, promise);
    if (now !== null) changed[now].push(promise.id);
  }
  return changed;
}

async function keepPromise(
  { ctx }: Pick<SyncDeps, "ctx">,
  { id: sourceId, objectiveMs, failClosed }: SourcePromise,
): Promise<"closed" | "opened" | null> {
  const scope = { db: ctx.db, orgId: ctx.orgId, sourceId };
  const isLate = (ageMs: number): boolean => failClosed && ageMs > objectiveMs;
  const seen = await ageOf(scope);
  if (seen.ageMs === null || isLate(seen.ageMs) === seen.closed) return null;
  return withTx(ctx.db, async (tx) => {
    await lockSource({ ...scope, db: tx });
    // A pass may have ended while the lock was waited for.
    const { ageMs, closed } = await ageOf({ ...scope, db: tx });
    if (ageMs === null || isLate(ageMs) === closed) return null;
    await (closed ? openSource : closeSource)(ctx, tx, sourceId);
    ctx.log("warn", closed ? "a source is open again" : "a source is closed", { sourceId, ageMs });
    return closed ? ("opened" as const) : ("closed" as const);
  });
}

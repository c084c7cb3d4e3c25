// Works out again what was closed because something above it changed, then asks again for what is unsure.
import { SourceError } from "@stead/sdk";
import { applyGone, applyItems } from "./apply.ts";
import { eachOf, isOwn } from "./groups.ts";
import { malformed, readItem, shown, type ItemInput } from "./item.ts";
import { backoffMs } from "./job/job.ts";
import { nextRereadMs, rereadLater, toRecompute, toReread } from "./queries.ts";
import { workOutRights } from "./rights.ts";
import { beginReading, commit, type StepEnd, type Work } from "./work.ts";

const REREAD_STEP = 32;

export async function stepAccess(work: Work): Promise<StepEnd> {
  const { scope, bounds, mirror, job } = work;
  const ids = await toRecompute(scope, bounds.batch);
  if (ids.length > 0) {
    const before = job.isAtRest ? {} : job.counts;
    const counts = { ...before, recomputed: (before["recomputed"] ?? 0) + ids.length };
    const done = await commit(work, { counts, works: true }, (tx) =>
      workOutRights(tx, mirror, ids),
    );
    return done.ok ? { ok: true, value: { more: true } } : done;
  }
  const due = await toReread(scope, REREAD_STEP);
  if (due.length > 0) return reread(work, due);
  const nextMs = await nextRereadMs(scope);
  const done = await commit(work, { rests: { nextMs } }, async () => undefined);
  return done.ok ? { ok: true, value: { more: false } } : done;
}

async function reread(work: Work, ids: readonly string[]): Promise<StepEnd> {
  const { mirror, hosted, bounds, job, deps } = work;
  const { no } = await beginReading(work);
  const there: ItemInput[] = [];
  const gone: string[] = [];
  const unread: { id: string; error: SourceError }[] = [];
  await eachOf(work, ids, async (id) => {
    try {
      const item = await mirror.item(hosted.source, id);
      if (item === null) gone.push(id);
      else if (item.id === id) there.push(readItem(item));
      else throw malformed("another item than the one asked for");
    } catch (error) {
      if (!isOwn(error)) throw error;
      unread.push({ id, error });
    }
  });
  const before = job.isAtRest ? {} : job.counts;
  const counts = { ...before, reread: (before["reread"] ?? 0) + ids.length };
  const done = await commit(work, { counts, works: true }, async (scope) => {
    const applying = { scope, mirror, batch: bounds.batch };
    await applyItems(applying, there, { no, generation: null });
    for (const id of gone) await applyGone(scope, id, no);
    for (const { id, error } of unread) {
      const waitMs = backoffMs(job.tries + 3, deps.ctx.ids.fraction(), error.retryAfterMs);
      await rereadLater(scope, id, { detail: shown(error.message).slice(0, 500), waitMs });
    }
  });
  return done.ok ? { ok: true, value: { more: true } } : done;
}

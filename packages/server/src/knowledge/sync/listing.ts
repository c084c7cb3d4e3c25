// The whole listing of a source. What it leaves out at its end is gone, if the source says so when it is asked.
import { z } from "zod";
import { applyItems } from "./apply.ts";
import { readItem, readItems, readPage, malformed, type ItemInput } from "./item.ts";
import { setFirstCursor, wakeJobs } from "./job/queries.ts";
import { WALK, readWalk, walkOn, type Walk } from "./pages.ts";
import { forceAwaiting } from "./push/queries.ts";
import {
  closeBelow,
  closeMissing,
  countAnew,
  deleteItems,
  missingItems,
  namedBy,
  restoreMissing,
} from "./queries.ts";
import { closedClass, type TxScope } from "./rights.ts";
import { forgetSeen } from "./seen/queries.ts";
import { beginReading, commit, type StepEnd, type Work } from "./work.ts";

const cursorSchema = z.discriminatedUnion("phase", [
  z.object({ phase: z.literal("list"), walk: z.unknown() }),
  /** Asks for those that were left out, one by one; `found` of them are there after all. */
  z.object({ phase: z.literal("confirm"), asked: z.int(), found: z.int() }),
  z.object({ phase: z.literal("sweep") }),
]);
type Cursor = z.output<typeof cursorSchema>;

const CONFIRM_STEP = 10;
const SWEEP_STEP = 1_000;

export async function stepItems(work: Work): Promise<StepEnd> {
  if (work.job.cursor === null) return begin(work);
  const cursor = cursorSchema.parse(JSON.parse(work.job.cursor));
  if (cursor.phase === "list") return listPage(work, readWalk(cursor.walk));
  if (cursor.phase === "confirm") return confirm(work, cursor);
  return sweep(work);
}

/** Where changes are asked from is fixed before the listing, so that nothing falls between the two. */
async function begin(work: Work): Promise<StepEnd> {
  const { job, mirror, hosted } = work;
  const { no: beganNo, at } = await beginReading(work);
  const first = await mirror.changes?.(hosted.source, null);
  const begins = { generation: job.generation + 1, beganNo, at };
  const cursor = textOf({ phase: "list", walk: WALK });
  const begun = await commit(work, { cursor, begins, counts: {} }, async (scope) => {
    if (first) await setFirstCursor(scope, first.next, at);
  });
  return begun.ok ? { ok: true, value: { more: true } } : begun;
}

async function listPage(work: Work, walk: Walk): Promise<StepEnd> {
  const { job, mirror, hosted, bounds } = work;
  const { no } = await beginReading(work);
  const page = readPage(await mirror.list(hosted.source, walk.at));
  const items = readItems(page.items);
  const listed = (job.counts["listed"] ?? 0) + items.length;
  if (listed > bounds.itemsMax * 2) throw malformed("more items than can be kept");
  const counts = { ...job.counts, listed, pages: (job.counts["pages"] ?? 0) + 1 };
  const named = await namedBy(
    work.scope,
    items.map(({ id }) => id),
    job.generation,
  );
  const isNew = items.length > named;
  const cursor: Cursor =
    page.next === null
      ? { phase: "confirm", asked: 0, found: 0 }
      : {
          phase: "list",
          walk: walkOn(walk, { next: page.next, isNew, idleMax: bounds.idlePagesMax }),
        };
  const done = await commit(work, { cursor: textOf(cursor), counts }, async (scope) => {
    const applying = { scope, mirror, batch: bounds.batch };
    await applyItems(applying, items, { no, generation: job.generation });
    // Nobody reads what was left out while it is being asked for.
    if (page.next === null) await closeMissing(scope, since(work), await closedClass(scope));
  });
  return done.ok ? { ok: true, value: { more: true } } : done;
}

function since(work: Work): { no: number; generation: number } {
  return { no: work.job.beganNo, generation: work.job.generation };
}

/** A listing of a source that changed meanwhile misses what moved; one that lies misses anything. */
async function confirm(
  work: Work,
  { asked, found }: { asked: number; found: number },
): Promise<StepEnd> {
  const { mirror, hosted, bounds, job } = work;
  const limit = Math.max(1, Math.min(CONFIRM_STEP, bounds.confirmMax - asked));
  const ids = await missingItems(work.scope, since(work), limit);
  if (ids.length === 0) return end(work, { isWhole: true });
  if (asked >= bounds.confirmMax) {
    if (found > 0) return end(work, { isWhole: false });
    const swept = await commit(work, { cursor: textOf({ phase: "sweep" }) }, async () => undefined);
    return swept.ok ? { ok: true, value: { more: true } } : swept;
  }
  const { no } = await beginReading(work);
  const there: ItemInput[] = [];
  for (const id of ids) {
    const item = await mirror.item(hosted.source, id);
    if (item !== null && item.id !== id) throw malformed("another item than the one asked for");
    if (item !== null) there.push(readItem(item));
  }
  const cursor = textOf({
    phase: "confirm",
    asked: asked + ids.length,
    found: found + there.length,
  });
  const gone = ids.filter((id) => !there.some((item) => item.id === id));
  const counts = { ...job.counts, gone: (job.counts["gone"] ?? 0) + gone.length };
  const done = await commit(work, { cursor, counts }, async (scope) => {
    const applying = { scope, mirror, batch: bounds.batch };
    await applyItems(applying, there, { no, generation: job.generation });
    await removeGone(scope, gone, no);
  });
  return done.ok ? { ok: true, value: { more: true } } : done;
}

async function sweep(work: Work): Promise<StepEnd> {
  const { job } = work;
  const ids = await missingItems(work.scope, since(work), SWEEP_STEP);
  if (ids.length === 0) return end(work, { isWhole: true });
  const counts = { ...job.counts, gone: (job.counts["gone"] ?? 0) + ids.length };
  const done = await commit(work, { counts }, (scope) => removeGone(scope, ids, job.beganNo));
  return done.ok ? { ok: true, value: { more: true } } : done;
}

/** What the listing named in it is in something that is not there. */
async function removeGone(scope: TxScope, ids: readonly string[], no: number): Promise<void> {
  if (ids.length === 0) return;
  await closeBelow(scope, ids, await closedClass(scope));
  await deleteItems(scope, ids, no);
  await wakeJobs(scope, ["access"]);
}

async function end(work: Work, { isWhole }: { isWhole: boolean }): Promise<StepEnd> {
  const { mirror, job } = work;
  const { pollMs, reconcileMs } = work.hosted.connector.manifest.freshness;
  const nextMs = mirror.changes ? reconcileMs : pollMs;
  const counts = { ...job.counts, partial: isWhole ? 0 : 1 };
  const ends = { nextMs, freshAt: isWhole ? ("began" as const) : null };
  const done = await commit(work, { cursor: null, counts, ends }, async (scope: TxScope) => {
    if (!isWhole) {
      await restoreMissing(scope, since(work));
      await wakeJobs(scope, ["access"]);
    }
    if (isWhole) await forceAwaiting(scope, { awaits: "items", before: job.beganNo });
    await forgetSeen(scope, { kinds: ["gone"], before: job.beganNo });
  });
  if (done.ok && job.generation === 1) await countAnew(work.scope);
  return done.ok ? { ok: true, value: { more: false } } : done;
}

function textOf(cursor: Cursor): string {
  return JSON.stringify(cursor);
}

// What happened since: events that were pushed, then a poll from where the last one ended.
import { SourceError, type ChangePage } from "@stead/sdk";
import { applyGone, applyItems, applySubtree } from "./apply.ts";
import { applyGroups, readGroups, type GroupsRead } from "./groups.ts";
import { malformed, readChange, type ItemInput, type KnownChange } from "./item.ts";
import { wakeJobs } from "./job/queries.ts";
import { stepEvents } from "./push/events.ts";
import {
  forceAwaiting,
  forgetEvents,
  insertEvents,
  insertForced,
  isAwaited,
  nextEventMs,
} from "./push/queries.ts";
import { renewWatch } from "./push/watch.ts";
import type { TxScope } from "./rights.ts";
import { beginReading, commit, type StepEnd, type Work } from "./work.ts";

const CHANGES_MAX = 20_000;
const GROUPS_MAX = 200;

export async function stepChanges(work: Work): Promise<StepEnd> {
  if (await stepEvents(work)) return { ok: true, value: { more: true } };
  await renewWatch(work);
  const { mirror, hosted, job } = work;
  const { pollMs } = hosted.connector.manifest.freshness;
  if (!mirror.changes) return rest(work, mirror.push ? pollMs : null);
  const leftMs = job.sinceMs === null ? 0 : pollMs - job.sinceMs;
  const isHalfDone = (job.counts["more"] ?? 0) > 0;
  if (leftMs > 0 && !isHalfDone && !(await isAwaited(work.scope, "changes")))
    return rest(work, leftMs);
  return poll(work, mirror.changes);
}

/** Nothing was asked, so nothing is newer; events that wait for another try come first. */
async function rest(work: Work, nextMs: number | null): Promise<StepEnd> {
  const eventMs = await nextEventMs(work.scope);
  const soonest = Math.min(nextMs ?? Infinity, eventMs ?? Infinity);
  const due = Number.isFinite(soonest) ? soonest : null;
  const done = await commit(work, { rests: { nextMs: due } }, async () => undefined);
  return done.ok ? { ok: true, value: { more: false } } : done;
}

type Ask = NonNullable<Work["mirror"]["changes"]>;

async function poll(work: Work, changes: Ask): Promise<StepEnd> {
  const { job, hosted, deps } = work;
  const { no, at } = await beginReading(work);
  let page: ChangePage;
  try {
    page = await changes(hosted.source, job.cursor);
  } catch (error) {
    if (!(error instanceof SourceError) || error.code !== "missing" || job.cursor === null)
      throw error;
    return startOver(work);
  }
  const { next, done: isDone } = page;
  if (typeof next !== "string" || typeof isDone !== "boolean" || !Array.isArray(page.changes))
    throw malformed("changes of an unknown form");
  if (page.changes.length > CHANGES_MAX) throw malformed("too many changes at once");
  const known = page.changes.map(readChange);
  const receivedAt = new Date(deps.ctx.clock.now());
  const groups = await groupsOf(work, known);
  // A page that is not the last and brings neither changes nor another place to go on is a circle.
  const idle = isDone || known.length > 0 ? 0 : (job.counts["idle"] ?? 0) + 1;
  if (!isDone && (next === job.cursor || idle > work.bounds.idlePagesMax))
    throw malformed("the same changes again");
  const counts = {
    changes: (job.counts["changes"] ?? 0) + known.length,
    idle,
    more: isDone ? 0 : 1,
  };
  const { pollMs } = hosted.connector.manifest.freshness;
  const nextMs = Math.min(pollMs, (await nextEventMs(work.scope)) ?? pollMs);
  const ends = isDone ? { ends: { nextMs, freshAt: at } } : {};
  const begins = { generation: job.generation + 1, beganNo: no, at };
  const done = await commit(work, { cursor: next, counts, begins, ...ends }, async (scope) => {
    await applyChanges(work, scope, { known, groups, no, receivedAt });
    if (known.length > 0) await insertForced(scope, { id: `poll ${no}`, receivedAt });
    if (isDone) await forceAwaiting(scope, { awaits: "changes", before: no });
    if (isDone) await forgetEvents(scope);
  });
  return done.ok ? { ok: true, value: { more: !isDone } } : done;
}

async function groupsOf(work: Work, known: readonly KnownChange[]): Promise<GroupsRead | null> {
  const ids = new Set(known.flatMap((each) => (each.kind === "group" ? [each.id] : [])));
  if (ids.size === 0 || ids.size > GROUPS_MAX || !work.mirror.group) return null;
  return readGroups(work, [...ids]);
}

interface Polled {
  readonly known: readonly KnownChange[];
  /** Null: the groups are too many to be read by themselves, or there are none. */
  readonly groups: GroupsRead | null;
  readonly no: number;
  readonly receivedAt: Date;
}

/** Groups before items; of one item what was said last. */
async function applyChanges(work: Work, scope: TxScope, polled: Polled): Promise<void> {
  const { known, groups, no, receivedAt } = polled;
  const items = new Map<string, ItemInput | null>();
  const subtrees = new Set<string>();
  const emptied = new Set<string>();
  for (const change of known) {
    if (change.kind === "item") items.set(change.item.id, change.item);
    else if (change.kind === "gone") {
      items.set(change.id, null);
      // There again afterwards, but what was in it need not be.
      emptied.add(change.id);
    } else if (change.kind === "subtree") subtrees.add(change.id);
  }
  if (groups) await applyGroups(scope, groups);
  else if (known.some(({ kind }) => kind === "group")) await wakeJobs(scope, ["people"]);
  const events = (groups?.unread ?? []).map((id) => ({
    id: `poll ${no} group ${id}`,
    change: { kind: "group" as const, id },
  }));
  await insertEvents(scope, events, receivedAt);
  const applying = { scope, mirror: work.mirror, batch: work.bounds.batch };
  const there = [...items.values()].filter((item) => item !== null);
  await applyItems(applying, there, { no, generation: null });
  for (const [id, item] of items) if (item === null) await applyGone(scope, id, no);
  for (const id of new Set([...subtrees, ...emptied])) {
    const isItemKnown = (items.get(id) ?? null) !== null && !emptied.has(id);
    await applySubtree(scope, id, { isItemKnown });
  }
}

/** The source no longer knows where we were: from now on, and everything is listed again. */
async function startOver(work: Work): Promise<StepEnd> {
  const { no: beganNo, at } = await beginReading(work);
  const first = await work.mirror.changes?.(work.hosted.source, null);
  const begins = { generation: work.job.generation + 1, beganNo, at };
  const done = await commit(work, { cursor: first?.next ?? null, begins }, (scope) =>
    wakeJobs(scope, ["people", "items"]),
  );
  return done.ok ? { ok: true, value: { more: true } } : done;
}

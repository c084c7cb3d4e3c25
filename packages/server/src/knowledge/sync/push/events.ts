// Works on the events that a source sent: what they name is read again from the source, never believed.
import type { PushEvent } from "@stead/sdk";
import { applyGone, applyItems, applySubtree, applyUnread } from "../apply.ts";
import { applyGroups, eachOf, isOwn, readGroups } from "../groups.ts";
import { applyUsers, readUsers } from "../users.ts";
import { malformed, readItem, type ItemInput } from "../item.ts";
import { backoffMs } from "../job/job.ts";
import { wakeJobs } from "../job/queries.ts";
import { apart, beginReading, type Work } from "../work.ts";
import { awaitPass, dueEvents, eventLater, markForced, type DueEvent } from "./queries.ts";

const EVENTS_STEP = 32;

/** True when there was something to do. */
export async function stepEvents(work: Work): Promise<boolean> {
  const due = await dueEvents(work.scope, EVENTS_STEP);
  if (due.length === 0) return false;
  const of = (isOf: (kind: DueEvent["change"]["kind"]) => boolean) =>
    due.filter(({ change }) => isOf(change.kind));
  // Who is in a group comes before what the group may read; a stream of the one never holds up the other.
  const users = of((kind) => kind === "user");
  if (users.length > 0) await userEvents(work, users);
  const groups = of((kind) => kind === "group");
  if (groups.length > 0) await groupEvents(work, groups);
  const polls = of((kind) => kind === "poll");
  if (polls.length > 0) await pollEvents(work, polls);
  const items = of((kind) => kind !== "user" && kind !== "group" && kind !== "poll");
  if (items.length > 0) await itemEvents(work, items);
  return true;
}

async function pollEvents(work: Work, events: readonly DueEvent[]): Promise<void> {
  const kind = work.mirror.changes ? "changes" : "items";
  await apart(work, async (scope) => {
    await awaitPass(scope, idsOf(events), kind);
    if (kind === "items") await wakeJobs(scope, ["items"]);
  });
}

/** All users and groups are read again. */
async function awaitPeople(work: Work, events: readonly DueEvent[]): Promise<void> {
  await apart(work, async (scope) => {
    await awaitPass(scope, idsOf(events), "people");
    await wakeJobs(scope, ["people"]);
  });
}

async function userEvents(work: Work, events: readonly DueEvent[]): Promise<void> {
  if (!work.mirror.user) return awaitPeople(work, events);
  const read = await readUsers(work, events.map(namedBy));
  const isOf = (list: readonly string[]) => events.filter((event) => list.includes(namedBy(event)));
  const known = read.there.map(({ id }) => id);
  await apart(work, async (scope) => {
    await applyUsers(work, scope, read);
    await eventLater(scope, idsOf(isOf(read.unread)), waitOf(work, isOf(read.unread)));
    await markForced(scope, idsOf(isOf(known)));
  });
  // That somebody is gone altogether is for the whole list to say.
  const gone = isOf(read.gone);
  if (gone.length > 0) await awaitPeople(work, gone);
}

async function groupEvents(work: Work, events: readonly DueEvent[]): Promise<void> {
  if (!work.mirror.group) return awaitPeople(work, events);
  const read = await readGroups(work, events.map(namedBy));
  const failed = events.filter((event) => read.unread.includes(namedBy(event)));
  const done = events.filter((event) => !read.unread.includes(namedBy(event)));
  await apart(work, async (scope) => {
    await applyGroups(scope, read);
    await eventLater(scope, idsOf(failed), waitOf(work, failed));
    await markForced(scope, idsOf(done));
  });
}

interface ItemsRead {
  readonly there: Map<string, ItemInput>;
  readonly gone: string[];
  readonly unread: string[];
}

async function readItems(work: Work, ids: readonly string[]): Promise<ItemsRead> {
  const { mirror, hosted } = work;
  const read: ItemsRead = { there: new Map(), gone: [], unread: [] };
  await eachOf(work, ids, async (id) => {
    try {
      const item = await mirror.item(hosted.source, id);
      if (item === null) read.gone.push(id);
      else if (item.id === id) read.there.set(id, readItem(item));
      else throw malformed("another item than the one asked for");
    } catch (error) {
      if (!isOwn(error)) throw error;
      work.deps.ctx.log("warn", "an item could not be read", { cause: error.message });
      read.unread.push(id);
    }
  });
  return read;
}

async function itemEvents(work: Work, events: readonly DueEvent[]): Promise<void> {
  const { mirror, bounds } = work;
  const { no } = await beginReading(work);
  const ids = [...new Set(events.map(namedBy))];
  const { there, gone, unread } = await readItems(work, ids);
  const isOf = (list: readonly string[]) => events.filter((event) => list.includes(namedBy(event)));
  await apart(work, async (scope) => {
    const applying = { scope, mirror, batch: bounds.batch };
    await applyItems(applying, [...there.values()], { no, generation: null });
    for (const id of gone) await applyGone(scope, id, no);
    for (const { change } of events)
      if (change.kind === "subtree" && there.has(change.id))
        await applySubtree(scope, change.id, { isItemKnown: false });
    for (const id of unread) await applyUnread(applying, id);
    await eventLater(scope, idsOf(isOf(unread)), waitOf(work, isOf(unread)));
    await markForced(scope, idsOf(isOf([...there.keys(), ...gone])));
  });
}

function idsOf(events: readonly DueEvent[]): string[] {
  return events.map(({ id }) => id);
}

function namedBy({ change }: DueEvent): string {
  return change.kind === "poll" ? "" : change.id;
}

function waitOf(work: Work, events: readonly DueEvent[]): number {
  const tries = Math.max(0, ...events.map((event) => event.tries));
  return backoffMs(tries, work.deps.ctx.ids.fraction());
}

/** What of an event is kept; its id is the source's, and long ones are none. */
export function keptEvents(events: readonly PushEvent[]): PushEvent[] {
  return events.filter(
    ({ id, change }) =>
      id.length > 0 && id.length <= 400 && (change.kind === "poll" || change.id.length <= 400),
  );
}

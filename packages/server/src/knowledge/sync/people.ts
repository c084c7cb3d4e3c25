// Reads the users and groups of a source, page by page; at the end, those that were on none are gone.
import { z } from "zod";
import { removeGroupsBut, replaceGroups } from "../../access/source/groups.ts";
import { linkByDirectory } from "../../access/source/links.ts";
import { mergeUsers, retireOthers } from "../../access/source/users.ts";
import { readGroup, readPage, readUser } from "./item.ts";
import { WALK, readWalk, walkOn, type Walk } from "./pages.ts";
import { forceAwaiting } from "./push/queries.ts";
import type { TxScope } from "./rights.ts";
import { forgetSeen, hasUnseen, markSeen, seenSince } from "./seen/queries.ts";
import { beginReading, commit, type StepEnd, type Work } from "./work.ts";

const cursorSchema = z.object({ phase: z.enum(["users", "groups"]), walk: z.unknown() });
const MEMBERS_AT_ONCE = 50_000;

export async function stepPeople(work: Work): Promise<StepEnd> {
  const { job } = work;
  if (job.cursor === null) {
    const { no: beganNo, at } = await beginReading(work);
    const begins = { generation: job.generation + 1, beganNo, at };
    const cursor = JSON.stringify({ phase: "users", walk: WALK });
    const begun = await commit(work, { cursor, begins, counts: {} }, async () => undefined);
    return begun.ok ? { ok: true, value: { more: true } } : begun;
  }
  const { phase, walk } = cursorSchema.parse(JSON.parse(job.cursor));
  return phase === "users" ? usersPage(work, readWalk(walk)) : groupsPage(work, readWalk(walk));
}

async function usersPage(work: Work, walk: Walk): Promise<StepEnd> {
  const { mirror, hosted, job, bounds } = work;
  const { no } = await beginReading(work);
  const page = readPage(await mirror.users(hosted.source, walk.at));
  const users = page.items.map(readUser);
  let cursor = JSON.stringify({ phase: "groups", walk: WALK });
  const seen = { kind: "user" as const, ids: users.map(({ id }) => id), no };
  const isNew = await hasUnseen(work.scope, { ...seen, since: job.beganNo });
  if (page.next !== null)
    cursor = JSON.stringify({
      phase: "users",
      walk: walkOn(walk, { next: page.next, isNew, idleMax: bounds.idlePagesMax }),
    });
  const counts = { ...job.counts, users: (job.counts["users"] ?? 0) + users.length };
  const done = await commit(work, { cursor, counts }, async (scope) => {
    const due = await markSeen(scope, seen);
    const given = users.filter(({ id }) => due.has(id));
    await mergeUsers(scope, scope.db, { sourceId: scope.sourceId, users: given });
  });
  return done.ok ? { ok: true, value: { more: true } } : done;
}

async function groupsPage(work: Work, walk: Walk): Promise<StepEnd> {
  const { mirror, hosted, job, bounds } = work;
  const { no } = await beginReading(work);
  const page = readPage(await mirror.groups(hosted.source, walk.at));
  const groups = page.items.map((group) => readGroup(group, bounds.membersMax));
  const isLast = page.next === null;
  const counts = { ...job.counts, groups: (job.counts["groups"] ?? 0) + groups.length };
  const given = { kind: "group" as const, ids: groups.map(({ id }) => id), no };
  const isNew = await hasUnseen(work.scope, { ...given, since: job.beganNo });
  const cursor = isLast
    ? null
    : JSON.stringify({
        phase: "groups",
        walk: walkOn(walk, { next: page.next, isNew, idleMax: bounds.idlePagesMax }),
      });
  const ends = { nextMs: intervalMs(work), freshAt: "began" as const };
  const done = await commit(work, { cursor, counts, ...(isLast && { ends }) }, async (scope) => {
    const due = await markSeen(scope, given);
    await replaceInParts(
      scope,
      groups.filter(({ id }) => due.has(id)),
    );
    if (isLast) await endOfPeople(work, scope);
  });
  return done.ok ? { ok: true, value: { more: !isLast } } : done;
}

type Groups = Parameters<typeof replaceGroups>[2]["groups"];

async function replaceInParts(scope: TxScope, groups: Groups): Promise<void> {
  const { sourceId, db } = scope;
  for (let from = 0; from < groups.length;) {
    let to = from;
    for (let members = 0; to < groups.length && members <= MEMBERS_AT_ONCE; to++)
      members += groups[to]?.members.length ?? 0;
    await replaceGroups(scope, db, { sourceId, groups: groups.slice(from, to) });
    from = to;
  }
}

async function endOfPeople(work: Work, scope: TxScope): Promise<void> {
  const { sourceId, db } = scope;
  const since = work.job.beganNo;
  const userIds = await seenSince(scope, { kind: "user", since });
  await retireOthers(scope, db, { sourceId, userIds });
  const groupIds = await seenSince(scope, { kind: "group", since });
  await removeGroupsBut(scope, db, { sourceId, groupIds });
  const { trustedDomains } = work.hosted.row;
  await linkByDirectory(scope, db, { sourceId, trustedDomains });
  await forgetSeen(scope, { kinds: ["user", "group"], before: since });
  await forceAwaiting(scope, { awaits: "people", before: since });
}

/** Often enough for the promise of freshness, for not every source tells of its groups otherwise. */
function intervalMs(work: Work): number {
  const { pollMs, reconcileMs, objectiveMs } = work.hosted.connector.manifest.freshness;
  return Math.min(reconcileMs, Math.max(pollMs, objectiveMs / 3));
}

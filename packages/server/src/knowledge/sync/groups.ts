// Single groups read again because somebody said that they changed.
import type { SourceGroup } from "@stead/sdk";
import { SourceError } from "@stead/sdk";
import { removeGroup, replaceGroup, replaceGroups } from "../../access/source/groups.ts";
import { malformed, readGroup } from "./item.ts";
import type { TxScope } from "./rights.ts";
import { markSeen } from "./seen/queries.ts";
import { beginReading, type Work } from "./work.ts";

export interface GroupsRead {
  readonly no: number;
  readonly there: readonly SourceGroup[];
  readonly gone: readonly string[];
  /** Could not be read: what was known of them only shrinks. */
  readonly unread: readonly string[];
}

/** A signing in that is gone stops all; any other trouble is that of its group. */
export async function readGroups(work: Work, ids: readonly string[]): Promise<GroupsRead> {
  const { mirror, hosted, bounds } = work;
  const { no } = await beginReading(work);
  const there: SourceGroup[] = [];
  const gone: string[] = [];
  const unread: string[] = [];
  await eachOf(work, [...new Set(ids)], async (id) => {
    try {
      const group = (await mirror.group?.(hosted.source, id)) ?? null;
      if (group === null) gone.push(id);
      else if (group.id === id) there.push(readGroup(group, bounds.membersMax));
      else throw malformed("another group than the one asked for");
    } catch (error) {
      if (!isOwn(error)) throw error;
      work.deps.ctx.log("warn", "a group could not be read", { cause: error.message });
      unread.push(id);
    }
  });
  return { no, there, gone, unread };
}

/** Part of a transaction; a group that somebody has read later is left as it is. */
export async function applyGroups(scope: TxScope, read: GroupsRead): Promise<void> {
  const { sourceId, db } = scope;
  const ids = [...read.there.map(({ id }) => id), ...read.gone];
  const due = await markSeen(scope, { kind: "group", ids, no: read.no });
  const groups = read.there.filter(({ id }) => due.has(id));
  if (groups.length > 0) await replaceGroups(scope, db, { sourceId, groups });
  for (const groupId of read.gone)
    if (due.has(groupId)) await removeGroup(scope, db, { sourceId, groupId });
  for (const id of read.unread) {
    const group = { id, name: id, members: [], complete: false };
    await replaceGroup(scope, db, { sourceId, group });
  }
}

const TOGETHER_MAX = 8;

/** As many at once as the source bears. */
export async function eachOf(
  work: Pick<Work, "hosted">,
  ids: readonly string[],
  one: (id: string) => Promise<void>,
): Promise<void> {
  const { concurrent } = work.hosted.connector.manifest.limits;
  const together = Math.max(1, Math.min(concurrent, TOGETHER_MAX));
  for (let from = 0; from < ids.length; from += together)
    await Promise.all(ids.slice(from, from + together).map(one));
}

/** The trouble of the one thing that was asked for, not of the source as a whole. */
export function isOwn(error: unknown): error is SourceError {
  return error instanceof SourceError && error.code !== "reconnect" && error.code !== "settings";
}

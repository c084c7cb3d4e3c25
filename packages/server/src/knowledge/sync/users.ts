// Single users read again because somebody said that they changed.
import type { SourceUser } from "@stead/sdk";
import { linkByDirectory } from "../../access/source/links.ts";
import { mergeUsers } from "../../access/source/users.ts";
import { eachOf, isOwn } from "./groups.ts";
import { malformed, readUser } from "./item.ts";
import type { TxScope } from "./rights.ts";
import { markSeen } from "./seen/queries.ts";
import { beginReading, type Work } from "./work.ts";

export interface UsersRead {
  readonly no: number;
  readonly there: readonly SourceUser[];
  readonly gone: readonly string[];
  readonly unread: readonly string[];
}

export async function readUsers(work: Work, ids: readonly string[]): Promise<UsersRead> {
  const { mirror, hosted } = work;
  const { no } = await beginReading(work);
  const there: SourceUser[] = [];
  const gone: string[] = [];
  const unread: string[] = [];
  await eachOf(work, [...new Set(ids)], async (id) => {
    try {
      const user = (await mirror.user?.(hosted.source, id)) ?? null;
      if (user === null) gone.push(id);
      else if (user.id === id) there.push(readUser(user));
      else throw malformed("another user than the one asked for");
    } catch (error) {
      if (!isOwn(error)) throw error;
      work.deps.ctx.log("warn", "a user could not be read", { cause: error.message });
      unread.push(id);
    }
  });
  return { no, there, gone, unread };
}

/** Part of a transaction; a user whom somebody has read later is left as they are. */
export async function applyUsers(work: Work, scope: TxScope, read: UsersRead): Promise<void> {
  const { sourceId, db } = scope;
  const ids = read.there.map(({ id }) => id);
  const due = await markSeen(scope, { kind: "user", ids, no: read.no });
  const users = read.there.filter(({ id }) => due.has(id));
  await mergeUsers(scope, db, { sourceId, users });
  const { trustedDomains } = work.hosted.row;
  await linkByDirectory(scope, db, { sourceId, trustedDomains });
}

// What happened since: one log per person and one per shared drive, each read on from its own token.
import type { Change, ChangePage } from "@stead/sdk";
import { z } from "zod";
import type { DriveAccess } from "./access.ts";
import { ask, drive, type DriveSource } from "./api.ts";
import { findItem } from "./find.ts";
import { everyLog, logQuery, readerOf, startOf } from "./logs.ts";
import { changesSchema, FILE_FIELDS } from "./wire.ts";

const cursorSchema = z.strictObject({
  /** `user:<address>` or `drive:<id>`, and its token. */
  logs: z.array(z.tuple([z.string(), z.string()])),
  at: z.int(),
});
type Cursor = z.output<typeof cursorSchema>;

export async function changes(
  source: DriveSource,
  cursor: string | null,
): Promise<ChangePage<DriveAccess>> {
  if (cursor === null) {
    const logs: Cursor["logs"] = [];
    for (const log of await everyLog(source)) {
      // oxlint-disable-next-line no-await-in-loop -- one at a time, within the source's limits
      const token = await startOf(source, log);
      if (token !== null) logs.push([log, token]);
    }
    return { changes: [], next: JSON.stringify({ logs, at: 0 }), done: true };
  }
  const now = cursorSchema.parse(JSON.parse(cursor));
  const log = now.logs[now.at];
  return log === undefined ? round(source, now) : onePage(source, now, log);
}

/** All logs are read; whoever joined since gets a log of their own, and what they own is listed. */
async function round(source: DriveSource, now: Cursor): Promise<ChangePage<DriveAccess>> {
  const known = new Map(now.logs);
  const logs: Cursor["logs"] = [];
  const found: Change<DriveAccess>[] = [];
  for (const log of await everyLog(source)) {
    // oxlint-disable-next-line no-await-in-loop -- only for new ones
    const token = known.get(log) ?? (await startOf(source, log));
    if (token === null) continue;
    logs.push([log, token]);
    // oxlint-disable-next-line no-await-in-loop -- only for new ones
    if (!known.has(log)) found.push(...(await newTop(source, log)));
  }
  for (const [log] of now.logs) {
    const kept = logs.some(([one]) => one === log);
    if (!kept && log.startsWith("drive:")) found.push({ kind: "gone", id: log.slice(6) });
  }
  return { changes: found, next: JSON.stringify({ logs, at: 0 }), done: true };
}

async function onePage(
  source: DriveSource,
  now: Cursor,
  [log, token]: readonly [string, string],
): Promise<ChangePage<DriveAccess>> {
  const reader = await readerOf(source, log);
  const go = (next: string, at: number) =>
    JSON.stringify({ logs: now.logs.with(now.at, [log, next]), at });
  if (reader === null) return { changes: [], next: go(token, now.at + 1), done: false };
  const page = await ask(source, changesSchema, {
    url: drive(source, "changes"),
    query: {
      pageToken: token,
      pageSize: 100,
      ...logQuery(log),
      fields:
        "nextPageToken,newStartPageToken,changes(changeType,removed,fileId,driveId," +
        `file(${FILE_FIELDS}))`,
    },
    asUser: reader,
  });
  const found: Change<DriveAccess>[] = [];
  for (const change of page.changes) {
    const id = change.changeType === "drive" ? change.driveId : change.fileId;
    // oxlint-disable-next-line no-await-in-loop -- in the order in which they happened
    if (id !== undefined) found.push(...(await asItIs(source, id, reader)));
  }
  const next = page.nextPageToken ?? page.newStartPageToken ?? token;
  return { changes: found, next: go(next, now.at + (page.nextPageToken ? 0 : 1)), done: false };
}

/** "Removed" may be the loss of one person's access alone, so what counts is the item as it is now. */
async function asItIs(
  source: DriveSource,
  id: string,
  reader: string,
): Promise<Change<DriveAccess>[]> {
  const item = await findItem(source, id, [reader]);
  if (item === null) return [{ kind: "gone", id }];
  const own: Change<DriveAccess> = { kind: "item", item };
  // What is shared or moved is everything below, and no entry of its own tells of that.
  return item.kind === "container" ? [own, { kind: "subtree", id: item.id }] : [own];
}

async function newTop(source: DriveSource, log: string): Promise<Change<DriveAccess>[]> {
  const user = log.startsWith("user:") ? log.slice(5) : null;
  return asItIs(source, user === null ? log.slice(6) : "root", user ?? source.settings.admin);
}

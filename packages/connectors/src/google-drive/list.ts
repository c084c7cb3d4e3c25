// Everything in Drive: what each person owns, read as that person, and each shared drive as a manager.
import type { Item, Page } from "@stead/sdk";
import { z } from "zod";
import type { DriveAccess } from "./access.ts";
import { ask, drive, type DriveSource } from "./api.ts";
import { driveItem, driveList, driveNamed, managerOf } from "./drives.ts";
import { userList } from "./people.ts";
import { fileAs, itemOf } from "./read.ts";
import { FILE_FIELDS, filesSchema } from "./wire.ts";

const cursorSchema = z.strictObject({
  /** First all folders, then all files: one's file may lie in another's folder. */
  pass: z.enum(["folders", "files"]),
  of: z.enum(["people", "drives"]),
  /** Addresses or drives of the page at hand that are still to be read. */
  left: z.array(z.string()),
  /** The next page of people or drives; null when there is none. */
  more: z.string().nullable(),
  /** Where the first of `left` goes on. */
  files: z.string().nullable(),
});
type Cursor = z.output<typeof cursorSchema>;

const FIRST: Cursor = { pass: "folders", of: "people", left: [], more: "", files: null };

export async function list(
  source: DriveSource,
  cursor: string | null,
): Promise<Page<Item<DriveAccess>>> {
  const at = cursor === null ? FIRST : cursorSchema.parse(JSON.parse(cursor));
  const [unit, ...left] = at.left;
  if (unit === undefined) return onward([], await nextUnits(source, at));
  const page = await unitPage(source, at, unit);
  if (page.next !== null) return onward(page.items, { ...at, files: page.next });
  return onward(page.items, { ...at, left, files: null });
}

function onward(items: Item<DriveAccess>[], next: Cursor | null): Page<Item<DriveAccess>> {
  return { items: outermostFirst(items), next: next === null ? null : JSON.stringify(next) };
}

async function nextUnits(source: DriveSource, at: Cursor): Promise<Cursor | null> {
  if (at.more === null) {
    if (at.of === "people") return { ...at, of: "drives", more: "" };
    return at.pass === "folders" ? { ...FIRST, pass: "files" } : null;
  }
  const pageToken = at.more === "" ? undefined : at.more;
  if (at.of === "people") {
    const page = await userList(source, pageToken);
    const active = page.users.filter((one) => one.suspended !== true && one.archived !== true);
    const left = active.map((one) => one.primaryEmail);
    return { ...at, left, more: page.nextPageToken ?? null };
  }
  const page = await driveList(source, pageToken);
  return { ...at, left: page.drives.map((one) => one.id), more: page.nextPageToken ?? null };
}

async function unitPage(source: DriveSource, at: Cursor, unit: string) {
  const mine = at.of === "people";
  const readAs = mine ? unit : await managerOf(source, unit);
  const items = at.pass === "folders" && at.files === null ? await top(source, unit, mine) : [];
  if (readAs === null) return { items, next: null };
  const kind = at.pass === "folders" ? "=" : "!=";
  const page = await ask(source, filesSchema, {
    url: drive(source, "files"),
    query: {
      q:
        `mimeType ${kind} 'application/vnd.google-apps.folder' and trashed = false` +
        (mine ? " and 'me' in owners" : ""),
      corpora: mine ? "user" : "drive",
      ...(!mine && { driveId: unit, includeItemsFromAllDrives: true, supportsAllDrives: true }),
      pageSize: 100,
      pageToken: at.files ?? undefined,
      fields: `nextPageToken,files(${FILE_FIELDS})`,
    },
    asUser: readAs,
  });
  // oxlint-disable-next-line no-await-in-loop -- permissions one after the other, within the limits
  for (const file of page.files) items.push(await itemOf(source, file, readAs));
  return { items, next: page.nextPageToken ?? null };
}

async function top(source: DriveSource, unit: string, mine: boolean): Promise<Item<DriveAccess>[]> {
  if (mine) {
    const root = await fileAs(source, "root", unit);
    return root === null ? [] : [await itemOf(source, root, unit)];
  }
  const found = await driveNamed(source, unit);
  return found === null ? [] : [await driveItem(source, found)];
}

/** Within a page; a folder whose parent comes on a later page has no readers until it is there. */
function outermostFirst(items: readonly Item<DriveAccess>[]): Item<DriveAccess>[] {
  const left = new Map(items.map((item) => [item.id, item]));
  const sorted: Item<DriveAccess>[] = [];
  const place = (item: Item<DriveAccess>): void => {
    if (!left.delete(item.id)) return;
    const parent = item.parentId === null ? undefined : left.get(item.parentId);
    if (parent !== undefined) place(parent);
    sorted.push(item);
  };
  for (const item of items) place(item);
  return sorted;
}

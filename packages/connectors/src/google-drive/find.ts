// One item by its id alone, whoever owns it: the administrator can't open everything.
import type { Item } from "@stead/sdk";
import type { DriveAccess } from "./access.ts";
import { everyPage, directory, type DriveSource } from "./api.ts";
import { driveItem, driveNamed, managerOf } from "./drives.ts";
import { fileAs, itemOf } from "./read.ts";
import { usersSchema } from "./wire.ts";

export async function findItem(
  source: DriveSource,
  id: string,
  first: readonly string[] = [],
): Promise<Item<DriveAccess> | null> {
  const found = await driveNamed(source, id);
  if (found !== null) return driveItem(source, found);
  const tried = new Set<string>();
  for (const asUser of [...first, source.settings.admin]) {
    tried.add(asUser);
    // oxlint-disable-next-line no-await-in-loop -- the first who sees it ends it
    const item = await seenBy(source, id, asUser);
    if (item !== null) return item;
  }
  const pages = await everyPage(source, usersSchema, {
    url: directory(source, "users"),
    query: { customer: "my_customer", maxResults: 500 },
    asUser: source.settings.admin,
  });
  for (const user of pages.flatMap((page) => page.users)) {
    if (user.suspended === true || user.archived === true || tried.has(user.primaryEmail)) continue;
    // oxlint-disable-next-line no-await-in-loop -- the first who sees it ends it
    const item = await seenBy(source, id, user.primaryEmail);
    if (item !== null) return item;
  }
  return null;
}

/** Read again as its owner or a manager of its drive: others are not shown the permissions. */
async function seenBy(
  source: DriveSource,
  id: string,
  asUser: string,
): Promise<Item<DriveAccess> | null> {
  const file = await fileAs(source, id, asUser);
  if (file === null) return null;
  const owner =
    file.driveId === undefined
      ? file.owners?.[0]?.emailAddress
      : await managerOf(source, file.driveId);
  if (owner === undefined || owner === null || owner === asUser) {
    return itemOf(source, file, asUser);
  }
  const whole = await fileAs(source, id, owner);
  return whole === null ? itemOf(source, file, asUser) : itemOf(source, whole, owner);
}

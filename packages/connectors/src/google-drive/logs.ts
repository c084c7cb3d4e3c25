// Drive's logs of changes: one per person and one per shared drive, each read as who sees all of it.
import { ask, directory, drive, everyPage, type DriveSource } from "./api.ts";
import { managerOf } from "./drives.ts";
import { drivesSchema, startSchema, usersSchema } from "./wire.ts";

/** What listing and watching a log have in common. */
export function logQuery(log: string): Readonly<Record<string, string | boolean>> {
  return {
    includeRemoved: true,
    ...(log.startsWith("drive:")
      ? { driveId: log.slice(6), includeItemsFromAllDrives: true, supportsAllDrives: true }
      : { restrictToMyDrive: false }),
  };
}

export async function everyLog(source: DriveSource): Promise<string[]> {
  const asUser = source.settings.admin;
  const people = await everyPage(source, usersSchema, {
    url: directory(source, "users"),
    query: { customer: "my_customer", maxResults: 500 },
    asUser,
  });
  const drives = await everyPage(source, drivesSchema, {
    url: drive(source, "drives"),
    query: { useDomainAdminAccess: true, pageSize: 100 },
    asUser,
  });
  return [
    ...people
      .flatMap((page) => page.users)
      .filter((user) => user.suspended !== true && user.archived !== true)
      .map((user) => `user:${user.primaryEmail}`),
    ...drives.flatMap((page) => page.drives).map((one) => `drive:${one.id}`),
  ];
}

export async function readerOf(source: DriveSource, log: string): Promise<string | null> {
  return log.startsWith("user:") ? log.slice(5) : managerOf(source, log.slice(6));
}

export async function startOf(source: DriveSource, log: string): Promise<string | null> {
  const asUser = await readerOf(source, log);
  if (asUser === null) return null;
  const start = await ask(source, startSchema, {
    url: drive(source, "changes/startPageToken"),
    query: log.startsWith("drive:") ? { driveId: log.slice(6), supportsAllDrives: true } : {},
    asUser,
  });
  return start.startPageToken;
}

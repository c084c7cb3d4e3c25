// Shared drives: each is the top of its own tree, its members are the permissions on it.
import type { Item } from "@stead/sdk";
import type { z } from "zod";
import type { DriveAccess } from "./access.ts";
import { ask, directory, drive, everyPage, isRefusal, type DriveSource } from "./api.ts";
import { permissionsOn } from "./read.ts";
import { driveSchema, drivesSchema, membersSchema, permissionsSchema } from "./wire.ts";

type Drive = z.output<typeof driveSchema>;

export function driveList(source: DriveSource, pageToken: string | undefined) {
  return ask(source, drivesSchema, {
    url: drive(source, "drives"),
    query: { useDomainAdminAccess: true, pageSize: 100, pageToken },
    asUser: source.settings.admin,
  });
}

export async function driveNamed(source: DriveSource, id: string): Promise<Drive | null> {
  try {
    return await ask(source, driveSchema, {
      url: drive(source, `drives/${encodeURIComponent(id)}`),
      query: { useDomainAdminAccess: true },
      asUser: source.settings.admin,
    });
  } catch (error) {
    if (isRefusal(error)) return null;
    throw error;
  }
}

export async function driveItem(source: DriveSource, found: Drive): Promise<Item<DriveAccess>> {
  const seen = { limited: false, readAs: source.settings.admin, asAdmin: true };
  return {
    id: found.id,
    parentId: null,
    kind: "container",
    title: found.name,
    path: found.name,
    revision: found.name,
    updatedAt: "1970-01-01T00:00:00.000Z",
    access: await permissionsOn(source, found.id, seen),
  };
}

/** A manager of the drive, who alone sees all in it, limited folders too; null when there is none. */
export async function managerOf(source: DriveSource, driveId: string): Promise<string | null> {
  try {
    const pages = await everyPage(source, permissionsSchema, {
      url: drive(source, `files/${encodeURIComponent(driveId)}/permissions`),
      query: {
        supportsAllDrives: true,
        useDomainAdminAccess: true,
        pageSize: 100,
        fields: "nextPageToken,permissions(id,type,role,emailAddress)",
      },
      asUser: source.settings.admin,
    });
    const managers = pages
      .flatMap((page) => page.permissions)
      .filter((one) => one.role === "organizer" && one.emailAddress !== undefined);
    const user = managers.find((one) => one.type === "user")?.emailAddress;
    if (user !== undefined) return user;
    for (const group of managers.filter((one) => one.type === "group")) {
      // oxlint-disable-next-line no-await-in-loop -- the first group with a person in it ends it
      const member = await firstMember(source, group.emailAddress ?? "");
      if (member !== null) return member;
    }
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
  source.log("A shared drive has no manager to read it as", { driveId });
  return null;
}

async function firstMember(source: DriveSource, group: string): Promise<string | null> {
  const { members } = await ask(source, membersSchema, {
    url: directory(source, `groups/${encodeURIComponent(group)}/members`),
    query: { maxResults: 200, includeDerivedMembership: true },
    asUser: source.settings.admin,
  });
  return members.find((one) => one.type === "USER")?.email ?? null;
}

// The users and groups of the organisation, under the ids that Drive's permissions name them by.
import type { Member, Page, SourceGroup, SourceUser } from "@stead/sdk";
import type { z } from "zod";
import { ask, directory, everyPage, granteeId, isRefusal, type DriveSource } from "./api.ts";
import { groupSchema, groupsSchema, membersSchema, usersSchema } from "./wire.ts";

/** Stands for "all in the organisation" as a member of a group. */
const EVERYONE = "customer";

export function userList(source: DriveSource, pageToken: string | undefined) {
  return ask(source, usersSchema, {
    url: directory(source, "users"),
    query: { customer: "my_customer", maxResults: 100, orderBy: "email", pageToken },
    asUser: source.settings.admin,
  });
}

export async function users(source: DriveSource, cursor: string | null): Promise<Page<SourceUser>> {
  const page = await userList(source, cursor ?? undefined);
  const items: SourceUser[] = [];
  for (const user of page.users) {
    const active = user.suspended !== true && user.archived !== true;
    const email = user.primaryEmail.toLowerCase();
    items.push({
      // oxlint-disable-next-line no-await-in-loop -- one at a time, within the source's limits
      id: await granteeId(source, { directoryId: user.id, email }),
      name: user.name?.fullName ?? email,
      email,
      domain: email.slice(email.lastIndexOf("@") + 1),
      active,
    });
  }
  return { items, next: page.nextPageToken ?? null };
}

export async function groups(
  source: DriveSource,
  cursor: string | null,
): Promise<Page<SourceGroup>> {
  const page = await ask(source, groupsSchema, {
    url: directory(source, "groups"),
    query: { customer: "my_customer", maxResults: 20, pageToken: cursor ?? undefined },
    asUser: source.settings.admin,
  });
  const items: SourceGroup[] = cursor === null ? [await everyone(source)] : [];
  // oxlint-disable-next-line no-await-in-loop -- one at a time, within the source's limits
  for (const group of page.groups) items.push(await groupOf(source, group));
  return { items, next: page.nextPageToken ?? null };
}

async function groupOf(
  source: DriveSource,
  group: z.output<typeof groupSchema>,
): Promise<SourceGroup> {
  const id = await granteeId(source, { directoryId: group.id, email: group.email });
  const name = group.name ?? group.email;
  try {
    const pages = await everyPage(source, membersSchema, {
      url: directory(source, `groups/${encodeURIComponent(group.id)}/members`),
      query: { maxResults: 200 },
      asUser: source.settings.admin,
    });
    const members: Member[] = [];
    for (const one of pages.flatMap((page) => page.members)) {
      if (one.type === "CUSTOMER") members.push({ kind: "group", id: EVERYONE });
      if (one.email === undefined || one.type === "CUSTOMER") continue;
      members.push({
        kind: one.type === "GROUP" ? "group" : "user",
        // oxlint-disable-next-line no-await-in-loop -- remembered after the first time
        id: await granteeId(source, { directoryId: one.id, email: one.email }),
      });
    }
    return { id, name, members, complete: true };
  } catch (error) {
    // A group that can't be read whole adds nobody.
    if (isRefusal(error)) return { id, name, members: [], complete: false };
    throw error;
  }
}

async function everyone(source: DriveSource): Promise<SourceGroup> {
  const pages = await everyPage(source, usersSchema, {
    url: directory(source, "users"),
    query: { customer: "my_customer", maxResults: 500 },
    asUser: source.settings.admin,
  });
  const members: Member[] = [];
  for (const user of pages.flatMap((page) => page.users)) {
    const principal = { directoryId: user.id, email: user.primaryEmail };
    // oxlint-disable-next-line no-await-in-loop -- remembered after the first time
    members.push({ kind: "user", id: await granteeId(source, principal) });
  }
  return { id: EVERYONE, name: "Everyone in the organisation", members, complete: true };
}

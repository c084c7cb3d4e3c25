// The users and groups of a site, by account id; groups of Cloud hold users alone.
import { SourceError, type Page, type SourceGroup, type SourceUser } from "@stead/sdk";
import { after, ask, everyStart, isItsOwn, type ConfluenceSource } from "./api.ts";
import {
  groupByIdSchema,
  groupsSchema,
  membersSchema,
  userSearchSchema,
  type WireGroup,
} from "./wire.ts";

const USERS = 100;
const GROUPS = 20;
const MEMBERS = 200;

export async function users(
  source: ConfluenceSource,
  cursor: string | null,
): Promise<Page<SourceUser>> {
  const start = Number(cursor ?? 0);
  const page = await ask(source, userSearchSchema, {
    url: "rest/api/search/user",
    query: { cql: "type = user", start, limit: USERS },
  });
  const items: SourceUser[] = [];
  for (const { user } of page.results) {
    if (user === undefined) continue;
    const { accountType, accountStatus, email } = user;
    items.push({
      id: user.accountId,
      name: user.displayName ?? user.publicName ?? user.accountId,
      // A profile may hide it; then the person links the account by signing in.
      ...(email && { email: email.toLowerCase() }),
      // Apps and the customers of a service desk are no people of the organisation.
      active: accountType === "atlassian" && (accountStatus ?? "active") === "active",
    });
  }
  const next = after(page, start);
  return { items, next: next === null ? null : String(next) };
}

export async function groups(
  source: ConfluenceSource,
  cursor: string | null,
): Promise<Page<SourceGroup>> {
  const start = Number(cursor ?? 0);
  const page = await ask(source, groupsSchema, {
    url: "rest/api/group",
    query: { start, limit: GROUPS },
  });
  const items = await Promise.all(page.results.map((one) => groupOf(source, one)));
  const next = after(page, start);
  return { items, next: next === null ? null : String(next) };
}

export async function group(source: ConfluenceSource, id: string): Promise<SourceGroup | null> {
  try {
    const query = { id };
    const found = await ask(source, groupByIdSchema, { url: "rest/api/group/by-id", query });
    return await groupOf(source, found);
  } catch (error) {
    if (error instanceof SourceError && error.code === "missing") return null;
    throw error;
  }
}

async function groupOf(source: ConfluenceSource, { id, name }: WireGroup): Promise<SourceGroup> {
  try {
    const found = await everyStart(async (start) => {
      const page = await ask(source, membersSchema, {
        url: `rest/api/group/${encodeURIComponent(id)}/membersByGroupId`,
        query: { start, limit: MEMBERS },
      });
      return { found: page.results.map(({ accountId }) => accountId), next: after(page, start) };
    });
    const members = [...new Set(found)].map((user) => ({ kind: "user" as const, id: user }));
    return { id, name, members, complete: true };
  } catch (error) {
    // A group that can't be read whole adds nobody.
    if (isItsOwn(error)) return { id, name, members: [], complete: false };
    throw error;
  }
}

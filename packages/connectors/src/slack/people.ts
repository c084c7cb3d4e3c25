// Slack's users; its workspaces (full members alone) and its conversations as groups.
import type { Member, Page, SourceGroup, SourceUser } from "@stead/sdk";
import { ask, everyPage, isRefusal, nextOf, type SlackSource } from "./api.ts";
import {
  channelInfoSchema,
  channelsSchema,
  membersSchema,
  teamsSchema,
  testSchema,
  userInfoSchema,
  usersSchema,
  type Channel,
  type User,
} from "./wire.ts";

const TYPES = "public_channel,private_channel,mpim,im";

/** The workspaces that are ours: those of the Grid, or the one of the token. */
export async function teamsOf(source: SlackSource): Promise<{ id: string; name: string }[]> {
  const self = await ask(source, testSchema, { method: "auth.test" });
  if (typeof self.enterprise_id !== "string") return [{ id: self.team_id, name: self.team }];
  const pages = await everyPage(source, teamsSchema, { method: "auth.teams.list" });
  return pages.flatMap((page) => page.teams);
}

/** Cursors name the workspace that they belong to: a Grid is read one after the other. */
export async function pageOfTeam<T>(
  source: SlackSource,
  cursor: string | null,
  read: (team: string, at: string | undefined) => Promise<Page<T>>,
): Promise<Page<T>> {
  const teams = await teamsOf(source);
  const [named, at] = cursor?.split(" ", 2) ?? [teams[0]?.id, ""];
  if (named === undefined) return { items: [], next: null };
  const page = await read(named, at === "" ? undefined : at);
  if (page.next !== null) return { items: page.items, next: `${named} ${page.next}` };
  const following = teams[teams.findIndex((team) => team.id === named) + 1];
  return { items: page.items, next: following === undefined ? null : `${following.id} ` };
}

export function users(source: SlackSource, cursor: string | null): Promise<Page<SourceUser>> {
  return pageOfTeam(source, cursor, async (team, at) => {
    const query = { team_id: team, limit: 200, cursor: at };
    const page = await ask(source, usersSchema, { method: "users.list", query });
    return { items: page.members.map((user) => userOf(user, team)), next: nextOf(page) };
  });
}

export async function oneUser(source: SlackSource, id: string): Promise<SourceUser | null> {
  try {
    const query = { user: id };
    const found = await ask(source, userInfoSchema, { method: "users.info", query });
    const team = (await teamsOf(source)).find((one) => isOurs(found.user, one.id));
    return userOf(found.user, team?.id ?? "");
  } catch (error) {
    if (isRefusal(error)) return null;
    throw error;
  }
}

function userOf(user: User, team: string): SourceUser {
  // An address of another organisation's user, or one not confirmed, is nobody's word but their own.
  const vouched = user.is_email_confirmed === true && isOurs(user, team);
  const email = vouched ? user.profile?.email?.toLowerCase() : undefined;
  return {
    id: user.id,
    name: user.real_name ?? user.name ?? user.id,
    ...(email !== undefined && { email }),
    active: user.deleted !== true,
  };
}

function isOurs(user: User, team: string): boolean {
  if (user.is_stranger === true) return false;
  return user.team_id === team || (user.enterprise_user?.teams ?? []).includes(team);
}

/** Guests are in the workspace, yet of its public channels they have only those they were put in. */
export function isFullMember(user: User, team: string): boolean {
  if (user.deleted === true || !isOurs(user, team)) return false;
  return user.is_restricted !== true && user.is_ultra_restricted !== true;
}

export function channelPage(source: SlackSource, team: string, at: string | undefined) {
  const query = { team_id: team, types: TYPES, exclude_archived: false, limit: 20, cursor: at };
  return ask(source, channelsSchema, { method: "conversations.list", query });
}

export function groups(source: SlackSource, cursor: string | null): Promise<Page<SourceGroup>> {
  return pageOfTeam(source, cursor, async (team, at) => {
    const ours = new Set((await teamsOf(source)).map((one) => one.id));
    const page = await channelPage(source, team, at);
    const items = at === undefined ? [await teamGroup(source, team)] : [];
    for (const channel of page.channels) {
      // oxlint-disable-next-line no-await-in-loop -- one at a time, within the source's limits
      items.push(await channelGroup(source, channel, { ours, listedIn: team }));
    }
    return { items, next: nextOf(page) };
  });
}

export async function group(source: SlackSource, id: string): Promise<SourceGroup | null> {
  const teams = (await teamsOf(source)).map((team) => team.id);
  if (teams.includes(id)) return teamGroup(source, id);
  const channel = await channelNamed(source, id);
  if (channel === null) return null;
  return channelGroup(source, channel, { ours: new Set(teams), listedIn: null });
}

export async function channelNamed(source: SlackSource, id: string): Promise<Channel | null> {
  try {
    const query = { channel: id };
    const found = await ask(source, channelInfoSchema, { method: "conversations.info", query });
    return found.channel;
  } catch (error) {
    if (isRefusal(error)) return null;
    throw error;
  }
}

async function teamGroup(source: SlackSource, team: string): Promise<SourceGroup> {
  const pages = await everyPage(source, usersSchema, {
    method: "users.list",
    query: { team_id: team },
  });
  const members = pages
    .flatMap((page) => page.members)
    .filter((user) => isFullMember(user, team))
    .map((user): Member => ({ kind: "user", id: user.id }));
  return { id: team, name: `Full members of ${team}`, members, complete: true };
}

async function channelGroup(
  source: SlackSource,
  channel: Channel,
  { ours, listedIn }: { readonly ours: ReadonlySet<string>; readonly listedIn: string | null },
): Promise<SourceGroup> {
  const members: Member[] = publicTo(channel, ours, listedIn).map((id) => ({ kind: "group", id }));
  const name = channel.name ?? channel.id;
  try {
    const query = { channel: channel.id };
    const pages = await everyPage(source, membersSchema, {
      method: "conversations.members",
      query,
    });
    for (const id of new Set(pages.flatMap((page) => page.members))) {
      members.push({ kind: "user", id });
    }
    return { id: channel.id, name, members, complete: true };
  } catch (error) {
    // Known by half: it lets nobody in who was not in before.
    if (isRefusal(error)) return { id: channel.id, name, members, complete: false };
    throw error;
  }
}

/** Our workspaces whose full members may all join; none unless it is plainly public. */
function publicTo(
  channel: Channel,
  ours: ReadonlySet<string>,
  listedIn: string | null,
): readonly string[] {
  if (channel.is_private !== false || channel.is_im === true || channel.is_mpim === true) return [];
  const named = [
    ...(channel.internal_team_ids ?? []),
    ...(channel.shared_team_ids ?? []),
    ...(channel.context_team_id === undefined ? [] : [channel.context_team_id]),
    ...(listedIn === null ? [] : [listedIn]),
  ];
  if (named.length === 0 && ours.size === 1) return [...ours];
  return [...new Set(named)].filter((id) => ours.has(id)).toSorted();
}

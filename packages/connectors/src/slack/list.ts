// Everything in Slack: conversations, what was said in them day by day, then the files.
import { SourceError, type Content, type Item, type Page, type SourceErrorCode } from "@stead/sdk";
import { z } from "zod";
import { accessIn, accessOfFile, type SlackAccess } from "./access.ts";
import { ask, isRefusal, nextOf, type SlackSource } from "./api.ts";
import { dayBefore, markdownOf, readDay } from "./day.ts";
import { channelNamed, channelPage, pageOfTeam } from "./people.ts";
import {
  channelInfoSchema,
  fileInfoSchema,
  filesSchema,
  type Channel,
  type SharedFile,
} from "./wire.ts";

const cursorSchema = z.strictObject({
  of: z.enum(["channels", "days", "files"]),
  /** The page of conversations or files at hand. */
  at: z.string().nullable(),
  /** Conversations of that page to be read, and the day before which the first goes on. */
  left: z.array(z.string()),
  before: z.string().nullable(),
});
type Cursor = z.output<typeof cursorSchema>;
type Items = Page<Item<SlackAccess>>;

export async function list(source: SlackSource, cursor: string | null): Promise<Items> {
  const at: Cursor =
    cursor === null
      ? { of: "channels", at: null, left: [], before: null }
      : cursorSchema.parse(JSON.parse(cursor));
  if (at.of === "files") return filePage(source, at);
  const [channel, ...left] = at.left;
  if (at.of === "days" && channel !== undefined) return dayPage(source, { ...at, left }, channel);
  if (at.of === "days" && at.at === null) return onward([], { ...at, of: "files" });
  const page = await pageOfTeam(source, at.at, async (team, from) => {
    const found = await channelPage(source, team, from);
    return { items: found.channels, next: nextOf(found) };
  });
  return onward(page.items.map(channelItem), {
    of: "days",
    at: page.next,
    left: page.items.map((one) => one.id),
    before: null,
  });
}

function onward(items: readonly Item<SlackAccess>[], next: Cursor): Items {
  return { items, next: JSON.stringify(next) };
}

/** `at.left` holds the conversations after this one. */
async function dayPage(source: SlackSource, at: Cursor, id: string): Promise<Items> {
  const over: Cursor = { ...at, before: null };
  try {
    const channel = await channelNamed(source, id);
    if (channel === null) return onward([], over);
    if (at.before === null) await join(source, channel);
    const latest = at.before === null ? null : Date.parse(`${at.before}T00:00:00.000Z`) / 1000;
    const day = await dayBefore(source, id, latest);
    if (day === null) return onward([], over);
    if (at.before !== null && day >= at.before) {
      throw new SourceError("malformed", "Slack's history does not go back in time.");
    }
    const found = await readDay(source, channel, day);
    return onward(found === null ? [] : [found.item], {
      ...at,
      left: [id, ...at.left],
      before: day,
    });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    source.log("A conversation's messages can't be read", { channel: id });
    return onward([], over);
  }
}

async function join(source: SlackSource, channel: Channel): Promise<void> {
  const open = channel.is_private === false && channel.is_im !== true && channel.is_mpim !== true;
  if (!open || channel.is_member !== false || channel.is_archived === true) return;
  if (!source.settings.joinPublic) return;
  try {
    const form = { channel: channel.id };
    await ask(source, z.unknown(), { method: "conversations.join", form });
  } catch (error) {
    // What was said there can't be read then, which shows; but not because Slack was away.
    if (!(error instanceof SourceError) || PASSING.has(error.code)) throw error;
    source.log("A public conversation can't be joined", { channel: channel.id });
  }
}

const PASSING = new Set<SourceErrorCode>(["reconnect", "busy", "unavailable"]);

async function filePage(source: SlackSource, at: Cursor): Promise<Items> {
  const number = at.at === null ? 1 : Number(at.at);
  const query = { count: 100, page: number };
  const page = await ask(source, filesSchema, { method: "files.list", query });
  const items = page.files.filter((file) => file.mode !== "tombstone").map(fileItem);
  const done = page.files.length === 0 || number >= (page.paging?.pages ?? 1);
  return { items, next: done ? null : JSON.stringify({ ...at, at: String(number + 1) }) };
}

function channelItem(channel: Channel): Item<SlackAccess> {
  const title = channel.name ?? "Direct message";
  return {
    id: channel.id,
    parentId: null,
    kind: "container",
    title,
    path: title,
    revision: title,
    updatedAt: "1970-01-01T00:00:00.000Z",
    access: accessIn(channel.id),
  };
}

function fileItem(file: SharedFile): Item<SlackAccess> {
  const title = file.title ?? file.name ?? file.id;
  const changed = file.updated ?? file.timestamp ?? file.created;
  return {
    id: file.id,
    // Shared in many places or in none: its rule names them all, and hangs on none of them.
    parentId: null,
    kind: "document",
    title,
    path: `Files/${title}`,
    ...(file.permalink !== undefined && { url: file.permalink }),
    ...(file.mimetype !== undefined && { mediaType: file.mimetype }),
    ...(file.size !== undefined && { bytes: file.size }),
    revision: `${title} ${changed} ${file.size ?? ""}`,
    updatedAt: new Date(changed * 1000).toISOString(),
    access: accessOfFile(file),
  };
}

async function fileNamed(source: SlackSource, id: string): Promise<SharedFile | null> {
  try {
    const query = { file: id };
    const { file } = await ask(source, fileInfoSchema, { method: "files.info", query });
    return file.mode === "tombstone" ? null : file;
  } catch (error) {
    if (isRefusal(error)) return null;
    throw error;
  }
}

export async function item(source: SlackSource, id: string): Promise<Item<SlackAccess> | null> {
  if (id.startsWith("F")) {
    const file = await fileNamed(source, id);
    return file === null ? null : fileItem(file);
  }
  const [channelId = "", day] = id.split("/");
  const channel = await channelNamed(source, channelId);
  if (channel === null) return null;
  if (day === undefined) return channelItem(channel);
  return (await readDay(source, channel, day))?.item ?? null;
}

export async function fetchItem(source: SlackSource, { id }: Item): Promise<Content> {
  if (id.startsWith("F")) {
    const file = await fileNamed(source, id);
    if (file?.url_private_download === undefined) {
      throw new SourceError("missing", "The file has no content to read.");
    }
    const reply = await source.http({ url: file.url_private_download });
    // Whom it lets nothing see it leads to its page to sign in, as if that were the file.
    const isPage = reply.headers["content-type"]?.startsWith("text/html") === true;
    if (isPage && file.mimetype?.startsWith("text/html") !== true)
      throw new SourceError(
        "forbidden",
        "Slack gave a page instead of the file: is files:read granted?",
      );
    return { mediaType: file.mimetype ?? "application/octet-stream", bytes: reply.bytes };
  }
  const [channelId = "", day = ""] = id.split("/");
  const query = { channel: channelId };
  const { channel } = await ask(source, channelInfoSchema, { method: "conversations.info", query });
  const found = await readDay(source, channel, day);
  if (found === null) throw new SourceError("missing", "Nothing is left of that day.");
  const bytes = new TextEncoder().encode(markdownOf(found.messages));
  return { mediaType: "text/markdown", bytes };
}

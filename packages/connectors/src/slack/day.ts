// What was said in a conversation on one day, threads with the day they began on, as one document.
import { createHash } from "node:crypto";
import type { Item } from "@stead/sdk";
import { accessIn, type SlackAccess } from "./access.ts";
import { ask, everyPage, isRefusal, type SlackSource } from "./api.ts";
import { messagesSchema, type Channel, type Message } from "./wire.ts";

const DAY_S = 86_400;

function dayOf(ts: string): string {
  return new Date(Math.floor(Number(ts) / DAY_S) * DAY_S * 1000).toISOString().slice(0, 10);
}

function startS(day: string): number {
  return Date.parse(`${day}T00:00:00.000Z`) / 1000;
}

export function dayItem(channel: string, ts: string): string {
  return `${channel}/${dayOf(ts)}`;
}

export interface Day {
  readonly item: Item<SlackAccess>;
  readonly messages: readonly Message[];
}

/** The last day on which something was said before `latest`; null when there is none. */
export async function dayBefore(
  source: SlackSource,
  channel: string,
  latest: number | null,
): Promise<string | null> {
  const page = await ask(source, messagesSchema, {
    method: "conversations.history",
    query: { channel, limit: 1, inclusive: false, latest: latest?.toFixed(6) },
  });
  const [last] = page.messages;
  return last === undefined ? null : dayOf(last.ts);
}

export async function readDay(
  source: SlackSource,
  channel: Channel,
  day: string,
): Promise<Day | null> {
  const from = startS(day);
  const span = { oldest: from.toFixed(6), latest: (from + DAY_S - 0.000001).toFixed(6) };
  const pages = await everyPage(source, messagesSchema, {
    method: "conversations.history",
    query: { channel: channel.id, inclusive: true, ...span },
  });
  const said: Message[] = [];
  for (const message of pages.flatMap((page) => page.messages)) {
    if ((message.reply_count ?? 0) === 0) said.push(message);
    // oxlint-disable-next-line no-await-in-loop -- one thread at a time, within the limits
    else said.push(...(await thread(source, channel.id, message)));
  }
  if (said.length === 0) return null;
  const unique = new Map(said.map((message) => [message.ts, message]));
  const messages = [...unique.values()].toSorted((a, b) => Number(a.ts) - Number(b.ts));
  return { item: itemOf(channel, day, messages), messages };
}

async function thread(source: SlackSource, channel: string, root: Message): Promise<Message[]> {
  try {
    const query = { channel, ts: root.ts };
    const pages = await everyPage(source, messagesSchema, {
      method: "conversations.replies",
      query,
    });
    return [root, ...pages.flatMap((page) => page.messages)];
  } catch (error) {
    if (isRefusal(error)) return [root];
    throw error;
  }
}

function itemOf(channel: Channel, day: string, messages: readonly Message[]): Item<SlackAccess> {
  const hash = createHash("sha256");
  // Neither an edit nor a deletion changes a time of the day's.
  for (const one of messages) hash.update(JSON.stringify([one.ts, one.edited?.ts, one.text]));
  const title = `${channel.name ?? "Direct message"} ${day}`;
  return {
    id: `${channel.id}/${day}`,
    parentId: channel.id,
    kind: "document",
    title,
    path: `${channel.name ?? channel.id}/${day}`,
    mediaType: "text/markdown",
    revision: hash.digest("hex"),
    updatedAt: new Date(Number(messages.at(-1)?.ts ?? 0) * 1000).toISOString(),
    access: accessIn(channel.id),
  };
}

export function markdownOf(messages: readonly Message[]): string {
  return messages
    .map((one) => {
      const at = new Date(Number(one.ts) * 1000).toISOString().slice(11, 16);
      return `**${one.user ?? one.username ?? "app"}** ${at}\n${one.text}`;
    })
    .join("\n\n");
}

// Finds and reads mails of one person; nothing is marked as read by it.
import { SourceError, type LiveHit } from "@stead/sdk";
import type { ImapFlow, SearchObject } from "imapflow";
import { inMailbox } from "./inbox.ts";
import { letterOf, type Letter } from "./letter.ts";
import type { MailSource } from "./settings.ts";

/** Enough for heads and the first words of the text. */
const GLANCE_BYTES = 65_536;
const MAIL_BYTES_MAX = 10_000_000;
const QUOTE_CHARS = 300;

export interface MailQuery {
  readonly mailbox: string;
  readonly words?: string | undefined;
  readonly from?: string | undefined;
  readonly since?: string | undefined;
  readonly unread?: boolean | undefined;
  readonly limit: number;
}

export interface FoundMail {
  readonly id: string;
  readonly letter: Letter;
}

/** The newest first. */
export function findMails(source: MailSource, query: MailQuery): Promise<FoundMail[]> {
  return inMailbox(source, async (client) => {
    const box = await opened(client, query.mailbox);
    const uids = (await client.search(searchOf(query), { uid: true })) || [];
    const newest = uids.toSorted((a, b) => b - a).slice(0, query.limit);
    if (newest.length === 0) return [];
    const asked = { uid: true, source: { start: 0, maxLength: GLANCE_BYTES } };
    const fetched = await client.fetchAll(newest.join(","), asked, { uid: true });
    const found: FoundMail[] = [];
    for (const mail of fetched.toSorted((a, b) => b.uid - a.uid)) {
      const id = idOf({ mailbox: query.mailbox, validity: box, uid: mail.uid });
      // oxlint-disable-next-line no-await-in-loop -- parsed in memory
      if (mail.source) found.push({ id, letter: await letterOf(mail.source) });
    }
    return found;
  });
}

export function readMail(source: MailSource, id: string): Promise<Letter | null> {
  const place = placeOf(id);
  if (place === null) return Promise.resolve(null);
  return inMailbox(source, async (client) => {
    const validity = await opened(client, place.mailbox);
    // The server has numbered its mails anew: this number is another mail's now.
    if (validity !== place.validity) return null;
    const asked = { uid: true, size: true, source: { start: 0, maxLength: MAIL_BYTES_MAX } };
    const mail = await client.fetchOne(String(place.uid), asked, { uid: true });
    return mail && mail.source ? letterOf(mail.source) : null;
  });
}

export async function searchLive(
  source: MailSource,
  words: string,
  limit: number,
): Promise<LiveHit[]> {
  const found = await findMails(source, { mailbox: "INBOX", words, limit });
  return found.map(({ id, letter }) => ({
    id,
    title: letter.subject || "Mail",
    path: letter.from,
    quote: letter.text.slice(0, QUOTE_CHARS),
  }));
}

function searchOf({ words, from, since, unread }: MailQuery): SearchObject {
  return {
    ...(words !== undefined && { or: [{ subject: words }, { from: words }, { body: words }] }),
    ...(from !== undefined && { from }),
    ...(since !== undefined && { since: new Date(since) }),
    ...(unread === true && { seen: false }),
    ...(words === undefined && from === undefined && { all: true }),
  };
}

async function opened(client: ImapFlow, mailbox: string): Promise<string> {
  try {
    return String((await client.mailboxOpen(mailbox, { readOnly: true })).uidValidity);
  } catch (error) {
    if (!client.usable) throw error;
    throw new SourceError("missing", "There is no such mailbox.");
  }
}

interface Place {
  readonly mailbox: string;
  readonly validity: string;
  readonly uid: number;
}

function idOf({ mailbox, validity, uid }: Place): string {
  return `${encodeURIComponent(mailbox)}/${validity}/${uid}`;
}

function placeOf(id: string): Place | null {
  const [, mailbox, validity, uid] = /^([^/\s]{1,300})\/(\d{1,20})\/(\d{1,10})$/.exec(id) ?? [];
  if (mailbox === undefined || validity === undefined) return null;
  try {
    const name = decodeURIComponent(mailbox);
    // oxlint-disable-next-line no-control-regex -- they would end the command
    return /[\u0000-\u001f\u007f]/.test(name)
      ? null
      : { mailbox: name, validity, uid: Number(uid) };
  } catch {
    return null;
  }
}

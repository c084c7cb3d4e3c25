// Writes mail as one person: into their drafts, or out to others.
import { createHash } from "node:crypto";
import type { TLSSocket } from "node:tls";
import { SourceError } from "@stead/sdk";
import type { SendMailOptions } from "nodemailer";
import { sourceErrorOf } from "./failure.ts";
import { inMailbox } from "./inbox.ts";
import { readMail } from "./read.ts";
import { secured } from "./secure.ts";
import { accountOf, type MailSource } from "./settings.ts";

const CONNECT_MS = 15_000;
const SILENCE_MS = 30_000;

export interface Outgoing {
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  readonly subject: string;
  readonly text: string;
  /** A mail that was read, which this one answers. */
  readonly answers?: string | undefined;
}

export async function draftMail(source: MailSource, mail: Outgoing, key: string): Promise<string> {
  const options = await composed(source, mail, key);
  const { default: MailComposer } = await import("nodemailer/lib/mail-composer");
  const raw = await new MailComposer(options).compile().build();
  return inMailbox(source, async (client) => {
    const boxes = await client.list();
    const drafts =
      boxes.find((box) => box.specialUse === "\\Drafts") ??
      boxes.find((box) => box.path.toLowerCase() === "drafts");
    const path = drafts?.path ?? (await client.mailboxCreate("Drafts")).path;
    await client.append(path, raw, ["\\Draft"]);
    return path;
  });
}

export async function sendMail(source: MailSource, mail: Outgoing, key: string): Promise<void> {
  const options = await composed(source, mail, key);
  const { user, password } = accountOf(source);
  const { smtpHost: host, smtpPort: port, smtpSecurity, certificate } = source.settings;
  source.signal.throwIfAborted();
  const socket = await source.dial({ protocol: "smtp", host, port });
  const isSecure = smtpSecurity === "tls";
  const connection = isSecure ? await overTls(socket, { host, certificate }) : socket;
  const { createTransport } = await import("nodemailer");
  const transport = createTransport({
    host,
    port,
    secure: isSecure,
    requireTLS: !isSecure,
    auth: { user, pass: password },
    tls: { minVersion: "TLSv1.2", ...(certificate !== undefined && { ca: certificate }) },
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    // oxlint-disable-next-line no-unsafe-type-assertion -- a dialled Duplex is a socket
    getSocket: (_, done) => done(null, { connection: connection as TLSSocket, secured: isSecure }),
  });
  const stop = (): void => void connection.destroy();
  source.signal.addEventListener("abort", stop, { once: true });
  try {
    await transport.sendMail(options);
  } catch (error) {
    throw sourceErrorOf(error, "SMTP");
  } finally {
    source.signal.removeEventListener("abort", stop);
    transport.close();
    connection.destroy();
  }
}

async function overTls(...[socket, to]: Parameters<typeof secured>): Promise<TLSSocket> {
  try {
    return await secured(socket, to);
  } catch (error) {
    socket.destroy();
    throw sourceErrorOf(error, "SMTP");
  }
}

async function composed(source: MailSource, mail: Outgoing, key: string): Promise<SendMailOptions> {
  const { address } = accountOf(source);
  const answered = mail.answers === undefined ? null : await answeredBy(source, mail.answers);
  const domain = address.slice(address.lastIndexOf("@") + 1);
  const id = createHash("sha256").update(`${source.id} ${key}`).digest("hex").slice(0, 32);
  return {
    from: address,
    to: [...mail.to],
    cc: [...mail.cc],
    bcc: [...mail.bcc],
    subject: mail.subject,
    text: mail.text,
    // The same for every try, so that a mail that came twice is known for one.
    messageId: `<${id}@${domain}>`,
    ...(answered !== null && { inReplyTo: answered, references: [answered] }),
    // What a mail is made of comes from the call alone.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

async function answeredBy(source: MailSource, id: string): Promise<string | null> {
  const letter = await readMail(source, id);
  if (letter === null) throw new SourceError("missing", "The mail to be answered is not there.");
  return /^<[^<>\s]{1,500}>$/.test(letter.messageId) ? letter.messageId : null;
}

// What agents can do with a person's mail, with the contract of each act.
import type { ConnectorTool } from "@stead/sdk";
import { z } from "zod";
import { shown } from "./letter.ts";
import { findMails, readMail } from "./read.ts";
import type { Settings } from "./settings.ts";
import { draftMail, sendMail } from "./write.ts";

type Contract = NonNullable<ConnectorTool<Settings>["contract"]>;

/** Whoever wrote to the person wrote this; it is the person's alone. */
const MAILS: Contract = {
  effect: "read",
  keyed: true,
  result: { audience: [], classes: ["pii"], trust: "outside" },
  resultForCallerOnly: true,
};
const WRITTEN: Contract["result"] = { audience: [], classes: [], trust: "record" };
const RECIPIENT = { kind: "recipient", trust: "person" } as const;
const RECIPIENTS_MAX = 50;

// A line's end in any of these would begin a line of the protocol or of the mail's head.
const oneLine = (max: number) =>
  z
    .string()
    .regex(/^[^\p{Cc}\u2028\u2029]*$/u)
    .max(max);
const addresses = z.array(z.email().max(320)).max(RECIPIENTS_MAX).default([]);

const searchInput = z.object({
  words: oneLine(200).min(1).optional().describe("In the subject, the sender or the text"),
  from: oneLine(200).min(1).optional().describe("Name or address of the sender"),
  since: z.iso.date().optional().describe("Not before this day, for example 2026-01-31"),
  unread: z.boolean().optional().describe("Only what was not read yet"),
  mailbox: oneLine(200).min(1).default("INBOX"),
  limit: z.int().min(1).max(20).default(10),
});
const readInput = z.object({ id: oneLine(400).min(1).describe("Of a mail that was found") });
const writeInput = z.object({
  to: addresses.describe("Plain addresses of the recipients"),
  cc: addresses,
  bcc: addresses,
  subject: oneLine(300).min(1),
  text: z.string().min(1).max(100_000).describe("Plain text"),
  answers: oneLine(400).min(1).optional().describe("Id of the mail that this one answers"),
});

const search: ConnectorTool<Settings, typeof searchInput> = {
  name: "mail.search",
  title: "Find mails",
  description: "Finds mails of the person's own mailbox, the newest first.",
  input: searchInput,
  contract: MAILS,
  async run(source, query) {
    const found = await findMails(source, query);
    if (found.length === 0) return "No mail was found.";
    return found
      .map(({ id, letter }) => {
        const { subject, from, date, text } = letter;
        return `${id}\n${date} ${from}: ${subject}\n${text.slice(0, 200).replaceAll(/\s+/g, " ")}`;
      })
      .join("\n\n");
  },
};

const read: ConnectorTool<Settings, typeof readInput> = {
  name: "mail.read",
  title: "Read a mail",
  description: "Reads one mail of the person's own mailbox as text.",
  input: readInput,
  contract: { ...MAILS, sinks: { id: { kind: "id", trust: "outside" } } },
  async run(source, { id }) {
    const letter = await readMail(source, id);
    return letter === null ? "There is no such mail." : shown(letter);
  },
};

const draft: ConnectorTool<Settings, typeof writeInput> = {
  name: "mail.draft",
  title: "Write a draft",
  description: "Puts a mail into the person's drafts. It is sent to nobody.",
  input: writeInput,
  contract: { effect: "write-own", keyed: false, result: WRITTEN, undo: "Delete the draft." },
  async run(source, input, key) {
    return `The draft is in ${await draftMail(source, input, key)}.`;
  },
};

const send: ConnectorTool<Settings, typeof writeInput> = {
  name: "mail.send",
  title: "Send a mail",
  description: "Sends a mail as the person, from their own address.",
  input: writeInput.refine(({ to, cc, bcc }) => to.length + cc.length + bcc.length > 0, {
    error: "name at least one recipient",
  }),
  contract: {
    effect: "outward",
    sinks: { to: RECIPIENT, cc: RECIPIENT, bcc: RECIPIENT },
    readers: { kind: "people", arguments: ["to", "cc", "bcc"] },
    // SMTP takes no key: what broke off may have been sent.
    keyed: false,
    result: WRITTEN,
  },
  async run(source, input, key) {
    await sendMail(source, input, key);
    return `Sent to ${[...input.to, ...input.cc, ...input.bcc].join(", ")}.`;
  },
};

export const MAIL_TOOLS = [search, read, draft, send] as const;

// Each person's own mailbox by IMAP, and sending as that person by SMTP; nothing of it is indexed.
import { defineConnector } from "@stead/sdk";
import { readMail, searchLive } from "./read.ts";
import { FIELDS, settingsSchema } from "./settings.ts";
import { shown } from "./letter.ts";
import { MAIL_TOOLS } from "./tools.ts";

const GUIDE = `
1. Enter where mail is read (IMAP) and sent (SMTP). Both need TLS; for an authority of your own,
   paste its certificate.
2. There is no account for all: each person links their own mailbox with a password for apps, and an
   agent reads and writes as that person alone.
`;

export const mail = defineConnector({
  manifest: {
    name: "mail",
    title: "Mail",
    description: "Each person's own mailbox, read and written as that person (IMAP and SMTP).",
    guide: GUIDE,
    crawl: { kind: "none" },
    acting: { kind: "secret", fields: FIELDS },
    rights: "live",
    freshness: { pollMs: 60_000, reconcileMs: 60_000, objectiveMs: 60_000 },
    limits: { concurrent: 4 },
  },
  settings: settingsSchema,
  async test(source) {
    const { imapHost, imapPort, smtpHost, smtpPort } = source.settings;
    const places = [
      { protocol: "imap", host: imapHost, port: imapPort },
      { protocol: "smtp", host: smtpHost, port: smtpPort },
    ];
    for (const place of places) (await source.dial(place)).destroy();
    return { account: imapHost };
  },
  live: {
    search: searchLive,
    async open(source, id) {
      const letter = await readMail(source, id);
      return letter && { title: letter.subject || "Mail", text: shown(letter) };
    },
  },
  tools: MAIL_TOOLS,
});

// Where the organisation's mail is, and what each person enters to reach their own.
import { SourceError, type ActingSource, type Field } from "@stead/sdk";
import { z } from "zod";

const host = z.string().regex(/^[A-Za-z0-9.:-]{1,253}$/, "is a name or an address of a host");
/** There is no plain way: a password goes along. */
const security = z.enum(["tls", "starttls"]).default("tls");

export const settingsSchema = z.strictObject({
  imapHost: host.describe("Where mail is read, for example imap.example.com"),
  imapPort: z.int().min(1).max(65_535).default(993),
  imapSecurity: security,
  smtpHost: host.describe("Where mail is sent, for example smtp.example.com"),
  smtpPort: z.int().min(1).max(65_535).default(465),
  smtpSecurity: security,
  certificate: z
    .string()
    .optional()
    .describe("Of your own authority, in PEM; empty for a public one"),
});
export type Settings = z.output<typeof settingsSchema>;
export type MailSource = ActingSource<Settings>;

export const FIELDS: readonly Field[] = [
  { name: "address", title: "Your address", help: "Mail is sent from it", secret: false },
  { name: "user", title: "User name", help: "Often the address itself", secret: false },
  {
    name: "password",
    title: "Password for apps",
    help: "Made in the settings of your mail account, for Stead alone",
    secret: true,
  },
];

const accountSchema = z.object({
  address: z.email(),
  user: z.string().regex(/^[^\r\n\0]{1,200}$/),
  password: z.string().regex(/^[^\r\n\0]{1,500}$/),
});
export type Account = z.output<typeof accountSchema>;

export function accountOf(source: MailSource): Account {
  const read = accountSchema.safeParse(source.secrets);
  if (read.success) return read.data;
  throw new SourceError("reconnect", "Enter your mail account again.");
}

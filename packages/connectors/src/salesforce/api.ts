// Calls of Salesforce: one checked answer, all rows of a query, values quoted, and the day's allowance kept.
import { SourceError, type HttpReply, type HttpRequest, type Source } from "@stead/sdk";
import { z } from "zod";
import { nameSchema, querySchema } from "./wire.ts";

const objectSchema = z.strictObject({
  name: nameSchema,
  /** The field that a record is called by. */
  title: nameSchema.default("Name"),
  /**
   * The fields that are indexed. A record is shown to those alone who may read every one of them; all other
   * fields are read live, as the person.
   */
  fields: z.array(nameSchema).max(50).default([]),
  /** The fields that may be changed through Stead; none means no record of this object. */
  writable: z.array(nameSchema).max(50).default([]),
});

export const settingsSchema = z.strictObject({
  /** The organisation's own address, such as https://acme.my.salesforce.com. */
  instanceUrl: z.url().transform((url) => url.replace(/\/+$/, "")),
  apiVersion: z
    .string()
    .regex(/^\d{2,3}\.0$/)
    .default("62.0"),
  objects: z
    .array(objectSchema)
    .min(1)
    .max(30)
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, "named twice")
    .default([
      { name: "Account", title: "Name", fields: [], writable: [] },
      { name: "Case", title: "CaseNumber", fields: [], writable: [] },
    ]),
  /** A unique external id field of Case; with it a case that is asked for twice is made once. */
  caseKeyField: nameSchema.default("Stead_Key__c"),
  /** The mail of a user comes from the directory, and no user can change it. */
  mailIsVerified: z.boolean().default(false),
  /** How much of a day's API calls may be used up before syncing rests. */
  share: z.number().min(0.05).max(1).default(0.8),
});
export type Settings = z.output<typeof settingsSchema>;
export type SalesforceSource = Source<Settings>;
export type SalesforceObject = Settings["objects"][number];

const PAGES_MAX = 1_000;
const REST_MS = 3_600_000;

export async function send(source: SalesforceSource, request: HttpRequest): Promise<HttpReply> {
  const { instanceUrl, apiVersion } = source.settings;
  return source.http({
    ...request,
    url: `${instanceUrl}/services/data/v${apiVersion}/${request.url}`,
  });
}

export async function ask<T>(
  source: SalesforceSource,
  schema: z.ZodType<T>,
  request: HttpRequest,
): Promise<T> {
  return checked(schema, await (await send(source, request)).json());
}

export function checked<T>(schema: z.ZodType<T>, answer: unknown): T {
  const read = schema.safeParse(answer);
  if (read.success) return read.data;
  const problem = z.prettifyError(read.error);
  throw new SourceError("malformed", `Salesforce answered something unexpected: ${problem}`);
}

export interface Query {
  readonly soql: string;
  /** A crawl leaves the rest of the day's calls to others; whoever asks for a right does not wait. */
  readonly isCrawl?: boolean;
}

/** Every row: Salesforce may give fewer than were asked for, and says where the others are. */
export async function query<T>(
  source: SalesforceSource,
  schema: z.ZodType<T>,
  { soql, isCrawl = false }: Query,
): Promise<T[]> {
  const rows: unknown[] = [];
  const seen = new Set<string>();
  let request: HttpRequest = { url: "query", query: { q: soql } };
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- each page names the next
    const reply = await send(source, request);
    if (isCrawl) keepAllowance(source, reply);
    // oxlint-disable-next-line no-await-in-loop -- each page names the next
    const page = checked(querySchema, await reply.json());
    rows.push(...page.records);
    if (page.done) return checked(z.array(schema), rows);
    const next = /\/query\/([A-Za-z0-9-]+)$/.exec(page.nextRecordsUrl ?? "")?.[1];
    if (next === undefined || seen.has(next) || seen.size >= PAGES_MAX) {
      throw new SourceError("malformed", "Salesforce's pages of one query lead nowhere.");
    }
    seen.add(next);
    request = { url: `query/${next}` };
  }
}

function keepAllowance({ settings }: SalesforceSource, { headers }: HttpReply): void {
  const [, used, of] = /api-usage=(\d+)\/(\d+)/.exec(headers["sforce-limit-info"] ?? "") ?? [];
  if (used === undefined || of === undefined || Number(used) < Number(of) * settings.share) return;
  throw new SourceError("busy", `${used} of ${of} API calls of the day are used.`, {
    retryAfterMs: REST_MS,
  });
}

/** A text in a query: quoted, so that it is never anything but a text. */
export function quoted(text: string): string {
  const escaped = text
    .replaceAll("\\", "\\\\")
    .replaceAll("'", "\\'")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r");
  return `'${escaped.replaceAll("\0", "")}'`;
}

export function listOf(texts: readonly string[]): string {
  return `(${texts.map(quoted).join(", ")})`;
}

/** Times go into a query bare, so nothing but a time does. */
export function time(at: string): string {
  const ms = Date.parse(at);
  if (Number.isNaN(ms)) throw new SourceError("malformed", "Salesforce gave a time that is none.");
  return new Date(ms).toISOString();
}

/** `Account/001…`, the id of a record in Stead. */
export function split(
  { settings }: SalesforceSource,
  id: string,
): { readonly object: SalesforceObject; readonly own: string } | null {
  const [name, own, ...rest] = id.split("/");
  const object = settings.objects.find((one) => one.name === name);
  const isId = own !== undefined && /^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$/.test(own);
  return object !== undefined && isId && rest.length === 0 ? { object, own } : null;
}

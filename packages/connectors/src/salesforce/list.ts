// Every record of the configured objects, by id, so that a row that comes or goes moves no other.
import type { Page, SourceGroup, SourceUser } from "@stead/sdk";
import { z } from "zod";
import { query, quoted, type SalesforceSource } from "./api.ts";
import { itemOf, rows, type RecordItem } from "./record.ts";
import { idSchema } from "./wire.ts";

const cursorSchema = z.strictObject({ object: z.int().min(0), after: idSchema.nullable() });
const LIMIT = 500;

export async function list(
  source: SalesforceSource,
  cursor: string | null,
): Promise<Page<RecordItem>> {
  const at = cursorSchema.parse(cursor === null ? { object: 0, after: null } : JSON.parse(cursor));
  const object = source.settings.objects[at.object];
  if (object === undefined) return { items: [], next: null };
  const from = at.after === null ? "" : `WHERE Id > ${quoted(at.after)} `;
  const found = await rows(source, object, { where: `${from}ORDER BY Id LIMIT ${LIMIT}` });
  const last = found.at(-1);
  const isMore = found.length === LIMIT && last !== undefined;
  const next = isMore ? { ...at, after: last.Id } : { object: at.object + 1, after: null };
  const isEnd = next.object >= source.settings.objects.length;
  return {
    items: found.map((row) => itemOf(source, object, row)),
    next: isEnd ? null : JSON.stringify(next),
  };
}

const userSchema = z.looseObject({
  Id: idSchema,
  Name: z.string().nullish(),
  Email: z.string().nullish(),
  IsActive: z.boolean(),
  UserType: z.string().nullish(),
});
/** What is no person: visitors of a site, and Salesforce's own processes. */
const NOBODY = new Set(["Guest", "AutomatedProcess", "CloudIntegrationUser"]);

export async function users(
  source: SalesforceSource,
  cursor: string | null,
): Promise<Page<SourceUser>> {
  const from = cursor === null ? "" : `WHERE Id > ${quoted(cursor)} `;
  const soql = `SELECT Id, Name, Email, IsActive, UserType FROM User ${from}ORDER BY Id LIMIT ${LIMIT}`;
  const found = await query(source, userSchema, { soql, isCrawl: true });
  const items = found.map((user) => ({
    id: user.Id,
    name: user.Name ?? user.Id,
    // An administrator may write any address here, so it vouches for nobody unless it is said to.
    ...(source.settings.mailIsVerified && user.Email && { email: user.Email.toLowerCase() }),
    active: user.IsActive && !NOBODY.has(user.UserType ?? ""),
  }));
  return { items, next: found.length < LIMIT ? null : (found.at(-1)?.Id ?? null) };
}

/** Who is in a role or a group is Salesforce's own affair: it is asked for its answer alone. */
export async function groups(): Promise<Page<SourceGroup>> {
  return { items: [], next: null };
}

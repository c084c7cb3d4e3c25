// Calls of Slack's web API: its errors come in answers of status 200.
import { SourceError, type Source, type SourceErrorCode } from "@stead/sdk";
import { z } from "zod";

export const settingsSchema = z.strictObject({
  apiUrl: z.url().default("https://slack.com/api").meta({ title: "Slack's address" }),
  /** The app joins each public channel, else it can't read their messages. */
  joinPublic: z.boolean().default(true).meta({ title: "Join public channels" }),
});
export type SlackSource = Source<z.output<typeof settingsSchema>>;

const outcomeSchema = z.looseObject({ ok: z.boolean(), error: z.string().optional() });
const PAGES_MAX = 2_000;

const CODES: Readonly<Record<string, SourceErrorCode>> = {
  invalid_auth: "reconnect",
  not_authed: "reconnect",
  token_revoked: "reconnect",
  token_expired: "reconnect",
  account_inactive: "reconnect",
  missing_scope: "forbidden",
  not_in_channel: "forbidden",
  access_denied: "forbidden",
  channel_not_found: "missing",
  thread_not_found: "missing",
  file_not_found: "missing",
  file_deleted: "missing",
  user_not_found: "missing",
  ratelimited: "busy",
  internal_error: "unavailable",
  fatal_error: "unavailable",
};

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Call {
  readonly method: string;
  readonly query?: Query;
  /** Of a call that changes something. */
  readonly form?: Readonly<Record<string, string>>;
}

export async function ask<T>(source: SlackSource, schema: z.ZodType<T>, call: Call): Promise<T> {
  const { apiUrl } = source.settings;
  const reply = await source.http({
    url: `${apiUrl}/${call.method}`,
    query: call.query ?? {},
    ...(call.form && { method: "POST", body: new URLSearchParams(call.form) }),
  });
  const outcome = outcomeSchema.safeParse(await reply.json());
  if (outcome.success && !outcome.data.ok) {
    const said = outcome.data.error ?? "unknown";
    throw new SourceError(CODES[said] ?? "malformed", `Slack answered ${said} to ${call.method}.`);
  }
  const read = schema.safeParse(outcome.data);
  if (read.success) return read.data;
  throw new SourceError("malformed", `Slack's answer to ${call.method} has an unknown form.`);
}

interface Paged {
  readonly response_metadata?: { readonly next_cursor?: string | undefined } | undefined;
}

export function nextOf(page: Paged): string | null {
  const next = page.response_metadata?.next_cursor;
  return next === undefined || next === "" ? null : next;
}

/** Every page, so that no membership and no conversation is known by half. */
export async function everyPage<T extends Paged>(
  source: SlackSource,
  schema: z.ZodType<T>,
  call: Call,
): Promise<T[]> {
  const pages: T[] = [];
  const seen = new Set<string>();
  let cursor: string | null = null;
  do {
    const query = { limit: 200, ...call.query, cursor: cursor ?? undefined };
    // oxlint-disable-next-line no-await-in-loop -- each page names the next
    const page = await ask(source, schema, { method: call.method, query });
    pages.push(page);
    cursor = nextOf(page);
    if (cursor !== null && (seen.has(cursor) || pages.length >= PAGES_MAX)) {
      throw new SourceError("malformed", `Slack's pages of ${call.method} do not end.`);
    }
    if (cursor !== null) seen.add(cursor);
  } while (cursor !== null);
  return pages;
}

export function isRefusal(error: unknown): boolean {
  return error instanceof SourceError && (error.code === "missing" || error.code === "forbidden");
}

// Calls of Google's two services: one checked answer, all pages of a listing, ids of principals.
import { SourceError, type Source } from "@stead/sdk";
import { z } from "zod";
import { permissionIdSchema } from "./wire.ts";

export const settingsSchema = z.strictObject({
  admin: z.email().meta({
    title: "Administrator",
    description: "The address with whose rights the directory is read",
  }),
  driveUrl: z.url().default("https://www.googleapis.com").meta({ title: "Drive's address" }),
  directoryUrl: z
    .url()
    .default("https://admin.googleapis.com")
    .meta({ title: "Directory's address" }),
  tokenUrl: z
    .url()
    .default("https://oauth2.googleapis.com/token")
    .meta({ title: "Where tokens come from" }),
});
export type DriveSource = Source<z.output<typeof settingsSchema>>;

/** A listing with more pages than this loops. */
const PAGES_MAX = 2_000;

export interface Call {
  readonly method?: "GET" | "POST";
  readonly url: string;
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly asUser: string;
}

export async function ask<T>(source: DriveSource, schema: z.ZodType<T>, call: Call): Promise<T> {
  const reply = await source.http(call);
  const read = schema.safeParse(await reply.json());
  if (read.success) return read.data;
  throw new SourceError("malformed", `Google answered something unexpected: ${read.error.message}`);
}

export function drive(source: DriveSource, path: string): string {
  return `${source.settings.driveUrl}/drive/v3/${path}`;
}

export function directory(source: DriveSource, path: string): string {
  return `${source.settings.directoryUrl}/admin/directory/v1/${path}`;
}

/** Every page of a listing, so that no right is known by half. */
export async function everyPage<T extends { readonly nextPageToken?: string | undefined }>(
  source: DriveSource,
  schema: z.ZodType<T>,
  call: Call,
): Promise<T[]> {
  const pages: T[] = [];
  const seen = new Set<string>();
  let pageToken: string | undefined;
  do {
    // oxlint-disable-next-line no-await-in-loop -- each page names the next
    const page = await ask(source, schema, { ...call, query: { ...call.query, pageToken } });
    pages.push(page);
    pageToken = page.nextPageToken;
    if (pageToken !== undefined && seen.has(pageToken)) {
      throw new SourceError("malformed", "Google's pages of one listing repeat themselves.");
    }
    if (pageToken !== undefined) seen.add(pageToken);
  } while (pageToken !== undefined && pages.length < PAGES_MAX);
  if (pageToken !== undefined) throw new SourceError("too_large", "A listing has too many pages.");
  return pages;
}

/** What fails for this one thing alone; anything else stops the page, which is then asked for again. */
export function isRefusal(error: unknown): boolean {
  return error instanceof SourceError && (error.code === "missing" || error.code === "forbidden");
}

const REMEMBERED_MAX = 50_000;
const remembered = new Map<string, string>();

/**
 * The id that Drive names a grantee by. It never changes for one directory id, so it is remembered by that;
 * an address may be given to another person, whose id then differs.
 */
export async function granteeId(
  source: DriveSource,
  principal: { readonly directoryId?: string | undefined; readonly email: string },
): Promise<string> {
  const key = principal.directoryId && `${source.id} ${principal.directoryId}`;
  const known = key === undefined ? undefined : remembered.get(key);
  if (known !== undefined) return known;
  const { id } = await ask(source, permissionIdSchema, {
    url: `${source.settings.driveUrl}/drive/v2/permissionIds/${encodeURIComponent(principal.email)}`,
    asUser: source.settings.admin,
  });
  if (key !== undefined) {
    if (remembered.size >= REMEMBERED_MAX) remembered.clear();
    remembered.set(key, id);
  }
  return id;
}

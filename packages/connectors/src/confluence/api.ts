// Calls of Confluence Cloud: one checked answer, all pages of a listing, and what concerns one item alone.
import { SourceError, type HttpRequest, type Source } from "@stead/sdk";
import { z } from "zod";

export const settingsSchema = z.strictObject({
  /** Such as https://acme.atlassian.net. */
  site: z.url().transform((url) => url.replace(/\/+$/, "").replace(/\/wiki$/, "")),
  /** Keys of the spaces to sync; none means all that the account sees. */
  spaces: z.array(z.string().min(1)).default([]),
  /**
   * The site's global permissions let people in who aren't signed in. The API doesn't tell, and without that
   * an anonymous permission of a space is without effect.
   */
  anonymous: z.boolean().default(false),
  /** The account is an administrator of Confluence: the audit log is asked for changed rights, too. */
  audit: z.boolean().default(false),
});
export type ConfluenceSource = Source<z.output<typeof settingsSchema>>;

/** A listing with more pages than this loops. */
const PAGES_MAX = 2_000;
const LIMIT = 100;

export async function ask<T>(
  source: ConfluenceSource,
  schema: z.ZodType<T>,
  { url, ...request }: HttpRequest,
): Promise<T> {
  const reply = await source.http({ ...request, url: `${source.settings.site}/wiki/${url}` });
  const read = schema.safeParse(await reply.json());
  if (read.success) return read.data;
  const problem = z.prettifyError(read.error);
  throw new SourceError("malformed", `Confluence answered something unexpected: ${problem}`);
}

interface Listing<T> {
  readonly results: readonly T[];
  readonly _links?: { readonly next?: string | undefined } | null | undefined;
}

/** The cursor alone is taken from the link: where to ask is never an answer's to say. */
export function nextOf({ _links: links }: Listing<unknown>): string | null {
  if (links?.next === undefined) return null;
  const base = "https://link.invalid";
  const cursor = URL.canParse(links.next, base)
    ? new URL(links.next, base).searchParams.get("cursor")
    : null;
  if (cursor === null)
    throw new SourceError("malformed", "The link to the next page has no cursor.");
  return cursor;
}

/** Every page, so that no right is known by half. */
export async function everyPage<T>(
  source: ConfluenceSource,
  schema: z.ZodType<Listing<T>>,
  url: string,
): Promise<T[]> {
  const all: T[] = [];
  const seen = new Set<string>();
  let cursor: string | null = null;
  do {
    const query: HttpRequest["query"] = { limit: LIMIT, cursor: cursor ?? undefined };
    // oxlint-disable-next-line no-await-in-loop -- each page names the next
    const page: Listing<T> = await ask(source, schema, { url, query });
    all.push(...page.results);
    cursor = nextOf(page);
    if (cursor !== null) once(seen, cursor);
  } while (cursor !== null);
  return all;
}

function once(seen: Set<string>, at: string): void {
  if (seen.has(at))
    throw new SourceError("malformed", "The pages of one listing repeat themselves.");
  if (seen.size >= PAGES_MAX) throw new SourceError("too_large", "A listing has too many pages.");
  seen.add(at);
}

interface Counted<T> {
  readonly results: readonly T[];
  readonly start: number;
  readonly limit: number;
  readonly size: number;
}

/** Where a page of version 1 goes on; null at its end. The vendor may lower the limit that was asked for. */
export function after(page: Counted<unknown>, start: number): number | null {
  const { results, limit, size } = page;
  if (page.start !== start || size !== results.length || limit < 1) {
    throw new SourceError(
      "malformed",
      "A page of a listing is not the one asked for, or not whole.",
    );
  }
  return size < limit ? null : start + size;
}

/** Every page by its start; `read` gives one. */
export async function everyStart<T>(
  read: (start: number) => Promise<{ readonly found: readonly T[]; readonly next: number | null }>,
): Promise<T[]> {
  const all: T[] = [];
  let start: number | null = 0;
  for (let pages = 0; start !== null; pages++) {
    if (pages >= PAGES_MAX) throw new SourceError("too_large", "A listing has too many pages.");
    // oxlint-disable-next-line no-await-in-loop -- each page says where the next begins
    const page = await read(start);
    all.push(...page.found);
    start = page.next;
  }
  return all;
}

/** What fails for this one thing alone; anything else stops the step, which is then done again. */
export function isItsOwn(error: unknown): boolean {
  return (
    error instanceof SourceError &&
    ["missing", "forbidden", "malformed", "too_large"].includes(error.code)
  );
}

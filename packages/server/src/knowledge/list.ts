// What there is to read in a source or folder, for one person, in the order of paths.
import { readableOf } from "../access/readable.ts";
import { freshen } from "../access/refresh.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { whileAvailable } from "../store/available.ts";
import type { Ctx } from "../store/context.ts";
import { entriesAfter, type DocumentEntry } from "./queries.ts";

export interface ListAsked {
  readonly sourceId?: string;
  /** Begins of paths. */
  readonly folder?: string;
  /** What the page before gave as `next`. */
  readonly after?: string;
  readonly limit: number;
}

export interface DocumentPage {
  readonly items: readonly DocumentEntry[];
  readonly next: string | null;
}

export async function listDocuments(
  ctx: Ctx,
  personId: string,
  { sourceId, folder = "", after, limit }: ListAsked,
): Promise<Result<DocumentPage>> {
  const place = after === undefined ? { path: "", id: "" } : placeOf(after);
  if (!place) return fail("request.invalid", "The page to go on from could not be read.");
  const found = await whileAvailable(async () => {
    await freshen(ctx, personId);
    const asked = { personId, sourceId, folder, after: place, limit: limit + 1 };
    const entries = await entriesAfter(ctx.db, ctx.orgId, asked);
    const classes = [...new Set(entries.map(({ classId }) => classId))];
    return { entries, readable: await readableOf(ctx, personId, classes) };
  });
  if (!found.ok) return found;
  const { entries, readable } = found.value;
  const page = entries.slice(0, limit);
  const last = page.at(-1);
  return ok({
    items: page.filter(({ classId }) => readable.has(classId)),
    next: entries.length > limit && last ? JSON.stringify([last.path, last.id]) : null,
  });
}

function placeOf(after: string): { path: string; id: string } | undefined {
  try {
    const [path, id, ...rest]: unknown[] = JSON.parse(after);
    const isPlace = typeof path === "string" && typeof id === "string" && rest.length === 0;
    return isPlace ? { path, id } : undefined;
  } catch {
    return undefined;
  }
}

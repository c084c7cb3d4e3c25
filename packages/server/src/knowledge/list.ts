// What there is to read in a source or folder, for one person, in the order of paths.
import { readableOf } from "../access/readable.ts";
import { freshen } from "../access/refresh.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { whileAvailable } from "../store/available.ts";
import type { Ctx } from "../store/context.ts";
import { askBeforeList, type AskingCtx } from "./asking/candidates.ts";
import { pathOf, type Place } from "./asking/queries.ts";
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
  ctx: AskingCtx,
  personId: string,
  { sourceId, folder = "", after, limit }: ListAsked,
): Promise<Result<DocumentPage>> {
  const found = await whileAvailable(async () => {
    const place = await placeOf(ctx, after);
    if (!place) return undefined;
    const within = { folder, after: place, ...(sourceId === undefined ? {} : { sourceId }) };
    // Before it is asked: what has ended meanwhile would be left out.
    await freshen(ctx, personId);
    const until = await askBeforeList(ctx, personId, within);
    const asked = { ...within, personId, limit: limit + 1, ...(until ? { until } : {}) };
    const entries = await entriesAfter(ctx.db, ctx.orgId, asked);
    const classes = [...new Set(entries.map(({ classId }) => classId))];
    return { entries, until, readable: await readableOf(ctx, personId, classes) };
  });
  if (!found.ok) return found;
  if (!found.value) return fail("request.invalid", "The page to go on from could not be read.");
  const { entries, readable, until } = found.value;
  const page = entries.slice(0, limit);
  const last = page.at(-1);
  const isFull = entries.length > limit && last !== undefined;
  return ok({
    items: page.filter(({ classId }) => readable.has(classId)),
    next: isFull ? nextOf([last.path, last.id]) : until ? nextOf([until.id]) : null,
  });
}

/** Of what the person may not read, the id alone, which says nothing. */
function nextOf(place: readonly [path: string, id: string] | readonly [id: string]): string {
  return JSON.stringify(place);
}

async function placeOf(ctx: Ctx, after: string | undefined): Promise<Place | undefined> {
  if (after === undefined) return { path: "", id: "" };
  try {
    const [first, second, ...rest]: unknown[] = JSON.parse(after);
    if (typeof first !== "string" || rest.length > 0) return undefined;
    if (typeof second === "string") return { path: first, id: second };
    const path = second === undefined ? await pathOf(ctx, first) : undefined;
    return path === undefined ? undefined : { path, id: first };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}

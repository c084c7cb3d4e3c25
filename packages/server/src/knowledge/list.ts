// What there is to read in a source or folder, for one person, in the order of paths.
import { z } from "zod";
import { readableOf } from "../access/readable.ts";
import { freshen } from "../access/refresh.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { whileAvailable } from "../store/available.ts";
import { askBeforeList, type AskingCtx } from "./asking/candidates.ts";
import { pathOf, type Place } from "./asking/queries.ts";
import { entriesAfter, type DocumentEntry } from "./queries.ts";

const placeSchema = z.tuple([z.string(), z.string()]);

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
    const place = await placeOf(ctx, personId, after);
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
  const items = page.filter(({ classId }) => readable.has(classId));
  if (entries.length <= limit)
    return ok({ items, next: until ? (ctx.asker?.sealPlace(personId, until.id) ?? null) : null });
  // What was lost meanwhile is not named: from what is left, or from the same place, it goes on without it.
  const last = items.at(-1);
  return ok({ items, next: last ? nextOf(last) : (after ?? nextOf(START)) });
}

const START: Place = { path: "", id: "" };

function nextOf({ path, id }: Place): string {
  return JSON.stringify([path, id]);
}

/** Undefined: it is no place that this reader was given, or could have made from what they read. */
async function placeOf(
  ctx: AskingCtx,
  personId: string,
  after: string | undefined,
): Promise<Place | undefined> {
  if (after === undefined) return START;
  if (!after.startsWith("[")) {
    const id = ctx.asker?.openPlace(personId, after);
    const path = id === undefined ? undefined : await pathOf(ctx, id);
    return id === undefined || path === undefined ? undefined : { path, id };
  }
  const read = placeSchema.safeParse(jsonOf(after));
  return read.success ? { path: read.data[0], id: read.data[1] } : undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

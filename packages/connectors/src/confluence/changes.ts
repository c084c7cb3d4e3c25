// What was edited since: asked of Confluence's search, which tells neither moves nor permissions nor removals;
// of permissions the audit log tells those who may read it.
import type { ChangePage } from "@stead/sdk";
import { z } from "zod";
import type { ConfluenceAccess } from "./access.ts";
import { after, ask, type ConfluenceSource } from "./api.ts";
import { audited } from "./audit.ts";
import { idOf, item, split, type ConfluenceItem } from "./read.ts";
import { searchSchema } from "./wire.ts";

const cursorSchema = z.strictObject({
  /** The edits since this are read, in this round. */
  sinceMs: z.int(),
  /** When this round began; the next one reads from there. */
  beganMs: z.int(),
  start: z.int(),
  /** Edits that were told within the overlap, so that none is read twice. */
  told: z.array(z.string()),
});
type Cursor = z.output<typeof cursorSchema>;

/** The search index runs behind the site. */
const OVERLAP_MINUTES = 10;
const LIMIT = 50;
const TOLD_MAX = 1_000;
const KINDS = ["page", "blogpost", "attachment"];

export async function changes(
  source: ConfluenceSource,
  cursor: string | null,
): Promise<ChangePage<ConfluenceAccess>> {
  const nowMs = Date.now();
  if (cursor === null) {
    const first: Cursor = { sinceMs: nowMs, beganMs: nowMs, start: 0, told: [] };
    return { changes: [], next: JSON.stringify(first), done: true };
  }
  const at = cursorSchema.parse(JSON.parse(cursor));
  const beganMs = at.start === 0 ? nowMs : at.beganMs;
  // Told as an age: a date would be read in the account's time zone, and by the source's own clock.
  const minutes = Math.ceil(Math.max(0, nowMs - at.sinceMs) / 60_000) + OVERLAP_MINUTES;
  const page = await ask(source, searchSchema, {
    url: "rest/api/search",
    query: {
      // Latest first: what is edited meanwhile moves others on to the next page, and none past it.
      cql: `lastmodified >= now("-${minutes}m") and type in (${KINDS.join(", ")}) order by lastmodified desc`,
      start: at.start,
      limit: LIMIT,
    },
  });
  const told = new Set(at.told);
  const isNew = source.settings.audit && at.start === 0;
  const found = isNew ? await audited(source, at.sinceMs, told) : [];
  for (const { content, lastModified } of page.results) {
    if (content === undefined || !KINDS.includes(content.type)) continue;
    const edit = `${content.id} ${lastModified}`;
    if (told.has(edit)) continue;
    told.add(edit);
    const id = idOf(content.type, content.id);
    // oxlint-disable-next-line no-await-in-loop -- one after the other, within the limits
    const now = await item(source, id);
    if (now === null) {
      found.push({ kind: "gone", id });
      continue;
    }
    // oxlint-disable-next-line no-await-in-loop -- one after the other, within the limits
    for (const place of await placesOver(source, now)) found.push({ kind: "item", item: place });
    found.push({ kind: "item", item: now });
  }
  const start = after(page, at.start);
  const next: Cursor = {
    sinceMs: start === null ? beganMs : at.sinceMs,
    beganMs,
    start: start ?? 0,
    told: [...told].slice(-TOLD_MAX),
  };
  return { changes: found, next: JSON.stringify(next), done: start === null };
}

const DEPTH_MAX = 50;

/** The folders that it is in, outermost first: search tells nothing of them, so they may be new. */
async function placesOver(
  source: ConfluenceSource,
  below: ConfluenceItem,
): Promise<ConfluenceItem[]> {
  const places: ConfluenceItem[] = [];
  let { parentId } = below;
  while (parentId !== null && isPlace(parentId) && places.length < DEPTH_MAX) {
    // oxlint-disable-next-line no-await-in-loop -- each names the next
    const place: ConfluenceItem | null = await item(source, parentId);
    if (place === null) break;
    places.unshift(place);
    ({ parentId } = place);
  }
  return places;
}

function isPlace(id: string): boolean {
  return !["page", "blogpost", "space"].includes(split(id).type);
}

// Everything of Confluence: some spaces at a time, then the pages and the posts of each.
import { SourceError, type Page } from "@stead/sdk";
import { z } from "zod";
import { ask, nextOf, type ConfluenceSource } from "./api.ts";
import {
  attachmentsOf,
  contentItem,
  isChosen,
  isShown,
  placesAbove,
  spaceItem,
  type ConfluenceItem,
} from "./read.ts";
import { contentsSchema, spacesSchema } from "./wire.ts";

const cursorSchema = z.strictObject({
  /** Where the spaces go on; null: these were the last. */
  spaces: z.string().nullable(),
  /** Spaces whose contents are not read yet. */
  left: z.array(z.string()),
  of: z.enum(["pages", "blogposts"]),
  /** Where the contents of the first of them go on. */
  more: z.string().nullable(),
});
type Cursor = z.output<typeof cursorSchema>;

const AT_ONCE = 25;

export async function list(
  source: ConfluenceSource,
  cursor: string | null,
): Promise<Page<ConfluenceItem>> {
  if (cursor === null) return someSpaces(source, undefined);
  const at = cursorSchema.parse(JSON.parse(cursor));
  const [space] = at.left;
  if (space === undefined) {
    return at.spaces === null ? { items: [], next: null } : someSpaces(source, at.spaces);
  }
  return contents(source, at, space);
}

async function someSpaces(
  source: ConfluenceSource,
  cursor: string | undefined,
): Promise<Page<ConfluenceItem>> {
  const query = { limit: AT_ONCE, cursor, keys: source.settings.spaces.join(",") || undefined };
  const page = await ask(source, spacesSchema, { url: "api/v2/spaces", query });
  const spaces = page.results.filter((space) => isChosen(source, space));
  const items = await Promise.all(spaces.map((space) => spaceItem(source, space)));
  const next = nextOf(page);
  if (next !== null && next === cursor) throw repeated();
  const at: Cursor = { spaces: next, left: spaces.map(({ id }) => id), of: "pages", more: null };
  return { items, next: next === null && at.left.length === 0 ? null : JSON.stringify(at) };
}

async function contents(
  source: ConfluenceSource,
  at: Cursor,
  space: string,
): Promise<Page<ConfluenceItem>> {
  const page = await ask(source, contentsSchema, {
    url: `api/v2/spaces/${encodeURIComponent(space)}/${at.of}`,
    query: {
      ...(at.of === "pages" && { depth: "all" }),
      status: "current,archived",
      limit: AT_ONCE,
      cursor: at.more ?? undefined,
    },
  });
  const more = nextOf(page);
  if (more !== null && more === at.more) throw repeated();
  const type = at.of === "pages" ? "page" : "blogpost";
  const shown = page.results.filter((content) => isShown(content) && content.spaceId === space);
  const above = type === "page" ? await placesAbove(source, shown, new Set()) : [];
  const read = await Promise.all(
    shown.map(async (content) => {
      const own = await contentItem(source, type, content);
      return { own, files: await attachmentsOf(source, type, content.id) };
    }),
  );
  const items = [
    ...above,
    ...outermostFirst(read.map(({ own }) => own)),
    ...read.flatMap(({ files }) => files),
  ];
  const next = following(at, more);
  return { items, next: next === null ? null : JSON.stringify(next) };
}

function following(at: Cursor, more: string | null): Cursor | null {
  if (more !== null) return { ...at, more };
  if (at.of === "pages") return { ...at, of: "blogposts", more: null };
  const left = at.left.slice(1);
  return left.length === 0 && at.spaces === null ? null : { ...at, left, of: "pages", more: null };
}

/** Within a page; one whose parent comes on a later page has no readers until it is there. */
function outermostFirst(items: readonly ConfluenceItem[]): ConfluenceItem[] {
  const left = new Map(items.map((item) => [item.id, item]));
  const sorted: ConfluenceItem[] = [];
  const place = (item: ConfluenceItem): void => {
    if (!left.delete(item.id)) return;
    const parent = item.parentId === null ? undefined : left.get(item.parentId);
    if (parent !== undefined) place(parent);
    sorted.push(item);
  };
  for (const item of items) place(item);
  return sorted;
}

function repeated(): SourceError {
  return new SourceError("malformed", "The pages of one listing repeat themselves.");
}

// A source read whole, with bounds: what the checks compare.
import type { Item, Page, SourceGroup, SourceUser } from "../item.ts";
import type { Source } from "../source.ts";
import type { Mirrored } from "./check.ts";

const PAGES_MAX = 10_000;

export interface World {
  readonly items: readonly Item[];
  /** Of the listing, page by page. */
  readonly pages: readonly Page<Item>[];
  readonly users: readonly SourceUser[];
  readonly groups: ReadonlyMap<string, SourceGroup>;
}

/** Throws when the pages don't end. */
export async function drain<T>(
  read: (cursor: string | null) => Promise<Page<T>>,
  from: string | null = null,
): Promise<Page<T>[]> {
  const pages: Page<T>[] = [];
  const seen = new Set<string>();
  let cursor = from;
  do {
    // oxlint-disable-next-line no-await-in-loop -- each page names the next
    const page: Page<T> = await read(cursor);
    pages.push(page);
    cursor = page.next;
    if (cursor !== null && seen.has(cursor)) throw new Error("the pages repeat themselves");
    if (cursor !== null) seen.add(cursor);
    if (pages.length > PAGES_MAX) throw new Error(`there are more than ${PAGES_MAX} pages`);
  } while (cursor !== null);
  return pages;
}

export async function readWorld(mirror: Mirrored, source: Source<unknown>): Promise<World> {
  const pages = await drain((cursor) => mirror.list(source, cursor));
  const users = await drain((cursor) => mirror.users(source, cursor));
  const groups = await drain((cursor) => mirror.groups(source, cursor));
  return {
    pages,
    items: pages.flatMap((page) => page.items),
    users: users.flatMap((page) => page.items),
    groups: new Map(groups.flatMap((page) => page.items).map((group) => [group.id, group])),
  };
}

/** Permissions of all that an item is in, nearest first; null when they are not all known. */
export function aboveOf(world: World, item: Item): unknown[] | null {
  const byId = new Map(world.items.map((one) => [one.id, one]));
  const above: unknown[] = [];
  for (let at = item.parentId; at !== null;) {
    const parent = byId.get(at);
    if (parent === undefined || above.length > world.items.length) return null;
    above.push(parent.access);
    at = parent.parentId;
  }
  return above;
}

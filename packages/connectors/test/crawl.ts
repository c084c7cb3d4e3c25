// Reads a source whole through its connector and judges who may find what: a plain stand-in for Stead.
import type { AccessRule, Connector, Item, Page, Source } from "@stead/sdk";

export interface Crawl {
  readonly items: ReadonlyMap<string, Item>;
  /** Mail or, without one, id of each active user who may find the item. */
  finders(id: string): string[];
}

export async function everything<T>(
  read: (cursor: string | null) => Promise<Page<T>>,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    // oxlint-disable-next-line no-await-in-loop -- each page names the next
    const page: Page<T> = await read(cursor);
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return items;
}

export async function crawl(connector: Connector, source: Source<unknown>): Promise<Crawl> {
  const mirror = connector.mirror;
  if (mirror === undefined) throw new Error("no mirror");
  const listed = await everything((cursor) => mirror.list(source, cursor));
  const items = new Map(listed.map((item) => [item.id, item]));
  const users = await everything((cursor) => mirror.users(source, cursor));
  const groupList = await everything((cursor) => mirror.groups(source, cursor));
  const groups = new Map(groupList.map((group) => [group.id, group]));

  const isIn = (group: string, user: string, seen: Set<string>): boolean => {
    const found = groups.get(group);
    if (found === undefined || !found.complete || seen.has(group)) return false;
    seen.add(group);
    return found.members.some((one) =>
      one.kind === "user" ? one.id === user : isIn(one.id, user, seen),
    );
  };
  const holds = (rule: AccessRule, user: (typeof users)[number]): boolean => {
    if (rule === "public") return true;
    if (typeof rule === "string") return false;
    if ("user" in rule) return rule.user === user.id;
    if ("group" in rule) return isIn(rule.group, user.id, new Set());
    if ("domain" in rule) return rule.domain === user.domain;
    if ("any" in rule) return rule.any.some((part) => holds(part, user));
    if ("all" in rule) return rule.all.every((part) => holds(part, user));
    return false;
  };
  const finders = (id: string): string[] => {
    const own = items.get(id);
    if (own === undefined) return [];
    const above: unknown[] = [];
    for (let at = own.parentId; at !== null;) {
      const parent = items.get(at);
      if (parent === undefined) return [];
      above.push(parent.access);
      at = parent.parentId;
    }
    const rule = mirror.readers(own.access, above);
    const found = users.filter((user) => user.active && holds(rule, user));
    return [...new Set(found.map((user) => user.email ?? user.id))].toSorted();
  };
  return { items, finders };
}

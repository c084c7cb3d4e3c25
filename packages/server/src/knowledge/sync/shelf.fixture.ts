// A source of a test's own that keeps its items, groups and rules itself, says who may read what, and can
// lie, loop, fail and lose pages.
import { defineConnector, SourceError, type AccessRule, type Change } from "@stead/sdk";
import type {
  ChangePage,
  Connector,
  Content,
  Item,
  PushRequest,
  PushVerdict,
  SourceGroup,
  SourceUser,
} from "@stead/sdk";
import { z } from "zod";

const principalSchema = z.union([
  z.strictObject({ user: z.string() }),
  z.strictObject({ group: z.string() }),
]);
const accessSchema = z.strictObject({
  allow: z.array(principalSchema),
  deny: z.array(principalSchema),
  /** Whoever is not in it reads nothing from here on down. */
  lock: z.array(principalSchema).nullable(),
  inherits: z.boolean(),
});
export type Principal = z.output<typeof principalSchema>;
export type ShelfAccess = z.output<typeof accessSchema>;

export interface Node {
  parentId: string | null;
  kind: "container" | "document";
  text: string;
  revision: number;
  access: ShelfAccess;
  bytes?: number;
  title?: string;
}

export const plain = (over: Partial<ShelfAccess> = {}): ShelfAccess => ({
  allow: [],
  deny: [],
  lock: null,
  inherits: true,
  ...over,
});

/** What the tests turn on; each is asked before the honest answer is given. */
export interface Faults {
  list?: (cursor: string | null) => void;
  /** After the page was made, before it arrives. */
  late?: () => Promise<void>;
  users?: () => void;
  group?: (id: string) => void;
  item?: (id: string) => void;
  fetch?: (id: string) => Content | undefined;
  readers?: () => AccessRule | undefined;
  changes?: () => void;
  /** Left out of listings. */
  hidden?: ReadonlySet<string>;
  /** The cursor that is given instead. */
  next?: (honest: string | null) => string | null;
}

export class Shelf {
  readonly users = new Map<string, SourceUser>();
  readonly groups = new Map<string, SourceGroup>();
  readonly nodes = new Map<string, Node>();
  readonly log: Change<ShelfAccess>[] = [];
  faults: Faults = {};
  page = 3;
  calls = { list: 0, item: 0, fetch: 0, group: 0, changes: 0, users: 0 };

  user(id: string, email = `${id}@x.com`): void {
    this.users.set(id, { id, name: id, email, active: true });
  }

  group(id: string, members: readonly string[], complete = true): void {
    this.groups.set(id, {
      id,
      name: id,
      complete,
      members: members.map((one) => ({ kind: one.startsWith("g") ? "group" : "user", id: one })),
    });
    this.log.push({ kind: "group", id });
  }

  put(id: string, node: Partial<Node> & { parentId: string | null }): void {
    const before = this.nodes.get(id);
    const kind = id.startsWith("d") ? ("document" as const) : ("container" as const);
    this.nodes.set(id, {
      kind,
      text: `The text of ${id}.`,
      revision: (before?.revision ?? 0) + 1,
      access: plain(),
      ...node,
    });
    this.log.push({ kind: "item", item: this.item(id) });
  }

  change(id: string, over: Partial<Node>): void {
    const node = this.nodes.get(id);
    if (!node) return;
    Object.assign(node, over);
    this.log.push({ kind: "item", item: this.item(id) });
  }

  share(id: string, over: Partial<ShelfAccess>): void {
    const node = this.nodes.get(id);
    if (node) this.change(id, { access: { ...node.access, ...over } });
  }

  /** With everything in it; the source says so of the top alone. */
  remove(id: string): void {
    for (const [below, node] of this.nodes) if (node.parentId === id) this.removeQuietly(below);
    this.nodes.delete(id);
    this.log.push({ kind: "gone", id });
  }

  removeQuietly(id: string): void {
    for (const [below, node] of this.nodes) if (node.parentId === id) this.removeQuietly(below);
    this.nodes.delete(id);
  }

  item(id: string): Item<ShelfAccess> {
    const node = this.nodes.get(id);
    if (!node) throw new Error(`no ${id}`);
    return {
      id,
      parentId: node.parentId,
      kind: node.kind,
      title: node.title ?? `${id}.txt`,
      path: `shelf/${id}.txt`,
      mediaType: "text/plain",
      revision: String(node.revision),
      updatedAt: "2026-01-01T00:00:00Z",
      access: node.access,
      ...(node.bytes === undefined ? {} : { bytes: node.bytes }),
    };
  }

  isIn(groupId: string, user: string, seen = new Set<string>()): boolean {
    if (seen.has(groupId)) return false;
    seen.add(groupId);
    const members = this.groups.get(groupId)?.members ?? [];
    return members.some((one) =>
      one.kind === "user" ? one.id === user : this.isIn(one.id, user, seen),
    );
  }

  /** By brute force, in words of its own. */
  reads(user: string, id: string): boolean {
    const is = (one: Principal): boolean =>
      "user" in one ? one.user === user : this.isIn(one.group, user);
    let allowed = false;
    let inherits = true;
    for (let at: string | null = id; at !== null;) {
      const node = this.nodes.get(at);
      if (!node) return false;
      if (node.access.deny.some(is)) return false;
      if (node.access.lock && !node.access.lock.some(is)) return false;
      if (inherits && node.access.allow.some(is)) allowed = true;
      inherits &&= node.access.inherits;
      at = node.parentId;
    }
    return allowed && this.users.get(user)?.active === true;
  }

  order(): string[] {
    const listed: string[] = [];
    const visit = (parent: string | null): void => {
      for (const [id, node] of this.nodes)
        if (node.parentId === parent && !listed.includes(id)) {
          listed.push(id);
          visit(id);
        }
    };
    visit(null);
    // What hangs in the air or in a circle is listed too.
    return [...listed, ...[...this.nodes.keys()].filter((id) => !listed.includes(id))];
  }
}

export function readersOf(own: ShelfAccess, above: readonly ShelfAccess[]): AccessRule {
  const places = [own, ...above];
  const any: AccessRule[] = [];
  let inherits = true;
  for (const place of places) {
    if (inherits) any.push(...place.allow);
    inherits &&= place.inherits;
  }
  const locks = places.flatMap(({ lock }) => (lock === null ? [] : [{ any: lock }]));
  return { all: [{ any }, ...locks, { not: { any: places.flatMap(({ deny }) => deny) } }] };
}

const MANIFEST = {
  name: "shelf",
  title: "Shelf",
  description: "A shelf in memory.",
  guide: "",
  crawl: { kind: "none" },
  acting: { kind: "none" },
  rights: "mirrored",
  freshness: { pollMs: 3_600_000, reconcileMs: 7_200_000, objectiveMs: 86_400_000 },
  limits: { concurrent: 4 },
} as const;

/** What is told of an item is the item as it is now, as sources do. */
function changesOf(shelf: Shelf, cursor: string | null): ChangePage<ShelfAccess> {
  shelf.calls.changes++;
  shelf.faults.changes?.();
  const from = cursor === null ? shelf.log.length : Number(cursor);
  const to = Math.min(from + shelf.page, shelf.log.length);
  const changes = shelf.log.slice(from, to).flatMap((one): Change<ShelfAccess>[] => {
    if (one.kind !== "item") return [one];
    const { id } = one.item;
    return shelf.nodes.has(id) ? [{ kind: "item", item: shelf.item(id) }] : [];
  });
  return { changes, next: String(to), done: to === shelf.log.length };
}

function receive({ headers, body, watch }: PushRequest): PushVerdict {
  const known = z.object({ secret: z.string() }).safeParse(watch);
  if (!known.success || headers["x-shelf"] !== known.data.secret)
    return { ok: false, reason: "The signature is wrong." };
  const text = Buffer.from(body).toString();
  if (text === "hello") return { ok: true, events: [], reply: "welcome" };
  return { ok: true, events: eventsSchema.parse(JSON.parse(text)) };
}

export interface ShelfOptions {
  readonly canChange?: boolean;
  readonly canGroup?: boolean;
}

export function connectorOf(shelf: Shelf, options: ShelfOptions = {}): Connector {
  const { canChange = true, canGroup = true } = options;
  const faults = (): Faults => shelf.faults;
  const cut = <T>(all: readonly T[], cursor: string | null) => {
    const from = Number(cursor ?? 0);
    const honest = from + shelf.page < all.length ? String(from + shelf.page) : null;
    const next = faults().next ? (faults().next?.(honest) ?? null) : honest;
    return { items: all.slice(from, from + shelf.page), next };
  };
  return defineConnector<Record<string, never>, ShelfAccess>({
    manifest: MANIFEST,
    settings: z.strictObject({}),
    test: async () => ({ account: "shelf" }),
    mirror: {
      access: accessSchema,
      list: async (_source, cursor) => {
        shelf.calls.list++;
        faults().list?.(cursor);
        const ids = shelf.order().filter((id) => !faults().hidden?.has(id));
        const { items, next } = cut(ids, cursor);
        const page = {
          items: items.flatMap((id) => (shelf.nodes.has(id) ? [shelf.item(id)] : [])),
          next,
        };
        await faults().late?.();
        return page;
      },
      ...(canChange && {
        changes: async (_source, cursor) => changesOf(shelf, cursor),
      }),
      item: async (_source, id) => {
        shelf.calls.item++;
        faults().item?.(id);
        return shelf.nodes.has(id) ? shelf.item(id) : null;
      },
      fetch: async (_source, { id, mediaType = "text/plain" }) => {
        shelf.calls.fetch++;
        const given = faults().fetch?.(id);
        if (given) return given;
        const node = shelf.nodes.get(id);
        if (!node) throw new SourceError("missing", "It is gone.");
        return { mediaType, bytes: Buffer.from(node.text) };
      },
      readers: (own, above) => faults().readers?.() ?? readersOf(own, above),
      users: async (_source, cursor) => {
        shelf.calls.users++;
        faults().users?.();
        return cut([...shelf.users.values()], cursor);
      },
      groups: async (_source, cursor) => cut([...shelf.groups.values()], cursor),
      ...(canGroup && {
        group: async (_source, id) => {
          shelf.calls.group++;
          faults().group?.(id);
          return shelf.groups.get(id) ?? null;
        },
      }),
      push: {
        start: async () => ({ watch: { secret: "s3cret" }, expiresAtMs: null }),
        stop: async () => undefined,
        receive,
      },
    },
  });
}

const eventsSchema = z.array(
  z.object({
    id: z.string(),
    change: z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("poll") }),
      z.object({ kind: z.literal(["item", "subtree", "group"]), id: z.string() }),
    ]),
  }),
);

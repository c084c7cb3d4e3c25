// The connector for the shelf as it should be, made to be broken in one place at a time.
import { z } from "zod";
import {
  defineConnector,
  SourceError,
  type AccessRule,
  type Connector,
  type ConnectorDefinition,
  type HttpRequest,
  type Item,
  type Source,
} from "../../src/index.ts";
import { receive } from "./shelf-push.ts";
import { noteSchema, type Note } from "./shelf.ts";

const pageOf = <T>(items: z.ZodType<T>) =>
  z.strictObject({ items: z.array(items), next: z.string().nullable() });
const accessSchema = z.strictObject({ team: z.string() });
export type Access = z.output<typeof accessSchema>;
const settingsSchema = z.strictObject({ shelf: z.string() });
type Settings = z.output<typeof settingsSchema>;

export async function ask<T>(
  source: Source<unknown>,
  schema: z.ZodType<T>,
  request: HttpRequest,
): Promise<T> {
  const read = schema.safeParse(await (await source.http(request)).json());
  if (read.success) return read.data;
  throw new SourceError("malformed", "The shelf answered something unexpected.");
}

export function itemOf(note: Note): Item<Access> {
  return {
    id: note.id,
    parentId: note.parent,
    kind: note.folder ? "container" : "document",
    title: note.id,
    path: note.id,
    revision: `${note.id} ${note.text}`,
    updatedAt: "2026-01-01T00:00:00.000Z",
    access: { team: note.team },
  };
}

export async function membersOf(source: Source<unknown>, team: string): Promise<string[]> {
  const members: string[] = [];
  for (let from: string | null = "0"; from !== null;) {
    const page: { items: string[]; next: string | null } = await ask(source, pageOf(z.string()), {
      url: `/teams/${team}`,
      query: { from },
    });
    members.push(...page.items);
    from = page.next;
  }
  return members;
}

export type Definition = ConnectorDefinition<Settings, Access>;
type Mirrored = NonNullable<Definition["mirror"]>;

const mirror: Mirrored = {
  access: accessSchema,
  async list(source, cursor) {
    const page = await ask(source, pageOf(noteSchema), {
      url: "/notes",
      query: { from: cursor ?? "0" },
    });
    return { items: page.items.map(itemOf), next: page.next };
  },
  async item(source, id) {
    try {
      return itemOf(await ask(source, noteSchema, { url: `/notes/${id}` }));
    } catch (error) {
      if (error instanceof SourceError && error.code === "missing") return null;
      throw error;
    }
  },
  async changes(source, cursor) {
    const log = await ask(source, pageOf(z.string()), {
      url: "/log",
      query: { from: cursor ?? "0" },
    });
    const next = log.next ?? "0";
    if (cursor === null) return { changes: [], next, done: true };
    const changes = [];
    for (const id of log.items) {
      const item = await mirror.item(source, id);
      changes.push(item === null ? { kind: "gone" as const, id } : { kind: "item" as const, item });
    }
    return { changes, next, done: true };
  },
  async fetch(source, item) {
    const reply = await source.http({ url: `/notes/${item.id}/text` });
    return { mediaType: "text/plain", bytes: reply.bytes };
  },
  readers: (own, above): AccessRule => ({
    all: [own, ...above].map(({ team }) => ({ group: team })),
  }),
  async users(source, cursor) {
    const page = await ask(source, pageOf(z.string()), {
      url: "/people",
      query: { from: cursor ?? "0" },
    });
    return { items: page.items.map((id) => ({ id, name: id, active: true })), next: page.next };
  },
  async groups(source, cursor) {
    const page = await ask(source, pageOf(z.string()), {
      url: "/teams",
      query: { from: cursor ?? "0" },
    });
    const items = [];
    for (const team of page.items) {
      const members = (await membersOf(source, team)).map((id) => ({ kind: "user" as const, id }));
      items.push({ id: team, name: team, members, complete: true });
    }
    return { items, next: page.next };
  },
  push: {
    start: async () => ({ watch: { secret: "shh" }, expiresAtMs: null }),
    async stop() {},
    receive,
  },
};

const definition: Definition = {
  manifest: {
    name: "shelf",
    title: "Shelf",
    description: "Notes in folders, for teams.",
    guide: "Ask the shelf for a key.",
    crawl: {
      kind: "secret",
      fields: [{ name: "key", title: "Key", help: "From the shelf", secret: true }],
      header: { name: "authorization", template: "Bearer {key}" },
    },
    acting: { kind: "none" },
    rights: "mirrored",
    freshness: { pollMs: 60_000, reconcileMs: 3_600_000, objectiveMs: 900_000 },
    limits: { concurrent: 2 },
  },
  settings: settingsSchema,
  async test(source) {
    await mirror.users(source, null);
    return { account: "the shelf" };
  },
  mirror,
};

/** The connector as it should be, but for what is given. */
export function shelfConnector(
  broken: { manifest?: Partial<Definition["manifest"]>; mirror?: Partial<Mirrored> } = {},
): Connector {
  return defineConnector<Settings, Access>({
    ...definition,
    manifest: { ...definition.manifest, ...broken.manifest },
    mirror: { ...mirror, ...broken.mirror },
  });
}

export { mirror as soundMirror };

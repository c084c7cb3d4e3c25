// A small source of folders and notes with a connector for it, made to be broken in one place at a time.
import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import {
  defineConnector,
  SourceError,
  type AccessRule,
  type Connector,
  type ConnectorDefinition,
  type HttpReply,
  type HttpRequest,
  type Item,
  type PushRequest,
  type Source,
} from "../../src/index.ts";

const noteSchema = z.strictObject({
  id: z.string(),
  parent: z.string().nullable(),
  folder: z.boolean(),
  text: z.string(),
  team: z.string(),
});
type Note = z.output<typeof noteSchema>;
const pageOf = <T>(items: z.ZodType<T>) =>
  z.strictObject({ items: z.array(items), next: z.string().nullable() });
const accessSchema = z.strictObject({ team: z.string() });
export type Access = z.output<typeof accessSchema>;
const settingsSchema = z.strictObject({ shelf: z.string() });
type Settings = z.output<typeof settingsSchema>;

const PAGE = 2;
export const NOW_MS = 1_800_000_000_000;

/** Keeps state and answers as a web service would, two to a page. */
export class Shelf {
  readonly notes = new Map<string, Note>();
  readonly teams = new Map([
    ["all", ["ada", "bob", "cyd"]],
    ["few", ["ada", "bob"]],
  ]);
  readonly log: string[] = [];

  constructor() {
    this.put({ id: "top", parent: null, folder: true, text: "", team: "all" });
    this.put({ id: "plans", parent: "top", folder: true, text: "", team: "few" });
    this.put({ id: "budget", parent: "plans", folder: false, text: "Nine.", team: "all" });
    this.put({ id: "menu", parent: "top", folder: false, text: "Soup.", team: "all" });
    this.put({ id: "salad", parent: "top", folder: false, text: "Green.", team: "few" });
  }

  put(note: Note): void {
    this.notes.set(note.id, note);
    this.log.push(note.id);
  }

  change(id: string, change: Partial<Note>): string {
    const note = this.notes.get(id);
    if (note === undefined) throw new Error(`no ${id}`);
    this.put({ ...note, ...change });
    return id;
  }

  remove(id: string): string {
    this.notes.delete(id);
    this.log.push(id);
    return id;
  }

  source(): Source<unknown> {
    return {
      id: "src_shelf",
      settings: { shelf: "one" },
      secrets: { key: "s3cr3t-k3y" },
      http: async (request) => replyOf(this.#answer(request)),
      dial: () => Promise.reject(new SourceError("unavailable", "no connection")),
      run: () => Promise.resolve({ code: 1, stdout: "", stderr: "" }),
      signal: new AbortController().signal,
      log: () => {},
    };
  }

  #answer({ url, query = {} }: HttpRequest): unknown {
    const [, what, id = "", sub] = url.split("/");
    const from = Number(query["from"] ?? 0);
    if (what === "notes" && id === "") return pageFrom([...this.notes.values()], from);
    if (what === "notes" && sub === "text") return this.#note(id).text;
    if (what === "notes") return this.#note(id);
    if (what === "people") return pageFrom(["ada", "bob", "cyd", "dan"], from);
    if (what === "teams" && id === "") return pageFrom([...this.teams.keys()], from);
    if (what === "teams") return pageFrom(this.teams.get(id) ?? [], from);
    if (what === "log") return { items: this.log.slice(from), next: String(this.log.length) };
    throw new SourceError("missing", "404");
  }

  #note(id: string): Note {
    const note = this.notes.get(id);
    if (note === undefined) throw new SourceError("missing", "404");
    return note;
  }
}

function pageFrom(all: readonly unknown[], from: number): unknown {
  const next = from + PAGE < all.length ? String(from + PAGE) : null;
  return { items: all.slice(from, from + PAGE), next };
}

function replyOf(value: unknown): HttpReply {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return {
    status: 200,
    headers: {},
    json: async () => structuredClone(value),
    text: async () => text,
    bytes: (async function* () {
      yield new TextEncoder().encode(text);
    })(),
  };
}

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

export function signatureOf(secret: string, nowMs: number, body: Uint8Array): string {
  return createHmac("sha256", secret).update(`${nowMs}.`).update(body).digest("hex");
}

export function delivery(): PushRequest {
  const body = new TextEncoder().encode(JSON.stringify({ id: "ev1", note: "menu" }));
  const signature = signatureOf("shh", NOW_MS, body);
  return {
    headers: { "x-time": String(NOW_MS), "x-signature": signature },
    body,
    watch: { secret: "shh" },
    nowMs: NOW_MS,
  };
}

const watchSchema = z.strictObject({ secret: z.string().min(1) });
const eventSchema = z.strictObject({ id: z.string(), note: z.string() });

export function receive({ headers, body, watch, nowMs }: PushRequest) {
  const secret = watchSchema.safeParse(watch).data?.secret;
  const sent = Number(headers["x-time"]);
  if (secret === undefined || !(Math.abs(nowMs - sent) < 300_000))
    return { ok: false as const, reason: "no secret, or too old" };
  const due = Buffer.from(signatureOf(secret, sent, body));
  const given = Buffer.from(headers["x-signature"] ?? "");
  if (due.length !== given.length || !timingSafeEqual(due, given))
    return { ok: false as const, reason: "the signature is wrong" };
  return eventIn(body);
}

export function eventIn(body: Uint8Array) {
  const { id, note } = eventSchema.parse(JSON.parse(new TextDecoder().decode(body)));
  const change = { kind: "item" as const, id: note };
  return { ok: true as const, events: [{ id, change }] };
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

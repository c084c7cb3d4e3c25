// Real peers behind one search: an MCP server that answers each token as its owner, PostgreSQL whose own rules
// decide, and the index. What a person finds, opens and hears from an agent's tools is what these say, however
// rights change; and nobody gets what was found for another.
import { mcp, postgres } from "@stead/connectors";
import * as fc from "fast-check";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { makeWorld, type World } from "../../connectors/test/postgres/world.ts";
import { internClass } from "../src/access/intern.ts";
import { find, openAnywhere, type FindCtx } from "../src/knowledge/find.ts";
import { openLiveIndex, type LiveIndex } from "../src/knowledge/index/live.ts";
import { MemoryIndex } from "../src/knowledge/index/memory-index.ts";
import { liveIdOf } from "../src/knowledge/live/live.ts";
import { openLive } from "../src/knowledge/live/look.ts";
import { upsertDocument } from "../src/knowledge/queries.ts";
import { systemClock } from "../src/lib/clock.ts";
import { createIds } from "../src/lib/ids.ts";
import { silentLog } from "../src/lib/log.ts";
import { assert, fail, ok } from "../src/lib/result.ts";
import { withTx } from "../src/store/tx.ts";
import { documentTools } from "../src/tools/documents.ts";
import { ADA, callTool, registryOf } from "../src/tools/tools.fixture.ts";
import { freshDatabase, type FreshDatabase } from "./database.ts";
import { httpAs, startLivePeer, type LivePeer } from "./fixtures/mcp-live.ts";

const ORG = "org_1";
const PEOPLE = ["ann", "bob", "cy"];
let base: FreshDatabase;
let peer: LivePeer;
let world: World;
let index: LiveIndex;
let ctx: FindCtx;
/** The database's role of each person. */
const roles = new Map<string, string>();

const NOTES = {
  relations: [{ name: "notes", table: "note", key: "id", title: "title", text: ["body"] }],
};

beforeAll(async () => {
  [base, peer, world] = await Promise.all([freshDatabase(), startLivePeer(), makeWorld()]);
  for (const who of PEOPLE) {
    // oxlint-disable-next-line no-await-in-loop -- a few
    roles.set(who, await world.role(who));
    // oxlint-disable-next-line no-await-in-loop
    await sql`insert into person (org_id, id, name, email)
      values (${ORG}, ${who}, ${who}, ${`${who}@x`})`.execute(base.db);
  }
  await world.run(`
    create table public.note (id text primary key, title text, body text, readers text[]);
    alter table public.note enable row level security;
    create policy own on public.note for select using (current_user = any(readers));
    grant select on public.note to public`);
  const plain = {
    db: base.db,
    orgId: ORG,
    clock: systemClock,
    ids: createIds(systemClock),
    log: silentLog,
  };
  const memory = new MemoryIndex();
  index = openLiveIndex({
    ctx: plain,
    index: {
      apply: async (changes) => memory.apply(changes),
      search: async (query) => memory.search(query),
      stamps: async () => memory.stamps(),
      stats: async () => memory.stats(),
      close: async () => undefined,
    },
  });
  const sources = [
    { id: "src_mcp", name: "Wiki" },
    { id: "src_sql", name: "CRM" },
  ];
  const live = openLive({
    ctx: plain,
    timeoutMs: 20_000,
    sources: async () => sources,
    host: async ({ sourceId, personId }, signal) => {
      const role = roles.get(personId);
      if (role === undefined) return fail("resource.not_found", "you have linked no account");
      const own = { ...world.source(role, NOTES), signal };
      if (sourceId === "src_sql") return ok({ connector: postgres, source: own });
      const settings = { url: peer.url };
      return ok({
        connector: mcp,
        source: { ...own, settings, http: httpAs(`token of ${personId}`) },
      });
    },
  });
  ctx = { ...plain, index, live };
});
afterAll(async () => {
  await index.close();
  await Promise.all([base.close(), peer.close(), world.close()]);
});
beforeEach(() => {
  for (const who of PEOPLE) peer.tokens.set(`token of ${who}`, who);
  peer.silentFor.clear();
});

/** By source and number, who may read it. */
type Rights = Record<"doc" | "wiki" | "note", string[][]>;

async function grant(rights: Rights): Promise<void> {
  peer.items.clear();
  for (const [i, readers] of rights.wiki.entries())
    peer.items.set(`${i}`, { title: `Wiki ${i}`, text: "of refunds", readers: new Set(readers) });
  const rows = rights.note.map((readers, i) => {
    const names = readers.map((who) => `'${roles.get(who)}'`).join(", ");
    return `('${i}', 'Note ${i}', 'a refund', array[${names}]::text[])`;
  });
  await world.run(`truncate public.note;
    ${rows.length > 0 ? `insert into public.note values ${rows.join(", ")}` : ""}`);
  await sql`delete from document`.execute(base.db);
  await withTx(base.db, async (tx) => {
    for (const [i, readers] of rights.doc.entries()) {
      const any = readers.map((person) => ({ person }));
      // oxlint-disable-next-line no-await-in-loop -- one transaction
      const classId = await internClass(ctx, tx, { any });
      assert(classId.ok, "interned");
      // oxlint-disable-next-line no-await-in-loop
      await upsertDocument(tx, ORG, {
        id: `doc_${i}`,
        title: `Doc ${i}`,
        path: `/${i}`,
        revision: "1",
        text: "the refund",
        classId: classId.value,
        classes: [],
        trust: "colleague",
        updatedAt: new Date(0),
      });
    }
  });
}

function idOf(kind: keyof Rights, i: number): string {
  if (kind === "doc") return `doc_${i}`;
  const id = kind === "wiki" ? liveIdOf("src_mcp", `${i}`) : liveIdOf("src_sql", `notes/${i}`);
  return id ?? "";
}

const KINDS = ["doc", "wiki", "note"] as const;

function readableBy(rights: Rights, people: readonly string[]): string[] {
  return KINDS.flatMap((kind) =>
    rights[kind].flatMap((readers, i) =>
      people.every((who) => readers.includes(who)) ? [idOf(kind, i)] : [],
    ),
  ).toSorted();
}

async function found(who: string, alsoFor: readonly string[] = []): Promise<string[]> {
  const asked = await find(ctx, who, { query: "refund", limit: 50, alsoFor });
  assert(asked.ok, "found");
  expect(asked.value.unanswered).toEqual([]);
  return asked.value.hits.map(({ document }) => document.id).toSorted();
}

async function opened(who: string, ids: readonly string[]): Promise<string[]> {
  const all = await Promise.all(ids.map((id) => openAnywhere(ctx, who, id)));
  return ids.filter((_, i) => all[i]?.ok).toSorted();
}

const readers = fc.array(fc.uniqueArray(fc.constantFrom(...PEOPLE)), { maxLength: 3 });
const someRights = fc.record({ doc: readers, wiki: readers, note: readers });

test("each finds and opens what each source says, alone and together", async () => {
  const together = fc.uniqueArray(fc.constantFrom(...PEOPLE), { minLength: 2 });
  let some = 0;
  await fc.assert(
    fc.asyncProperty(someRights, together, async (rights, people) => {
      await grant(rights);
      const ids = KINDS.flatMap((kind) => rights[kind].map((_, i) => idOf(kind, i)));
      for (const who of PEOPLE) {
        const due = readableBy(rights, [who]);
        some += due.length;
        // oxlint-disable-next-line no-await-in-loop -- gently
        expect(await found(who)).toEqual(due);
        // oxlint-disable-next-line no-await-in-loop
        expect(await opened(who, ids)).toEqual(due);
      }
      const [first = "", ...others] = people;
      expect(await found(first, others)).toEqual(readableBy(rights, people));
    }),
    { numRuns: 6 },
  );
  expect(some).toBeGreaterThan(10);
});

test("a right that is taken away, in any of them, takes force with the next question", async () => {
  const all = { doc: [["ann", "bob"]], wiki: [["ann", "bob"]], note: [["ann", "bob"]] };
  await grant(all);
  const ids = readableBy(all, ["ann"]);
  expect(await found("bob")).toEqual(ids);
  await grant({ doc: [["ann"]], wiki: [["ann"]], note: [["ann"]] });
  expect(await found("bob")).toEqual([]);
  expect(await opened("bob", ids)).toEqual([]);
  expect(await found("ann")).toEqual(ids);
});

test("a person whose account is refused hears of it, and keeps what the others give", async () => {
  await grant({ doc: [["ann"]], wiki: [["ann"]], note: [["ann"]] });
  peer.tokens.delete("token of ann");
  const asked = await find(ctx, "ann", { query: "refund", limit: 50 });
  assert(asked.ok, "found");
  expect(asked.value.hits.map(({ document }) => document.id)).toEqual([
    "doc_0",
    "live:src_sql/notes%2F0",
  ]);
  expect(asked.value.unanswered).toEqual([
    { sourceId: "src_mcp", name: "Wiki", why: "your account there has to be linked again" },
  ]);
});

test("an agent's tools give the asker's own, as foreign text for the asker alone", async () => {
  await grant({ doc: [], wiki: [["ann"]], note: [["bob"]] });
  const registry = registryOf();
  const tools = documentTools({
    search: (personId, asked) => find(ctx, personId, asked),
    open: (personId, id) => openAnywhere(ctx, personId, id),
    list: async () => ok({ items: [], next: null }),
  });
  for (const tool of tools) registry.add(tool);
  const ann = { principal: { ...ADA, personId: "ann" } };
  const bob = { principal: { ...ADA, personId: "bob" } };
  const documentId = idOf("wiki", 0);
  const heard = await callTool(registry, "documents.search", {
    ...ann,
    arguments: { query: "refund" },
  });
  expect(heard).toMatchObject({
    value: {
      text: `[1] Wiki 0 (Wiki/${new URL(peer.url).host}, ${documentId})\nof refunds`,
      label: { audience: ["only:ann"], classes: [], trust: "outside" },
      citations: [{ number: 1, documentId, title: "Wiki 0", quote: "of refunds" }],
    },
  });
  const open = { arguments: { documentId } };
  expect(await callTool(registry, "documents.open", { ...ann, ...open })).toMatchObject({
    value: { label: { audience: ["only:ann"], trust: "outside" } },
  });
  expect(await callTool(registry, "documents.open", { ...bob, ...open })).toMatchObject({
    failure: { code: "resource.not_found" },
  });
  expect(peer.asked.every(({ user }) => PEOPLE.includes(user))).toBe(true);
});

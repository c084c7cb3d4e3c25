// Real peers behind one search: an MCP server that answers each token as its owner, PostgreSQL whose own rules
// decide, and the index. What a person finds, opens and hears from an agent's tools is what these say, however
// rights change; and nobody gets what was found for another.
import { createServer, type Server } from "node:net";
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
import { storeSecrets } from "../src/knowledge/connection/fields.ts";
import type { HostDeps } from "../src/knowledge/connection/deps.ts";
import { upsertDocument } from "../src/knowledge/queries.ts";
import { SourceHost } from "../src/knowledge/source/host.ts";
import { insertSource, selectSources, updateSource } from "../src/knowledge/source/queries.ts";
import { createEgress, type Egress } from "../src/egress/egress.ts";
import { createVault } from "../src/egress/vault.ts";
import { temporaryKeys } from "../src/ledger/ledger.fixture.ts";
import { linkByDirectory } from "../src/access/source/links.ts";
import { replaceUsers } from "../src/access/source/users.ts";
import { joinLabels } from "../src/access/label.ts";
import { systemClock } from "../src/lib/clock.ts";
import { createIds } from "../src/lib/ids.ts";
import { silentLog } from "../src/lib/log.ts";
import { assert, ok } from "../src/lib/result.ts";
import { withTx } from "../src/store/tx.ts";
import { blobTools } from "../src/tools/blob/tools.ts";
import { documentTools } from "../src/tools/documents.ts";
import {
  ADA,
  callTool,
  inputFor,
  permitFor,
  record,
  registryOf,
} from "../src/tools/tools.fixture.ts";
import { freshDatabase, type FreshDatabase } from "./database.ts";
import { startLivePeer, type LivePeer } from "./fixtures/mcp-live.ts";

const ORG = "org_1";
const PEOPLE = ["ann", "bob", "cy"];
let base: FreshDatabase;
let peer: LivePeer;
let world: World;
let index: LiveIndex;
let egress: Egress;
let gate: Server;
let deps: HostDeps;
/** What went out on a person's own decision rather than as a part of a call. */
const journal = record();
let ctx: FindCtx;
/** The database's role of each person. */
const roles = new Map<string, string>();

beforeAll(async () => {
  [base, peer, world] = await Promise.all([freshDatabase(), startLivePeer(), makeWorld()]);
  await sql`insert into person (org_id, id, name, email)
    values (${ORG}, 'dan', 'dan', 'dan@x.example')`.execute(base.db);
  for (const who of PEOPLE) {
    // oxlint-disable-next-line no-await-in-loop -- a few
    roles.set(who, await world.role(who));
    // oxlint-disable-next-line no-await-in-loop
    await sql`insert into person (org_id, id, name, email)
      values (${ORG}, ${who}, ${who}, ${`${who}@x.example`})`.execute(base.db);
  }
  await world.run(`
    create table public.note (id text primary key, title text, body text, readers text[]);
    alter table public.note enable row level security;
    create policy own on public.note for select using (current_user = any(readers));
    grant select on public.note to public;
    create table public.people (role text, email text);
    grant select on public.people to ${world.login};
    insert into public.people values
      ${PEOPLE.map((who) => `('${roles.get(who)}', '${who}@x.example')`).join(", ")}`);
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
  gate = createServer((socket) => void socket.pipe(world.dial()).pipe(socket));
  await new Promise<void>((resolve) => gate.listen(0, "127.0.0.1", resolve));
  const address = gate.address();
  const port = typeof address === "object" && address ? address.port : 0;
  egress = createEgress({
    ...plain,
    allowPrivate: [`127.0.0.1:${port}`, `127.0.0.1:${peer.port}`],
  });
  const registry = registryOf();
  const [tool] = blobTools(registry.blobs);
  assert(tool, "there is a tool");
  registry.add(tool);
  const permit = await permitFor(inputFor(tool, { arguments: { blobId: "b" } }), registry.list());
  deps = {
    ctx: plain,
    egress,
    vault: createVault(temporaryKeys()),
    connectors: new Map([mcp, postgres].map((each) => [each.manifest.name, each])),
    wayOf: async () => ok({ permit, journal, label: joinLabels([]) }),
  };
  const host = new SourceHost(deps);
  await connectSources(port);
  await linkPeople(host);
  const live = openLive({
    ctx: plain,
    sources: async () => (await selectSources(plain)).filter(({ state }) => state === "live"),
    host: (asked, signal) => host.acting(asked, signal),
    timeoutMs: 20_000,
  });
  ctx = { ...plain, index, live };
});

async function connectSources(port: number): Promise<void> {
  const shared = {
    state: "live",
    stateReason: "",
    objectiveMs: 1,
    failClosed: true,
    trustedDomains: ["x.example"],
    createdBy: "ann",
    createdAt: new Date(0),
  } as const;
  await insertSource(deps.ctx, {
    ...shared,
    id: "src_mcp",
    connector: "mcp",
    name: "Wiki",
    settings: { url: peer.url },
  });
  const notes = { name: "notes", table: "note", key: "id", title: "title", text: ["body"] };
  const settings = {
    host: "127.0.0.1",
    port,
    database: world.database,
    tls: "none",
    relations: [notes],
    people: { table: "people", role: "role", email: "email" },
  };
  await insertSource(deps.ctx, {
    ...shared,
    id: "src_sql",
    connector: "postgres",
    name: "CRM",
    settings,
  });
  const fields = { login: world.login, password: world.password };
  assert((await storeSecrets(deps, { sourceId: "src_sql", personId: null, fields })).ok, "stored");
  for (const personId of PEOPLE) {
    const given = { sourceId: "src_mcp", personId, fields: { token: `token of ${personId}` } };
    // oxlint-disable-next-line no-await-in-loop -- a few
    assert((await storeSecrets(deps, given)).ok, "stored");
  }
}

/** As sync does it: by what the source's directory vouches for. */
async function linkPeople(host: SourceHost): Promise<void> {
  const hosted = await host.crawl("src_sql", new AbortController().signal);
  assert(hosted.ok, "hosted");
  const { source, connector } = hosted.value;
  expect(await connector.test(source)).toMatchObject({});
  const { items = [] } = (await connector.live?.users?.(source, null)) ?? {};
  const sourceId = "src_sql";
  await withTx(base.db, async (tx) => {
    await replaceUsers(deps.ctx, tx, { sourceId, users: items });
    await linkByDirectory(deps.ctx, tx, { sourceId, trustedDomains: ["x.example"] });
  });
}

afterAll(async () => {
  await index.close();
  await egress.close();
  await new Promise((resolve) => gate.close(resolve));
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
    const names = readers.map((who) => `'${roles.get(who) ?? who}'`).join(", ");
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
  const all = await Promise.all(ids.map((id) => openAnywhere(ctx, who, { id })));
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

test("who has linked no account is told so, and a paused source is not asked", async () => {
  await grant({ doc: [["dan"]], wiki: [["dan"]], note: [["dan"]] });
  const asked = await find(ctx, "dan", { query: "refund", limit: 50 });
  assert(asked.ok, "found");
  expect(asked.value.hits.map(({ document }) => document.id)).toEqual(["doc_0"]);
  expect(asked.value.unanswered.map(({ name }) => name).toSorted()).toEqual(["CRM", "Wiki"]);
  await updateSource(deps.ctx, "src_mcp", { state: "paused" });
  const again = await find(ctx, "dan", { query: "refund", limit: 50 });
  assert(again.ok, "found");
  expect(again.value.unanswered.map(({ name }) => name)).toEqual(["CRM"]);
  await updateSource(deps.ctx, "src_mcp", { state: "live" });
});

test("an agent's tools give the asker's own, as foreign text for the asker alone", async () => {
  await grant({ doc: [], wiki: [["ann"]], note: [["bob"]] });
  const registry = registryOf();
  const tools = documentTools({
    search: (personId, asked) => find(ctx, personId, asked),
    open: (personId, id, errand) => openAnywhere(ctx, personId, { id, ...errand }),
    list: async () => ok({ items: [], next: null }),
  });
  for (const tool of tools) registry.add(tool);
  const ann = { principal: { ...ADA, personId: "ann" } };
  const bob = { principal: { ...ADA, personId: "bob" } };
  const documentId = idOf("wiki", 0);
  const before = journal.events.length;
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
  // What went out for the calls stands in their own journal, under their own permit.
  expect(journal.events.slice(before)).toEqual([]);
  expect(peer.asked.every(({ user }) => PEOPLE.includes(user))).toBe(true);
});

// Search over the real database: what was written is found, what was taken away is not, whatever the index
// believes; and the index comes back by itself when it is lost.
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { freshDatabase, type FreshDatabase } from "../../test/database.ts";
import type { AccessExpression } from "../access/class.ts";
import { internClass } from "../access/intern.ts";
import { freshenAll } from "../access/refresh.ts";
import { systemClock } from "../lib/clock.ts";
import { createIds } from "../lib/ids.ts";
import { silentLog } from "../lib/log.ts";
import { assert } from "../lib/result.ts";
import { openListener } from "../store/listen.ts";
import { withTx } from "../store/tx.ts";
import type { DocumentInput } from "./document.ts";
import { Follower } from "./index/follow.ts";
import { openLiveIndex, type LiveIndex } from "./index/live.ts";
import { MemoryIndex } from "./index/memory-index.ts";
import type { IndexQuery, SearchIndex } from "./index/search-index.ts";
import { listDocuments } from "./list.ts";
import { upsertDocument } from "./queries.ts";
import { search, type SearchAsked } from "./search.ts";

const ORG = "org_1";
let base: FreshDatabase;
let live: LiveIndex;

function context() {
  const clock = systemClock;
  return { db: base.db, orgId: ORG, clock, ids: createIds(clock), log: silentLog };
}

/** The index in this thread, for tests that look into it. */
function plainIndex(onSearch?: (query: IndexQuery) => void): SearchIndex {
  const index = new MemoryIndex();
  return {
    apply: async (changes) => index.apply(changes),
    search: async (query) => {
      onSearch?.(query);
      return index.search(query);
    },
    stamps: async () => index.stamps(),
    stats: async () => index.stats(),
    close: async () => undefined,
  };
}

beforeEach(async () => {
  base = await freshDatabase();
  for (const id of ["ada", "bob", "eve"])
    await sql`insert into person (org_id, id, name, email)
      values (${ORG}, ${id}, ${id}, ${`${id}@x`})`.execute(base.db);
  await sql`insert into grp (org_id, id, name) values (${ORG}, 'care', 'Care')`.execute(base.db);
  await join("ada");
  live = openLiveIndex({ ctx: context(), index: plainIndex() });
});
afterEach(async () => {
  await live.close();
  await base.close();
});

async function join(personId: string): Promise<void> {
  await sql`insert into membership (org_id, group_id, person_id)
    values (${ORG}, 'care', ${personId})`.execute(base.db);
}

async function leave(personId: string): Promise<void> {
  await sql`delete from membership
    where org_id = ${ORG} and person_id = ${personId}`.execute(base.db);
}

async function put(
  id: string,
  text: string,
  { readers, ...more }: Partial<DocumentInput> & { readers: AccessExpression },
): Promise<void> {
  await withTx(base.db, async (tx) => {
    const interned = await internClass(context(), tx, readers);
    assert(interned.ok, "interned");
    await upsertDocument(tx, ORG, {
      id,
      text,
      title: id,
      path: `/${id}`,
      revision: "r1",
      classes: [],
      trust: "colleague",
      classId: interned.value,
      updatedAt: new Date(0),
      ...more,
    });
  });
}

async function find(personId: string, asked: string | SearchAsked, index = live) {
  const given = typeof asked === "string" ? { query: asked, limit: 10 } : asked;
  const found = await search({ ...context(), index }, personId, given);
  assert(found.ok, "searched");
  return found.value.hits;
}

async function ids(...given: Parameters<typeof find>): Promise<string[]> {
  return (await find(...given)).map(({ document }) => document.id).toSorted();
}

const CARE = { group: "care" };

describe("search", () => {
  test("finds what was just written, for those who may read it, at its passage", async () => {
    const text = "# Intro\n\nNothing here.\n\n# Leave\n\nEveryone has thirty days of leave.";
    const sections = [
      { title: "Intro", from: 0, to: 24, page: 1 },
      { title: "Leave", from: 24, to: text.length, page: 2 },
    ];
    await put("doc_1", text, { readers: CARE, sections });
    const [hit, ...rest] = await find("ada", "how many days of leave?");
    expect(rest).toEqual([]);
    expect(hit).toMatchObject({ document: { id: "doc_1" }, page: 2 });
    expect(text.slice(hit?.from, hit?.to)).toBe(hit?.quote);
    expect(hit?.quote).toBe("# Leave\n\nEveryone has thirty days of leave.");
    expect(await ids("bob", "leave")).toEqual([]);
    expect(await ids("nobody", "leave")).toEqual([]);
  });

  test("follows joins, leaves, new texts, other classes, and removals", async () => {
    await put("doc_1", "ward plan", { readers: CARE });
    await put("doc_2", "ward budget", { readers: "everyone" });
    expect(await ids("bob", "ward")).toEqual(["doc_2"]);
    await join("bob");
    expect(await ids("bob", "ward")).toEqual(["doc_1", "doc_2"]);
    await leave("bob");
    expect(await ids("bob", "ward")).toEqual(["doc_2"]);
    await put("doc_2", "nothing of that", { readers: "everyone" });
    expect(await ids("bob", "ward")).toEqual([]);
    expect(await ids("bob", "nothing that's there")).toEqual(["doc_2"]);
    await put("doc_2", "nothing of that", { readers: { person: "eve" } });
    expect(await ids("bob", "nothing")).toEqual([]);
    expect(await ids("eve", "nothing")).toEqual(["doc_2"]);
    await sql`delete from document where id = 'doc_1'`.execute(base.db);
    expect(await ids("ada", "ward")).toEqual([]);
  });

  test("a right that is gone is gone, though the index was not told", async () => {
    await put("doc_1", "ward plan", { readers: CARE });
    expect(await ids("ada", "ward")).toEqual(["doc_1"]);
    const deaf: LiveIndex = { ...live, catchUp: async () => undefined };
    await leave("ada");
    expect(await deaf.search({ people: ["ada"], query: "ward", limit: 5 })).toHaveLength(1);
    expect(await ids("ada", "ward", deaf)).toEqual([]);
  });

  test("a passage of a text that has changed since is looked for in what it is now", async () => {
    await put("doc_1", "first ward rules", { readers: "everyone" });
    await find("ada", "ward");
    const deaf: LiveIndex = { ...live, catchUp: async () => undefined };
    await put("doc_1", "A new beginning.\n\nThen the ward rules.", { readers: "everyone" });
    const [hit] = await find("ada", "ward", deaf);
    expect(hit).toMatchObject({ quote: "Then the ward rules.", from: 18, to: 38 });
  });

  test("when an answer goes to several people, only what all of them may read is found", async () => {
    await put("doc_1", "ward plan", { readers: CARE });
    await put("doc_2", "ward budget", { readers: "everyone" });
    const forBob = { query: "ward", limit: 10, alsoFor: ["bob"] };
    expect(await ids("ada", forBob)).toEqual(["doc_2"]);
    expect(await ids("ada", { ...forBob, alsoFor: [] })).toEqual(["doc_1", "doc_2"]);
  });

  test("only in the sources asked for", async () => {
    await put("doc_1", "ward plan", { readers: "everyone", sourceId: "src_1" });
    await put("doc_2", "ward plan", { readers: "everyone", sourceId: "src_2" });
    expect(await ids("ada", { query: "ward", limit: 10, sources: ["src_2"] })).toEqual(["doc_2"]);
  });
});

describe("the feed", () => {
  test("an earlier transaction that commits later is not missed", async () => {
    const slow = await base.pool.connect();
    await put("doc_0", "ward", { readers: "everyone" });
    await slow.query("begin");
    await slow.query(`update document set text = 'ward night' where id = 'doc_0'`);
    await put("doc_1", "ward day", { readers: "everyone" });
    expect(await ids("ada", "day")).toEqual(["doc_1"]);
    await put("doc_2", "ward day", { readers: "everyone" });
    expect(await ids("ada", "day")).toEqual(["doc_1", "doc_2"]);
    expect(await ids("ada", "night")).toEqual([]);
    await slow.query("commit");
    slow.release();
    expect(await ids("ada", "night")).toEqual(["doc_0"]);
  });

  test("thousands at once are said once, and all of them followed", async () => {
    await put("doc_0", "ward", { readers: CARE });
    await find("ada", "ward");
    await sql`insert into document
      (org_id, id, title, path, revision, text, class_id, classes, trust, updated_at)
      select org_id, 'doc_' || n, 'T', '/x/' || n, 'r', 'ward ' || n, class_id, '{}', 'colleague', now()
      from document, generate_series(1, 3000) n`.execute(base.db);
    const { rows } = await sql`select from index_change where kind = 'documents'`.execute(base.db);
    expect(rows).toHaveLength(1);
    expect(await ids("ada", "2999")).toEqual(["doc_2999"]);
    await sql`delete from document where id <> 'doc_0'`.execute(base.db);
    expect(await ids("ada", "ward")).toEqual(["doc_0"]);
  });

  test("an index that lost everything is built again, and says how far it is", async () => {
    for (let i = 0; i < 250; i++) await put(`doc_${i}`, `ward ${i}`, { readers: "everyone" });
    await freshenAll(context());
    const seen: string[] = [];
    const index = plainIndex();
    const follower = new Follower({
      ctx: context(),
      index: {
        ...index,
        apply: async (changes) => {
          const { state, done, total } = follower.progress;
          seen.push(`${state} ${done}/${total}`);
          await index.apply(changes);
        },
      },
    });
    await follower.step();
    expect(seen).toContain("building 100/250");
    expect(seen).toContain("building 200/250");
    expect(follower.progress).toEqual({ state: "live", done: 250, total: 250 });
    expect(await index.stats()).toMatchObject({ documents: 250 });
  });

  test("in a thread of its own, woken by the database", async () => {
    const listener = openListener(base.connection, { log: silentLog, clock: systemClock });
    const threaded = openLiveIndex({ ctx: context() });
    await threaded.start(listener);
    await put("doc_1", "ward plan", { readers: "everyone" });
    await freshenAll(context());
    const asked = { people: ["ada"], query: "ward", limit: 5 };
    await expect.poll(() => threaded.search(asked), { timeout: 20_000 }).toHaveLength(1);
    expect(await threaded.stats()).toMatchObject({ documents: 1, state: "live" });
    await threaded.close();
    await listener.close();
  });
});

test("a list is what the person may read, by path, page by page, in a folder or source", async () => {
  for (let i = 0; i < 5; i++)
    await put(`doc_${i}`, "x", { readers: "everyone", path: `/a/${i}`, sourceId: "src_1" });
  await put("doc_5", "x", { readers: CARE, path: "/a/0b" });
  await put("doc_6", "x", { readers: { person: "eve" }, path: "/b" });
  const paths: string[] = [];
  for (let after: string | null = ""; after !== null;) {
    const asked = { folder: "/a/", limit: 2, ...(after === "" ? {} : { after }) };
    const page = await listDocuments(context(), "ada", asked);
    assert(page.ok, "listed");
    paths.push(...page.value.items.map(({ path }) => path));
    after = page.value.next;
  }
  expect(paths).toEqual(["/a/0", "/a/0b", "/a/1", "/a/2", "/a/3", "/a/4"]);
  const own = await listDocuments(context(), "bob", { sourceId: "", limit: 9 });
  expect(own).toMatchObject({ value: { items: [], next: null } });
  const odd = await listDocuments(context(), "bob", { after: "{", limit: 9 });
  expect(odd).toMatchObject({ ok: false, failure: { code: "request.invalid" } });
});

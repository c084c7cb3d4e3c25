// A source that alone knows who reads what, asked over the real database: everybody gets what it says now and
// nothing else, however many items match, and silence hides.
import { defineConnector, SourceError, type Answer } from "@stead/sdk";
import { sql } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { freshDatabase, type FreshDatabase } from "../../../test/database.ts";
import { internClass, internClasses } from "../../access/intern.ts";
import { mayRead } from "../../access/readable.ts";
import { linkBySignIn } from "../../access/source/links.ts";
import { closeSource, openSource } from "../../access/source/state.ts";
import { mergeUsers } from "../../access/source/users.ts";
import { createVault } from "../../egress/vault.ts";
import { temporaryKeys } from "../../ledger/ledger.fixture.ts";
import { systemClock } from "../../lib/clock.ts";
import { createIds } from "../../lib/ids.ts";
import { assert, fail, ok } from "../../lib/result.ts";
import { withTx } from "../../store/tx.ts";
import { openLiveIndex, type LiveIndex } from "../index/live.ts";
import { listDocuments } from "../list.ts";
import { openDocument } from "../open.ts";
import { upsertDocument } from "../queries.ts";
import { search } from "../search.ts";
import { insertSource, updateSource } from "../source/queries.ts";
import type { SourceRow } from "../source/source.ts";
import { SourceAsker } from "./asker.ts";

const ORG = "org_1";
const SOURCE = "src_1";
const none = { kind: "none" } as const;
const keys = temporaryKeys();

let base: FreshDatabase;
let index: LiveIndex;
let ctx: ReturnType<typeof context>;
/** What the source says: `user item` of all that may be read. */
let truth: Set<string>;
let calls: { user: string; ids: readonly string[] }[];
let answer: (user: string, ids: readonly string[]) => Promise<ReadonlyMap<string, Answer>>;
let row: SourceRow;
let monotonicMs = 0;

const crm = defineConnector({
  manifest: {
    name: "crm",
    title: "CRM",
    description: "",
    guide: "",
    crawl: none,
    acting: none,
    rights: "asked",
    freshness: { pollMs: 1, reconcileMs: 1, objectiveMs: 1 },
    limits: { concurrent: 1 },
  },
  settings: z.unknown(),
  test: async () => ({ account: "" }),
  mirror: {
    access: z.unknown(),
    list: async () => ({ items: [], next: null }),
    item: async () => null,
    fetch: async () => ({ mediaType: "text/plain", bytes: new Uint8Array() }),
    readers: () => "ask",
    users: async () => ({ items: [], next: null }),
    groups: async () => ({ items: [], next: null }),
    check: async (_, user, ids) => {
      calls.push({ user, ids });
      return answer(user, ids);
    },
  },
});

const unused = () => Promise.reject(new Error("not used"));

function context() {
  const clock = { ...systemClock, monotonicMs: () => monotonicMs };
  const own = { db: base.db, orgId: ORG, clock, ids: createIds(clock), log: () => {} };
  const asker = new SourceAsker({
    ctx: own,
    vault: createVault(keys),
    connectors: new Map([["crm", crm]]),
    sources: async () => [row],
    host: async (id, signal) => {
      const source = { id, settings: {}, secrets: {}, signal, log: () => {} };
      const ways = { http: unused, dial: unused, run: unused };
      if (row.state === "paused") return fail("source.reconnect", "gone");
      return ok({ row, connector: crm, source: { ...source, ...ways } });
    },
  });
  const askSources = async (personId: string, names: readonly string[]) =>
    (await asker.ask(personId, names)).isNew;
  return { ...own, asker, askSources, index };
}

beforeEach(async () => {
  base = await freshDatabase();
  row = {
    id: SOURCE,
    connector: "crm",
    name: "CRM",
    settings: {},
    state: "live",
    stateReason: "",
    objectiveMs: 1,
    failClosed: true,
    trustedDomains: [],
    createdBy: "ada",
    createdAt: new Date(0),
  };
  monotonicMs = 0;
  truth = new Set();
  calls = [];
  answer = async (user, ids) =>
    new Map(ids.map((id) => [id, truth.has(`${user} ${id}`) ? "yes" : "no"]));
  const plain = { db: base.db, orgId: ORG, clock: systemClock, log: () => {} };
  index = openLiveIndex({ ctx: { ...plain, ids: createIds(systemClock) } });
  ctx = context();
  for (const id of ["ada", "bob", "eve"])
    await sql`insert into person (org_id, id, name, email)
      values (${ORG}, ${id}, ${id}, ${`${id}@x`})`.execute(base.db);
  const users = ["u_ada", "u_bob"].map((id) => ({ id, name: id, active: true }));
  await withTx(base.db, (tx) => mergeUsers(ctx, tx, { sourceId: SOURCE, users }));
  assert(await insertSource(ctx, row), "inserted");
  for (const id of ["ada", "bob"]) await link(id, `u_${id}`);
});
afterEach(async () => {
  await index.close();
  await base.close();
});

async function link(personId: string, userId: string): Promise<void> {
  const linked = { sourceId: SOURCE, userId, personId };
  assert((await withTx(base.db, (tx) => linkBySignIn(ctx, tx, linked))).ok, "linked");
}

const recordOf = (i: number) => `r${String(i).padStart(5, "0")}`;

async function records(count: number): Promise<void> {
  const items = Array.from({ length: count }, (_, i) => recordOf(i));
  const classes = await withTx(base.db, (tx) =>
    internClasses(
      ctx,
      tx,
      items.map((id) => ({ ask: `${SOURCE}/${id}` })),
    ),
  );
  assert(classes.ok, "interned");
  const made = items.map((id, i) => documentOf(id, classes.value[i] ?? ""));
  await Promise.all(made.map((each) => upsertDocument(base.db, ORG, each)));
}

function documentOf(id: string, classId: string) {
  const text = `Customer ${id} wants a quote.`;
  const own = { id: `doc_${id}`, title: id, path: `crm/${id}`, revision: "1", text, classId };
  const of = { sourceId: SOURCE, externalId: id, updatedAt: new Date(0), classes: [] };
  return { ...own, ...of, trust: "colleague" as const };
}

/** The answers of before are no longer fresh. */
async function later(): Promise<void> {
  await sql`update source_answer set fresh_until = now() - interval '1 second'`.execute(base.db);
  monotonicMs += 60_000;
}

async function found(person: string, query = "customer quote", limit = 50) {
  const done = await search(ctx, person, { query, limit });
  assert(done.ok, "searched");
  return done.value;
}

const titles = ({ hits }: Awaited<ReturnType<typeof found>>) =>
  hits.map(({ document }) => document.title).toSorted();

async function listed(person: string, limit = 50): Promise<string[]> {
  const all: string[] = [];
  let after: string | undefined;
  for (let pages = 0; pages < 100; pages++) {
    const page = await listDocuments(ctx, person, { limit, ...(after ? { after } : {}) });
    assert(page.ok, "listed");
    all.push(...page.value.items.map(({ title }) => title));
    if (page.value.next === null) return all;
    after = page.value.next;
    // What a person may not read is not named to them, either.
    expect(after).not.toMatch(/crm\/r000[13579]/);
  }
  throw new Error("the list has no end");
}

test("search, list and open give each person what the source says now, also while it is read again", async () => {
  await records(12);
  const people = ["ada", "bob", "eve"];
  let seed = 7;
  for (let round = 0; round < 12; round++) {
    row = { ...row, state: round % 2 === 0 ? "live" : "syncing" };
    truth = new Set();
    for (const user of ["u_ada", "u_bob"])
      for (let i = 0; i < 12; i++)
        if ((seed = (seed * 48_271) % 2_147_483_647) % 3 === 0) truth.add(`${user} ${recordOf(i)}`);
    await later();
    for (const person of people) {
      const due = Array.from({ length: 12 }, (_, i) => recordOf(i)).filter((id) =>
        truth.has(`u_${person} ${id}`),
      );
      expect(titles(await found(person))).toEqual(due);
      expect(await listed(person, 5)).toEqual(due);
      for (let i = 0; i < 12; i++) {
        const opened = await openDocument(ctx, person, `doc_${recordOf(i)}`);
        expect(opened.ok).toBe(due.includes(recordOf(i)));
      }
    }
  }
  expect(calls.some(({ user }) => user !== "u_ada" && user !== "u_bob")).toBe(false);
});

test("of a thousand matches and more none is dropped by a list, in batches of 200", async () => {
  await records(2_300);
  for (let i = 0; i < 2_300; i += 100) truth.add(`u_ada ${recordOf(i)}`);
  truth.add(`u_ada ${recordOf(2_299)}`);
  const due = [...truth].map((pair) => pair.slice("u_ada ".length)).toSorted();
  expect(await listed("ada")).toEqual(due);
  expect(Math.max(...calls.map(({ ids }) => ids.length))).toBe(200);
  await later();
  // The words of one of them alone.
  expect(titles(await found("ada", recordOf(2_299)))).toContain(recordOf(2_299));
});

test("what is about to end is asked about along with what has ended", async () => {
  await records(3);
  for (let i = 0; i < 3; i++) truth.add(`u_ada ${recordOf(i)}`);
  expect(titles(await found("ada"))).toHaveLength(3);
  await sql`update source_answer set fresh_until = clock_timestamp()
    + case item_id when ${recordOf(0)} then -1 when ${recordOf(1)} then 1 else 600 end
      * interval '1 second'`.execute(base.db);
  calls = [];
  expect(titles(await found("ada"))).toHaveLength(3);
  expect(calls.flatMap(({ ids }) => ids).toSorted()).toEqual([recordOf(0), recordOf(1)]);
});

test("silence hides and is told of, and is not waited for again at once", async () => {
  await records(3);
  for (let i = 0; i < 3; i++) truth.add(`u_ada ${recordOf(i)}`);
  expect(titles(await found("ada"))).toHaveLength(3);
  await later();
  answer = () => Promise.reject(new SourceError("unavailable", "secret words of the source"));
  const silent = await found("ada");
  expect(titles(silent)).toEqual([]);
  expect(silent.unanswered).toMatchObject([{ sourceId: SOURCE, name: "CRM" }]);
  expect(JSON.stringify(silent)).not.toContain("secret words");
  const asked = calls.length;
  expect(await listed("ada")).toEqual([]);
  expect(calls).toHaveLength(asked);
  await later();
  // An item of which it says nothing, and one that nobody asked about.
  answer = async () =>
    new Map([
      [recordOf(1), "yes"],
      ["r99999", "yes"],
    ]);
  expect(titles(await found("ada"))).toEqual([recordOf(1)]);
  row = { ...row, state: "paused" };
  await later();
  expect(titles(await found("ada"))).toEqual([]);
});

test("whoever becomes somebody else meanwhile has nothing of what was said of the other", async () => {
  await records(2);
  truth.add(`u_ada ${recordOf(0)}`);
  await withTx(base.db, (tx) =>
    mergeUsers(ctx, tx, {
      sourceId: SOURCE,
      users: [{ id: "u_new", name: "u_new", active: true }],
    }),
  );
  const honest = answer;
  answer = async (user, ids) => {
    if (user === "u_ada") await link("ada", "u_new");
    return honest(user, ids);
  };
  expect(titles(await found("ada"))).toEqual([]);
  await later();
  expect(titles(await found("ada"))).toEqual([]);
  expect(calls.map(({ user }) => user)).toContain("u_new");
});

test("what was said of one place is nothing in another", async () => {
  await records(1);
  truth.add(`u_ada ${recordOf(0)}`);
  const honest = answer;
  answer = async (user, ids) => {
    await updateSource(ctx, SOURCE, { settings: { site: "another" } });
    return honest(user, ids);
  };
  expect(titles(await found("ada"))).toEqual([]);
  expect(await believed()).toEqual([]);
});

test("an answer is believed from when it was asked for, however long it was on its way", async () => {
  await records(2);
  truth.add(`u_ada ${recordOf(0)}`);
  const honest = answer;
  answer = async (user, ids) => {
    monotonicMs += 4_000;
    return honest(user, ids);
  };
  expect(titles(await found("ada"))).toEqual([recordOf(0)]);
  expect(await believed()).toEqual(["u_ada 16 s", "u_ada 16 s"]);
  await later();
  answer = async (user, ids) => {
    monotonicMs += 20_000;
    return honest(user, ids);
  };
  expect(titles(await found("ada"))).toEqual([]);
});

test("whoever asks for more than is said in time hides nothing from anybody else", async () => {
  await records(300);
  truth.add(`u_bob ${recordOf(0)}`);
  const honest = answer;
  let hasSpoken = false;
  answer = async (user, ids) => {
    if (user === "u_bob" || !hasSpoken) {
      hasSpoken = true;
      return honest(user, ids);
    }
    throw new SourceError("unavailable", "no");
  };
  expect((await found("ada")).unanswered).toMatchObject([{ sourceId: SOURCE }]);
  expect(titles(await found("bob"))).toEqual([recordOf(0)]);
});

/** Of whom something is believed, and for how long. */
async function believed(): Promise<string[]> {
  const { rows } = await sql<{ said: string }>`
    select 'u_' || person_id || ' ' || round(extract(epoch from fresh_until - asked_at)) || ' s' said
    from source_answer`.execute(base.db);
  return rows.map(({ said }) => said);
}

test("where a list goes on tells nothing of what is there, and nobody else goes on from it", async () => {
  await records(1_001);
  const page = await listDocuments(ctx, "ada", { limit: 10 });
  assert(page.ok, "listed");
  const after = page.value.next ?? "";
  expect(page.value.items).toEqual([]);
  expect(after).not.toMatch(/r\d{5}/);
  truth.add(`u_ada ${recordOf(1_000)}`);
  await later();
  const rest = await listDocuments(ctx, "ada", { limit: 10, after });
  expect(rest).toMatchObject({ value: { items: [{ title: recordOf(1_000) }], next: null } });
  const refused = { ok: false, failure: { code: "request.invalid" } };
  expect(await listDocuments(ctx, "bob", { limit: 10, after })).toMatchObject(refused);
  // An id of one's own choosing would say what there is, and where it stands among one's own.
  for (const made of ['["doc_r00003"]', '["doc_none"]', "doc_r00003", '["a","b","c"]', "{}", "x.y"])
    // oxlint-disable-next-line no-await-in-loop -- one at a time
    expect(await listDocuments(ctx, "ada", { limit: 10, after: made })).toMatchObject(refused);
});

test("a source that is closed is named to whoever has an account there", async () => {
  await records(1);
  truth.add(`u_ada ${recordOf(0)}`);
  await withTx(base.db, (tx) => closeSource(ctx, tx, SOURCE));
  const closed = await found("ada");
  expect(closed.hits).toEqual([]);
  expect(closed.unanswered).toMatchObject([{ sourceId: SOURCE, name: "CRM" }]);
  expect((await found("eve")).unanswered).toEqual([]);
  await withTx(base.db, (tx) => openSource(ctx, tx, SOURCE));
  expect(titles(await found("ada"))).toEqual([recordOf(0)]);
  expect((await found("ada")).unanswered).toEqual([]);
});

test("a rule that denies by an answer reads nothing while there is none", async () => {
  await records(1);
  const made = await withTx(base.db, (tx) =>
    internClass(ctx, tx, { not: { ask: `${SOURCE}/${recordOf(0)}` } }),
  );
  assert(made.ok, "interned");
  answer = async () => new Map();
  expect(await mayRead(ctx, "ada", [made.value])).toBe(false);
});

// What administrators and auditors are told of a source, through the HTTP edge: the rows behind each number,
// why somebody may read something through nested groups, and clear answers about people who have left, have
// no account, or do not exist. Each look is in the ledger.
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { internClass } from "../src/access/intern.ts";
import { scopeRule } from "../src/access/scope.ts";
import { replaceGroups } from "../src/access/source/groups.ts";
import { linkByDirectory } from "../src/access/source/links.ts";
import { mergeUsers } from "../src/access/source/users.ts";
import { PEOPLE, send, type Entered } from "../src/http/edge.fixture.ts";
import { upsertDocument } from "../src/knowledge/queries.ts";
import { updateSource } from "../src/knowledge/source/queries.ts";
import { assert } from "../src/lib/result.ts";
import { withTx } from "../src/store/tx.ts";
import { openYard, type Yard } from "./loop/yard.ts";

const listSchema = z.object({
  items: z.array(z.record(z.string(), z.unknown())),
  next: z.string().nullable(),
});
const idSchema = z.object({ id: z.string() });
const chainSchema = z.object({
  readable: z.boolean(),
  chain: z.array(
    z.object({
      kind: z.string(),
      truth: z.string(),
      text: z.string(),
      path: z.array(z.string()).optional(),
    }),
  ),
});
const ADA = PEOPLE.employee.id;
const BEA = PEOPLE.builder.id;

let yard: Yard;
let amy: Entered;
let ian: Entered;
let ada: Entered;
let id = "";

beforeAll(async () => {
  yard = await openYard({ script: () => ({ text: "done" }) });
  [amy, ian, ada] = await Promise.all([
    yard.enter("administrator"),
    yard.enter("auditor"),
    yard.enter("employee"),
  ]);
  const body = { connector: "files", name: "Shelf", settings: { root: "/" } };
  const made = await send(yard, "/api/sources", { as: amy, method: "POST", body });
  id = idSchema.parse(made.body).id;
  await updateSource(yard.ctx, id, { state: "live" });
  await furnish();
});
afterAll(() => yard.close());

function groupOf(groupId: string, members: { kind: "user" | "group"; id: string }[]) {
  return { id: groupId, name: groupId, complete: true, members };
}

/** Ada is in `inner`, that in `middle`, that in `outer`, and `outer` in `inner` again. */
async function furnish(): Promise<void> {
  const { ctx } = yard;
  const { rows } = await sql<{
    email: string;
  }>`select email from person where id = ${ADA}`.execute(ctx.db);
  const email = rows[0]?.email ?? "";
  await withTx(ctx.db, async (tx) => {
    const users = [
      { id: "u1", name: "Ada there", email, active: true },
      { id: "u2", name: "Nobody here", active: true },
    ];
    await mergeUsers(ctx, tx, { sourceId: id, users });
    const groups = [
      groupOf("inner", [
        { kind: "user", id: "u1" },
        { kind: "group", id: "outer" },
      ]),
      groupOf("middle", [{ kind: "group", id: "inner" }]),
      groupOf("outer", [{ kind: "group", id: "middle" }]),
      groupOf("round", [{ kind: "group", id: "about" }]),
      groupOf("about", [{ kind: "group", id: "round" }]),
    ];
    await replaceGroups(ctx, tx, { sourceId: id, groups });
    const domain = email.split("@")[1] ?? "";
    await linkByDirectory(ctx, tx, { sourceId: id, trustedDomains: [domain] });
  });
  await document("doc_nested", "outer");
  await document("doc_round", "round");
  const states = ["indexed", "pending", "failed", "skipped"] as const;
  for (const [n, state] of states.entries())
    // oxlint-disable-next-line no-await-in-loop -- a few
    await sql`insert into item (org_id, source_id, id, kind, title, path, revision, updated_at, access,
        class_id, read_no, access_no, generation, state, failure_code, failure, access_failure)
      values (${ctx.orgId}, ${id}, ${`i${n}`}, 'document', ${`T${n}`}, ${`/T${n}`}, '1', now(), '{}',
        'nobody', 1, 1, 1, ${state}, ${state === "failed" ? "document.locked" : null}, null,
        ${state === "skipped" ? "The permissions could not be read." : null})`.execute(ctx.db);
  for (const [n, ms] of [40, 900, 5].entries())
    // oxlint-disable-next-line no-await-in-loop
    await sql`insert into push_event (org_id, source_id, id, change, received_at, forced_at)
      values (${ctx.orgId}, ${id}, ${`push ${n}`}, '{"kind":"item","id":"i1"}',
        now() - ${n} * interval '1 minute',
        now() - ${n} * interval '1 minute' + ${ms} * interval '1 millisecond')`.execute(ctx.db);
}

async function document(documentId: string, group: string): Promise<void> {
  const { ctx } = yard;
  await withTx(ctx.db, async (tx) => {
    const rule = scopeRule({ group }, { sourceId: id, itemId: documentId });
    const classId = await internClass(ctx, tx, rule);
    assert(classId.ok, "interned");
    await upsertDocument(tx, ctx.orgId, {
      id: documentId,
      title: documentId,
      path: `/${documentId}`,
      revision: "1",
      text: "the orchard",
      classId: classId.value,
      classes: [],
      trust: "colleague",
      updatedAt: new Date(0),
      sourceId: id,
    });
  });
}

const get = (path: string, as: Entered = amy) => send(yard, path, { as });

async function list(path: string, as: Entered = amy) {
  const { status, body } = await get(path, as);
  expect(status, JSON.stringify(body)).toBe(200);
  return listSchema.parse(body);
}

async function explained(documentId: string, person: string, as: Entered = amy) {
  const { body } = await get(`/api/documents/${documentId}/explanation?person=${person}`, as);
  return chainSchema.parse(body);
}

async function written(type: string) {
  const { items } = await list(`/api/ledger/events?stream=sources&type=${type}`, ian);
  return items.map(({ data }) => data);
}

test("the way through three nested groups, one of them in a circle, is told step by step", async () => {
  const { readable, chain } = await explained("doc_nested", ADA);
  expect(readable).toBe(true);
  expect(chain.find(({ kind }) => kind === "link")?.text).toContain("Ada there");
  expect(chain.find(({ path }) => path !== undefined)?.path).toEqual(["inner", "middle", "outer"]);
  const seen = await list(`/api/people/${ADA}/documents?source=${id}`);
  expect(seen.items.map((each) => each["title"])).toEqual(["doc_nested"]);
});

test("groups that are only in each other let nobody in, and that ends", async () => {
  const { readable, chain } = await explained("doc_round", ADA);
  expect(readable).toBe(false);
  expect(chain.some(({ kind, truth }) => kind === "group" && truth === "false")).toBe(true);
});

test("who has no account there is told so, in the explanation and in what they would find", async () => {
  const { readable, chain } = await explained("doc_nested", BEA);
  expect(readable).toBe(false);
  expect(chain).toContainEqual({
    ...chain.find(({ kind }) => kind === "link"),
    kind: "link",
    truth: "unknown",
    text: "The person has no verified account there.",
  });
  const { body } = await get(`/api/people/${BEA}/documents?source=${id}`);
  expect(body).toMatchObject({ items: [], notes: [expect.stringContaining("account in Shelf")] });
  const own = await get(`/api/people/${ADA}/documents?source=${id}`);
  expect(own.body).toMatchObject({ notes: [] });
});

test("who does not exist is not there, and nothing is written of it", async () => {
  const before = (await written("document.explained")).length;
  const paths = [
    "/api/documents/doc_nested/explanation?person=usr_none",
    `/api/documents/doc_none/explanation?person=${ADA}`,
    "/api/people/usr_none/documents",
  ];
  for (const path of paths)
    // oxlint-disable-next-line no-await-in-loop -- a few
    expect(await get(path)).toMatchObject({
      status: 404,
      body: { error: { code: "resource.not_found" } },
    });
  expect(await written("document.explained")).toHaveLength(before);
});

test("who has left reads nothing, and that is why; nobody is mapped to them", async () => {
  await sql`update person set active = false where id = ${BEA}`.execute(yard.ctx.db);
  const { readable, chain } = await explained("doc_nested", BEA);
  expect(readable).toBe(false);
  expect(chain).toHaveLength(1);
  expect(chain[0]?.text).toContain("is not active here any more");
  for (const query of ["", "?query=orchard"]) {
    // oxlint-disable-next-line no-await-in-loop -- two
    const { status, body } = await get(`/api/people/${BEA}/documents${query}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ items: [], notes: [expect.stringContaining("not active")] });
  }
  const map = (personId: string) =>
    send(yard, `/api/sources/${id}/people`, {
      as: amy,
      method: "PUT",
      body: { userId: "u2", personId },
    });
  expect(await map(BEA)).toMatchObject({ status: 422 });
  expect(await map("usr_none")).toMatchObject({ status: 404 });
  expect(await written("source.person-mapped")).toEqual([]);
  await sql`update person set active = true where id = ${BEA}`.execute(yard.ctx.db);
});

test("every number of a source's health opens the rows behind it, and the looking is written down", async () => {
  const of = async (which: string) => {
    const { items } = await list(`/api/sources/${id}/items?which=${which}`);
    return items.map((each) => each["id"]);
  };
  expect(await of("documents")).toEqual(["i0", "i1", "i2", "i3"]);
  expect(await of("indexed")).toEqual(["i0"]);
  expect(await of("pending")).toEqual(["i1"]);
  expect(await of("failed")).toEqual(["i2"]);
  expect(await of("skipped")).toEqual(["i3"]);
  expect(await of("without-readers")).toEqual(["i3"]);
  expect(await of("containers")).toEqual([]);
  expect(await written("source.items-looked-at")).toContainEqual({
    by: PEOPLE.administrator.id,
    sourceId: id,
    which: "failed",
  });
  expect((await get(`/api/sources/${id}/items`, ada)).status).toBe(403);
  expect((await get("/api/sources/src_none/items")).status).toBe(404);
  const failures = await list(`/api/sources/${id}/failures`);
  expect(failures.items).toMatchObject([
    { id: "i2", todo: expect.stringContaining("without a password") },
    { id: "i3", todo: expect.stringContaining("read its permissions") },
  ]);
});

test("the figures of freshness open the changes that they are of", async () => {
  const took = async (query: string) => {
    const { items, next } = await list(`/api/sources/${id}/changes?${query}`);
    return { took: items.map((each) => each["tookMs"]), next, items };
  };
  expect((await took("order=newest")).took).toEqual([40, 900, 5]);
  const first = await took("order=slowest&limit=2");
  expect(first.took).toEqual([900, 40]);
  const rest = await took(`order=slowest&limit=2&after=${encodeURIComponent(first.next ?? "")}`);
  expect(rest).toMatchObject({ took: [5], next: null });
  expect(first.items[0]).toMatchObject({ by: "push", kind: "item", of: "i1", title: "T1" });
  expect((await took("order=waiting")).took).toEqual([]);
  expect((await get(`/api/sources/${id}/changes?after=nonsense`)).status).toBe(422);
  const { body } = await get(`/api/sources/${id}`);
  expect(body).toMatchObject({
    health: { freshness: { p50Ms: 40, p99Ms: 900, count: 3 }, intervals: { pushed: false } },
    push: null,
  });
});

test("each look at shares is written down, with what was looked at", async () => {
  await list(`/api/source-hygiene?source=${id}&kind=orphaned`, ian);
  await list("/api/source-hygiene/folders?kind=public-sensitive", ian);
  expect((await get("/api/source-hygiene/folders", ada)).status).toBe(403);
  expect((await get("/api/source-hygiene?after=nonsense", ian)).status).toBe(422);
  const by = PEOPLE.auditor.id;
  const looks = await written("source.shares-looked-at");
  expect(looks).toContainEqual({ by, sourceId: id, kind: "orphaned" });
  expect(looks).toContainEqual({ by, kind: "public-sensitive" });
});

test("a source without a public address says why it is asked, and how often", async () => {
  const body = { connector: "slack", name: "Chat", settings: {} };
  const made = await send(yard, "/api/sources", { as: amy, method: "POST", body });
  const chat = await get(`/api/sources/${idSchema.parse(made.body).id}`);
  expect(chat.body).toMatchObject({
    push: {
      url: null,
      reason: expect.stringMatching(/no public address.*asked every \d+ seconds/),
      signature: expect.stringContaining("signed"),
    },
    health: { intervals: { pushed: false } },
  });
});

test("a live source that has to be signed in to again is named by a search, with whom to ask", async () => {
  const body = {
    connector: "mcp",
    name: "Wiki",
    settings: { url: "https://wiki.example.org/mcp" },
  };
  const made = await send(yard, "/api/sources", { as: amy, method: "POST", body });
  const wiki = idSchema.parse(made.body).id;
  await updateSource(yard.ctx, wiki, { state: "reconnect" });
  const found = await get("/api/documents?query=orchard", ada);
  const why = `was not asked: somebody has to sign in to it again; ask ${PEOPLE.administrator.name}, who connected it`;
  expect(found.body).toMatchObject({ unanswered: [{ sourceId: wiki, name: "Wiki", why }] });
  const opened = await get(`/api/documents/${encodeURIComponent(`live:${wiki}/1`)}`, ada);
  expect(opened).toMatchObject({ status: 409, body: { error: { code: "source.reconnect" } } });
});

// What is shared carelessly is found, and what is shared with care is not: on a real database.
import { sql } from "kysely";
import type { AccessRule } from "@stead/protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freshDatabase, type FreshDatabase } from "../../../../test/database.ts";
import { internClass } from "../../../access/intern.ts";
import { scopeRule } from "../../../access/scope.ts";
import { replaceGroups } from "../../../access/source/groups.ts";
import { linkByDirectory } from "../../../access/source/links.ts";
import { mergeUsers } from "../../../access/source/users.ts";
import { freshen } from "../../../access/refresh.ts";
import { systemClock } from "../../../lib/clock.ts";
import { createIds } from "../../../lib/ids.ts";
import { silentLog } from "../../../lib/log.ts";
import { assert } from "../../../lib/result.ts";
import type { Ctx } from "../../../store/context.ts";
import { withTx } from "../../../store/tx.ts";
import { hygieneFolders, hygieneOf } from "./hygiene.ts";
import { insertSource } from "../queries.ts";

const SOURCE = "src_shelf";
const PEOPLE = ["ada", "bea", "cid", "dan", "eve", "fay"];
let database: FreshDatabase;
let ctx: Ctx;

beforeAll(async () => {
  database = await freshDatabase();
  const { db } = database;
  const clock = systemClock;
  ctx = { db, orgId: "org_test", clock, ids: createIds(clock), log: silentLog };
  for (const id of PEOPLE)
    await sql`insert into person (org_id, id, name, email)
      values ('org_test', ${id}, ${id}, ${`${id}@x.com`})`.execute(db);
  await insertSource(ctx, {
    id: SOURCE,
    connector: "shelf",
    name: "Shelf",
    settings: {},
    state: "live",
    stateReason: "",
    objectiveMs: 60_000,
    failClosed: true,
    trustedDomains: ["x.com"],
    createdBy: "ada",
    createdAt: new Date(0),
  });
  await withTx(db, async (tx) => {
    const users = PEOPLE.map((id) => ({ id, name: id, email: `${id}@x.com`, active: true }));
    const gone = { id: "old", name: "Old Oak", active: false };
    await mergeUsers(ctx, tx, { sourceId: SOURCE, users: [...users, gone] });
    const members = PEOPLE.map((id) => ({ kind: "user" as const, id }));
    const all = { id: "all", name: "All", complete: true, members };
    const two = { id: "two", name: "Two", complete: true, members: members.slice(0, 2) };
    const old = [{ kind: "user" as const, id: "old" }];
    const none = { id: "none", name: "None", complete: true, members: old };
    const inner = { id: "inner", name: "Inner", complete: true, members: members.slice(0, 1) };
    const within = [{ kind: "group" as const, id: "inner" }];
    const outer = { id: "outer", name: "Outer", complete: true, members: within };
    const part = { id: "part", name: "Part", complete: false, members: [] };
    const others = [none, inner, outer, part];
    await replaceGroups(ctx, tx, { sourceId: SOURCE, groups: [all, two, ...others] });
    await linkByDirectory(ctx, tx, { sourceId: SOURCE, trustedDomains: ["x.com"] });
  });
});
afterAll(() => database.close());

async function folder(id: string): Promise<void> {
  await sql`insert into item (org_id, source_id, id, kind, title, path, revision, updated_at, access,
      class_id, read_no, access_no, generation, state)
    values ('org_test', ${SOURCE}, ${id}, 'container', ${id}, ${id}, '1', now(), '{}',
      'everyone', 1, 1, 1, 'none')`.execute(ctx.db);
}

/** An id with a slash is of something in a folder. */
async function item(id: string, rule: AccessRule, classes: readonly string[]): Promise<void> {
  const parent = id.includes("/") ? id.split("/")[0] : null;
  await withTx(ctx.db, async (tx) => {
    const expression = scopeRule(rule, { sourceId: SOURCE, itemId: id });
    const interned = await internClass(ctx, tx, expression);
    assert(interned.ok, "the rule is sound");
    await sql`insert into item (org_id, source_id, id, parent_id, kind, title, path, revision, updated_at, access,
        classes, class_id, read_no, access_no, generation, state)
      values ('org_test', ${SOURCE}, ${id}, ${parent}, 'document', ${id}, ${id}, '1', now(), '{}',
        ${[...classes]}, ${interned.value}, 1, 1, 1, 'indexed')`.execute(tx);
  });
}

async function told(wish: object = {}) {
  const found = await hygieneOf({ ctx }, { limit: 50, ...wish });
  assert(found.ok, "it is answered");
  return found.value;
}

test("each kind is found where it is, and only there", async () => {
  await item("by link", "link", ["phi"]);
  await item("public", "public", ["secret"]);
  await item("public and plain", "public", []);
  await item("for all", { group: "all" }, ["pii"]);
  await item("for two", { group: "two" }, ["pii"]);
  await item("for all and plain", { group: "all" }, []);
  await item("with one who left", { any: [{ user: "ada" }, { user: "old" }] }, []);
  await item("with one never known", { user: "nobody" }, []);
  await item("with one who is here", { user: "ada" }, ["phi"]);
  for (const each of PEOPLE) await freshen(ctx, each);
  await item("with one who left alone", { user: "old" }, []);
  await item("for a group of nobody", { group: "none" }, []);
  await item("for a group inside groups", { group: "outer" }, []);
  await item("for a group not known whole", { group: "part" }, []);
  await item("with one kept out", { all: [{ user: "ada" }, { not: { user: "old" } }] }, []);
  const { items, next } = await told();
  const shown = items.map(({ kind, itemId }) => `${kind}: ${itemId}`);
  expect(shown).toEqual([
    "everyone-sensitive: for all",
    "everyone-sensitive: public",
    "orphaned: for a group of nobody",
    "orphaned: with one never known",
    "orphaned: with one who left",
    "orphaned: with one who left alone",
    "public-sensitive: by link",
    "public-sensitive: public",
  ]);
  expect(next).toBeNull();
  const why = new Map(items.map((each) => [`${each.kind} ${each.itemId}`, each.detail]));
  expect(why.get("orphaned with one who left")).toBe(
    "It is still shared with Old Oak (not active there).",
  );
  expect(why.get("orphaned with one who left alone")).toBe(
    "Everybody whom it is shared with is gone: Old Oak (not active there).",
  );
  expect(why.get("orphaned for a group of nobody")).toContain("(a group without an active member)");
  expect(why.get("orphaned with one never known")).toContain("nobody (nobody there)");
  expect(why.get("everyone-sensitive for all")).toBe("6 of our 6 people may read it.");
  expect((await told({ source: "src_other" })).items).toEqual([]);
  expect((await told({ kind: "public-sensitive" })).items).toHaveLength(2);
  expect((await told({ folder: "no such folder" })).items).toEqual([]);
});

test("it is paged without a gap or a double, and a made-up place is refused", async () => {
  const whole = await hygieneOf({ ctx }, { limit: 50 });
  assert(whole.ok, "it is answered");
  const pages: string[] = [];
  for (let after: string | undefined; ;) {
    // oxlint-disable-next-line no-await-in-loop -- a page tells where the next one begins
    const page = await hygieneOf({ ctx }, { limit: 3, ...(after === undefined ? {} : { after }) });
    assert(page.ok, "it is answered");
    expect(page.value.items.length).toBeLessThanOrEqual(3);
    pages.push(...page.value.items.map(({ kind, itemId }) => `${kind} ${itemId}`));
    if (page.value.next === null) break;
    after = page.value.next;
  }
  expect(pages).toEqual(whole.value.items.map(({ kind, itemId }) => `${kind} ${itemId}`));
  for (const after of [
    "",
    "no",
    "W10",
    Buffer.from('["\\u0000","","","",""]').toString("base64url"),
  ])
    // oxlint-disable-next-line no-await-in-loop -- a few
    expect(await hygieneOf({ ctx }, { limit: 3, after })).toMatchObject({ ok: false });
});

test("by folder it is counted, of how many, and the count opens exactly its rows", async () => {
  await folder("Ward");
  await item("Ward/chart", { group: "all" }, ["phi"]);
  await item("Ward/menu", { group: "all" }, []);
  await item("Ward/list", { group: "all" }, ["pii", "phi"]);
  const found = await hygieneFolders({ ctx }, { limit: 50 });
  assert(found.ok, "it is answered");
  const ward = found.value.items.filter(({ folderId }) => folderId === "Ward");
  expect(ward).toEqual([
    {
      kind: "everyone-sensitive",
      sourceId: SOURCE,
      sourceName: "Shelf",
      folderId: "Ward",
      path: "Ward",
      count: 2,
      total: 3,
      classes: ["phi", "pii"],
    },
  ]);
  for (const { kind, folderId, count } of found.value.items) {
    // oxlint-disable-next-line no-await-in-loop -- a few
    const rows = await hygieneOf({ ctx }, { kind, folder: folderId ?? "", limit: 50 });
    expect(rows.ok && rows.value.items.length).toBe(count);
  }
  const first = await hygieneFolders({ ctx }, { limit: 1 });
  assert(first.ok && first.value.next !== null, "there is more");
  const rest = await hygieneFolders({ ctx }, { limit: 50, after: first.value.next });
  assert(rest.ok, "it is answered");
  expect([...first.value.items, ...rest.value.items]).toEqual(found.value.items);
});

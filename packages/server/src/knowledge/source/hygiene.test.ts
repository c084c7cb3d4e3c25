// What is shared carelessly is found, and what is shared with care is not: on a real database.
import { sql } from "kysely";
import type { AccessRule } from "@stead/protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freshDatabase, type FreshDatabase } from "../../../test/database.ts";
import { internClass } from "../../access/intern.ts";
import { scopeRule } from "../../access/scope.ts";
import { replaceGroups } from "../../access/source/groups.ts";
import { linkByDirectory } from "../../access/source/links.ts";
import { mergeUsers } from "../../access/source/users.ts";
import { freshen } from "../../access/refresh.ts";
import { systemClock } from "../../lib/clock.ts";
import { createIds } from "../../lib/ids.ts";
import { silentLog } from "../../lib/log.ts";
import { assert } from "../../lib/result.ts";
import type { Ctx } from "../../store/context.ts";
import { withTx } from "../../store/tx.ts";
import { hygieneOf } from "./hygiene.ts";
import { insertSource } from "./queries.ts";

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
    await replaceGroups(ctx, tx, { sourceId: SOURCE, groups: [all, two] });
    await linkByDirectory(ctx, tx, { sourceId: SOURCE, trustedDomains: ["x.com"] });
  });
});
afterAll(() => database.close());

async function item(id: string, rule: AccessRule, classes: readonly string[]): Promise<void> {
  await withTx(ctx.db, async (tx) => {
    const expression = scopeRule(rule, { sourceId: SOURCE, itemId: id });
    const interned = await internClass(ctx, tx, expression);
    assert(interned.ok, "the rule is sound");
    await sql`insert into item (org_id, source_id, id, kind, title, path, revision, updated_at, access,
        classes, class_id, read_no, access_no, generation, state)
      values ('org_test', ${SOURCE}, ${id}, 'document', ${id}, ${id}, '1', now(), '{}',
        ${[...classes]}, ${interned.value}, 1, 1, 1, 'indexed')`.execute(tx);
  });
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
  const found = await hygieneOf({ ctx }, { sourceId: undefined, limit: 50 });
  assert(found.ok, "it is answered");
  const told = found.value.map(({ kind, itemId }) => `${kind}: ${itemId}`).toSorted();
  expect(told).toEqual([
    "everyone-sensitive: for all",
    "everyone-sensitive: public",
    "orphaned: with one never known",
    "orphaned: with one who left",
    "public-sensitive: by link",
    "public-sensitive: public",
  ]);
  const orphan = found.value.find(({ itemId }) => itemId === "with one who left");
  expect(orphan?.detail).toBe("It is shared with Old Oak, who is not active there.");
  const other = await hygieneOf({ ctx }, { sourceId: "src_other", limit: 50 });
  expect(other).toEqual({ ok: true, value: [] });
});

// Contents on their way while rights change: they bring back nothing that was taken.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freshDatabase, type FreshDatabase } from "../../../test/database.ts";
import { readableOf } from "../../access/readable.ts";
import { assert } from "../../lib/result.ts";
import { withTx } from "../../store/tx.ts";
import { removeItems } from "./remove.ts";
import { connectorOf, plain, Shelf } from "./shelf.fixture.ts";
import { SOURCE, truthOf, underSync, type Under } from "./sync.fixture.ts";

const PEOPLE = ["ann", "bob"];
const DOCUMENTS = 40;
let base: FreshDatabase;
let keysDir = "";
beforeAll(async () => {
  base = await freshDatabase();
  keysDir = mkdtempSync(join(tmpdir(), "stead-keys-"));
});
afterAll(async () => {
  rmSync(keysDir, { recursive: true });
  await base.close();
});

async function shelved(batch: number): Promise<{ shelf: Shelf; made: Under }> {
  const shelf = new Shelf();
  for (const id of PEOPLE) shelf.user(id);
  shelf.put("top", { parentId: null, access: plain({ allow: [{ user: "ann" }] }) });
  shelf.put("c0", { parentId: "top", access: plain({ allow: [{ user: "ann" }] }) });
  for (let i = 0; i < DOCUMENTS; i++) shelf.put(`d${i}`, { parentId: "c0" });
  const connector = connectorOf(shelf);
  const bounds = { batch, files: 7 };
  const made = await underSync(base.db, { connector, people: PEOPLE, keysDir, bounds });
  await made.request();
  await made.settle();
  return { shelf, made };
}

async function asIfNeverRead({ ctx }: Under): Promise<void> {
  await sql`delete from document where org_id = ${ctx.orgId}`.execute(base.db);
  await sql`update item set state = 'pending', due_at = now()
    where org_id = ${ctx.orgId} and kind = 'document'`.execute(base.db);
}

/** Documents whose class is not that of their item, which it always is. */
async function strays({ ctx }: Under): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select d.external_id as id from document d left join item i on i.org_id = d.org_id
      and i.source_id = d.source_id and i.id = d.external_id
    where d.org_id = ${ctx.orgId} and d.class_id is distinct from i.class_id`.execute(base.db);
  return rows.map(({ id }) => id);
}

/** What somebody may read here and not at the source. */
async function leaks({ ctx }: Under, shelf: Shelf): Promise<string[]> {
  const { rows } = await sql<{ id: string; classId: string }>`
    select external_id as id, class_id as "classId" from document
    where org_id = ${ctx.orgId}`.execute(base.db);
  const classes = [...new Set(rows.map(({ classId }) => classId))];
  const found: string[] = [];
  for (const person of PEOPLE) {
    const may = await readableOf(ctx, person, classes);
    for (const { id, classId } of rows)
      if (may.has(classId) && !shelf.reads(person, id)) found.push(`${person} ${id}`);
  }
  return found;
}

const CHANGES = {
  share: async (shelf: Shelf, made: Under, round: number) => {
    shelf.share("c0", { allow: round % 2 === 0 ? [{ user: "bob" }] : [{ user: "ann" }] });
    return made.push([{ id: `e${round}`, change: { kind: "item", id: "c0" } }]);
  },
  gone: async (shelf: Shelf, made: Under, round: number) => {
    const id = `d${round}`;
    shelf.remove(id);
    return made.push([{ id: `e${round}`, change: { kind: "item", id } }]);
  },
  subtree: async (shelf: Shelf, made: Under, round: number) => {
    shelf.share("top", { allow: round % 2 === 0 ? [] : [{ user: "ann" }] });
    return made.push([{ id: `e${round}`, change: { kind: "subtree", id: "top" } }]);
  },
};

test.each([
  ["share", 1_000],
  ["share", 5],
  ["gone", 1_000],
  ["subtree", 5],
] as const)("%s, worked out %d at once", async (kind, batch) => {
  const { shelf, made } = await shelved(batch);
  for (let round = 0; round < 8; round++) {
    await asIfNeverRead(made);
    await made.request(["content"]);
    const contents = made.drain(["content"]);
    const received = await CHANGES[kind](shelf, made, round);
    assert(received.ok, "received");
    await made.drain(["changes"]);
    // In force: nobody reads more than the source says, whatever contents are still on their way.
    expect(await leaks(made, shelf)).toEqual([]);
    expect(await strays(made)).toEqual([]);
    await Promise.all([contents, made.drain(["access"])]);
    expect(await strays(made)).toEqual([]);
  }
  await made.settle();
  expect(await made.readable()).toEqual(truthOf(shelf, PEOPLE));
});

test("what is read while the source is emptied comes to nothing", async () => {
  const { shelf, made } = await shelved(5);
  const connector = connectorOf(shelf);
  assert(connector.mirror, "a mirror");
  const { item } = connector.mirror;
  let emptied = 0;
  const slow = {
    ...connector,
    mirror: {
      ...connector.mirror,
      // Its settings are changed, or it is disconnected, before it answers.
      item: async (...asked: Parameters<typeof item>) => {
        const answer = await item(...asked);
        const { db } = made.ctx;
        for (let more = true; more; emptied++)
          // oxlint-disable-next-line no-await-in-loop -- piece by piece
          ({ more } = await withTx(db, (tx) => removeItems(made.ctx, tx, SOURCE)));
        return answer;
      },
    },
  };
  const { orgId } = made.ctx;
  const late = await underSync(base.db, { connector: slow, people: PEOPLE, keysDir, orgId });
  const received = await late.push([{ id: "e", change: { kind: "item", id: "d1" } }]);
  assert(received.ok, "received");
  await late.drain(["changes"]);
  expect(emptied).toBeGreaterThan(0);
  const left = await sql`select id from item where org_id = ${orgId}`.execute(base.db);
  expect(left.rows).toEqual([]);
});

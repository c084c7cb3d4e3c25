// Events that a source sends: forged, repeated, out of order; none is believed, each is followed up.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { SourceError } from "@stead/sdk";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { freshDatabase, type FreshDatabase } from "../../../../test/database.ts";
import { keepPromises } from "../freshness.ts";
import { removeItems } from "../remove.ts";
import { connectorOf, plain, Shelf, type ShelfOptions } from "../shelf.fixture.ts";
import { syncStatus } from "../status.ts";
import { SOURCE, truthOf, underSync, type Under } from "../sync.fixture.ts";
import { withTx } from "../../../store/tx.ts";
import { receivePush } from "./receive.ts";

let base: FreshDatabase;
let keysDir = "";
let shelf: Shelf;
beforeAll(async () => {
  base = await freshDatabase();
  keysDir = mkdtempSync(join(tmpdir(), "stead-keys-"));
});
afterAll(async () => {
  rmSync(keysDir, { recursive: true });
  await base.close();
});

const PEOPLE = ["ann", "bob"];
beforeEach(() => {
  shelf = new Shelf();
  for (const id of PEOPLE) shelf.user(id);
  shelf.group("g0", ["ann"]);
  shelf.put("c0", { parentId: null, access: plain({ allow: [{ group: "g0" }] }) });
  for (let i = 0; i < 6; i++) shelf.put(`d${i}`, { parentId: "c0" });
});

async function synced(options: ShelfOptions = {}, bounds: object = {}): Promise<Under> {
  const connector = connectorOf(shelf, options);
  const made = await underSync(base.db, { connector, people: PEOPLE, keysDir, bounds });
  await made.request();
  await made.settle();
  expect(await made.readable()).toEqual(truthOf(shelf, PEOPLE));
  return made;
}

const item = (id: string, event = id) => ({
  id: event,
  change: { kind: "item" as const, id },
});

async function kept(made: Under): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from push_event where org_id = ${made.ctx.orgId}
      and id like 'push %'`.execute(base.db);
  return rows[0]?.count ?? 0;
}

describe("an event", () => {
  test("that is forged is refused, and nothing is kept or asked", async () => {
    const made = await synced();
    const refused = await made.push([item("d0")], "guessed");
    expect(refused).toMatchObject({ ok: false, failure: { code: "auth.invalid" } });
    const asked = shelf.calls.item;
    await made.settle();
    expect(await kept(made)).toBe(0);
    expect(shelf.calls.item).toBe(asked);
  });

  test("that the connector stumbles over is refused", async () => {
    const made = await synced();
    const given = { headers: { "x-shelf": "s3cret" }, body: Buffer.from("{no json") };
    const refused = await receivePush(made.deps, SOURCE, given);
    expect(refused).toMatchObject({ ok: false, failure: { code: "auth.invalid" } });
  });

  test("of a handshake is answered, and an event before any work", async () => {
    const made = await synced();
    const hello = { headers: { "x-shelf": "s3cret" }, body: Buffer.from("hello") };
    expect(await receivePush(made.deps, SOURCE, hello)).toEqual({
      ok: true,
      value: { reply: "welcome" },
    });
    const asked = shelf.calls.item;
    expect((await made.push([item("d0")])).ok).toBe(true);
    expect(shelf.calls.item).toBe(asked);
    expect(await kept(made)).toBe(1);
  });

  test("that is replayed is worked on once", async () => {
    const made = await synced();
    await made.push([item("d0", "e1"), item("d0", "e1")]);
    await made.push([item("d0", "e1")]);
    await made.drain(["changes"]);
    const asked = shelf.calls.item;
    await made.push([item("d0", "e1")]);
    await made.drain(["changes"]);
    expect(await kept(made)).toBe(1);
    expect(shelf.calls.item).toBe(asked);
  });

  test("that comes out of order never widens: the item is read as it is now", async () => {
    const made = await synced();
    shelf.share("c0", { allow: [{ group: "g0" }, { user: "bob" }] });
    shelf.share("c0", { allow: [] });
    await made.push([item("c0", "second"), item("c0", "first")]);
    await made.drain(["changes"]);
    expect(await made.readable()).toEqual([]);
  });

  test("of a group takes force before the items that came with it", async () => {
    const made = await synced();
    shelf.group("g1", ["bob"]);
    await made.request(["people"]);
    await made.settle();
    shelf.group("g1", []);
    shelf.share("c0", { allow: [{ group: "g1" }] });
    const order: string[] = [];
    shelf.faults.item = (id) => void order.push(id);
    shelf.faults.group = (id) => void order.push(id);
    await made.push([item("c0"), { id: "g", change: { kind: "group", id: "g1" } }]);
    await made.drain(["changes"]);
    expect(order).toEqual(["g1", "c0"]);
    expect(await made.readable()).toEqual([]);
  });

  test("of a group that cannot be asked for alone waits for the next whole list", async () => {
    const made = await synced({ canGroup: false, canChange: false });
    shelf.group("g0", []);
    await made.push([
      { id: "g", change: { kind: "group", id: "g0" } },
      { id: "p", change: { kind: "poll" } },
    ]);
    await made.settle();
    expect(await made.readable()).toEqual([]);
    const { rows } = await sql`select id from push_event where org_id = ${made.ctx.orgId}
      and forced_at is null`.execute(base.db);
    expect(rows).toEqual([]);
  });

  test("of an item that cannot be read closes it, and what is in it, until it can", async () => {
    const made = await synced({}, { batch: 2 });
    shelf.faults.item = (id) => {
      if (id === "c0") throw new SourceError("forbidden", "Not for this account.");
    };
    await made.push([item("c0")]);
    await made.drain(["changes"]);
    expect(await made.readable()).toEqual([]);
    await made.settle();
    expect(await made.readable()).toEqual([]);
    shelf.faults = {};
    await sql`update item set due_at = now() where org_id = ${made.ctx.orgId}`.execute(base.db);
    await made.request();
    await made.settle();
    expect(await made.readable()).toEqual(truthOf(shelf, PEOPLE));
  });

  test("of a change above closes everything below before any of it is worked out", async () => {
    const made = await synced({}, { batch: 2 });
    const fetched = shelf.calls.fetch;
    shelf.share("c0", { allow: [{ user: "bob" }] });
    await made.push([item("c0")]);
    await made.step("changes");
    expect(await made.readable()).toEqual([]);
    await made.drain(["access"]);
    expect(await made.readable()).toEqual(truthOf(shelf, PEOPLE));
    expect(shelf.calls.fetch).toBe(fetched);
  });
});

describe("freshness", () => {
  test("is counted from the receipt to the force, of events and of polls", async () => {
    const made = await synced();
    await made.push([item("d0")]);
    await made.drain(["changes"]);
    shelf.share("c0", { allow: [] });
    await made.request(["changes"]);
    await made.drain(["changes"]);
    const status = await syncStatus(made.ctx, SOURCE);
    const freshness = status.ok ? status.value.freshness : null;
    expect(freshness?.count).toBeGreaterThanOrEqual(2);
    expect(freshness?.p99Ms).toBeGreaterThanOrEqual(freshness?.p50Ms ?? Infinity);
    expect(status.ok && status.value.lastChangeAt).toBeInstanceOf(Date);
  });

  test("past its objective closes the source, and a pass opens it again", async () => {
    const made = await synced();
    const set = (failClosed: boolean) => ({
      ctx: made.ctx,
      promises: async () => [{ id: SOURCE, objectiveMs: 60_000, failClosed }],
    });
    expect(await keepPromises(set(true))).toEqual({ closed: [], opened: [] });
    await sql`update sync_job set fresh_at = now() - interval '2 minutes'
      where org_id = ${made.ctx.orgId} and kind = 'changes'`.execute(base.db);
    expect((await keepPromises(set(false))).closed).toEqual([]);
    expect((await keepPromises(set(true))).closed).toEqual([SOURCE]);
    expect(await made.readable()).toEqual([]);
    const status = await syncStatus(made.ctx, SOURCE);
    expect(status.ok && status.value.closed).toBe(true);
    await made.request(["changes"]);
    await made.drain(["changes"]);
    expect((await keepPromises(set(true))).opened).toEqual([SOURCE]);
    expect(await made.readable()).toEqual(truthOf(shelf, PEOPLE));
  });

  test("is no better than the oldest event that is not in force", async () => {
    const made = await synced();
    await made.push([item("d0")]);
    await sql`update push_event set received_at = now() - interval '2 minutes'
      where org_id = ${made.ctx.orgId} and id = 'push d0'`.execute(base.db);
    const status = await syncStatus(made.ctx, SOURCE);
    expect(status.ok && status.value.lagMs).toBeGreaterThan(110_000);
  });
});

test("what came from a source goes in pieces, and nothing comes in meanwhile", async () => {
  const made = await synced();
  const remove = () => withTx(base.db, (tx) => removeItems(made.ctx, tx, SOURCE));
  while ((await remove()).more);
  await made.drain();
  expect((await made.texts()).size).toBe(0);
  expect(await made.item("c0")).toBeUndefined();
});

// The subscription at the source: opened, renewed before it ends; who takes none is polled all the same.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { SourceError, type Connector } from "@stead/sdk";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { freshDatabase, type FreshDatabase } from "../../../../test/database.ts";
import { connectorOf, plain, Shelf } from "../shelf.fixture.ts";
import { SOURCE, truthOf, underSync, type Under } from "../sync.fixture.ts";
import { watchOf } from "./watch.ts";

let base: FreshDatabase;
let keysDir = "";
let shelf: Shelf;
const begun: { before: unknown; secret: string }[] = [];
let failure: SourceError | undefined;
const HOUR_MS = 3_600_000;

beforeAll(async () => {
  base = await freshDatabase();
  keysDir = mkdtempSync(join(tmpdir(), "stead-keys-"));
});
afterAll(async () => {
  rmSync(keysDir, { recursive: true });
  await base.close();
});
beforeEach(() => {
  begun.length = 0;
  failure = undefined;
  shelf = new Shelf();
  shelf.user("ann");
  shelf.put("c0", { parentId: null, access: plain({ allow: [{ user: "ann" }] }) });
  shelf.put("d0", { parentId: "c0" });
});

/** Subscribes by itself, each time with another secret, for an hour. */
function subscribing(): Connector {
  const connector = connectorOf(shelf);
  const { mirror } = connector;
  if (!mirror?.push) throw new Error("no push");
  const push: typeof mirror.push = {
    ...mirror.push,
    subscribes: true,
    start: async (_source, _url, before) => {
      if (failure) throw failure;
      const secret = `secret ${begun.length}`;
      begun.push({ before, secret });
      return { watch: { secret }, expiresAtMs: Date.now() + HOUR_MS };
    },
  };
  return { ...connector, mirror: { ...mirror, push } };
}

async function synced(): Promise<Under> {
  const made = await underSync(base.db, { connector: subscribing(), people: ["ann"], keysDir });
  await made.request();
  await made.settle();
  expect(await made.readable()).toEqual(truthOf(shelf, ["ann"]));
  return made;
}

async function again(made: Under): Promise<void> {
  await made.request(["changes"]);
  await made.drain(["changes"]);
}

const ends = (made: Under, minutes: number) =>
  sql`update push_watch set expires_at = now() + ${minutes} * interval '1 minute'
    where org_id = ${made.ctx.orgId}`.execute(base.db);
const kept = async (made: Under) => {
  const { db, orgId } = made.ctx;
  const found = await watchOf(made.deps, { db, orgId, sourceId: SOURCE });
  return found.ok ? found.value : found.failure;
};
const event = { id: "e", change: { kind: "poll" as const } };

test("is opened once, and anew before it ends, with what it was", async () => {
  const made = await synced();
  await again(made);
  expect(begun).toEqual([{ before: undefined, secret: "secret 0" }]);
  expect((await made.push([event], "secret 0")).ok).toBe(true);
  await ends(made, 9);
  await again(made);
  expect(begun).toHaveLength(2);
  expect(begun[1]?.before).toEqual({ secret: "secret 0" });
  expect((await made.push([event], "secret 0")).ok).toBe(false);
  expect((await made.push([event], "secret 1")).ok).toBe(true);
});

test("that the source does not take leaves it polled, and is asked for later", async () => {
  failure = new SourceError("forbidden", "Not for this address.");
  const made = await synced();
  expect(await kept(made)).toBeUndefined();
  expect((await made.push([event], "secret 0")).ok).toBe(false);
  shelf.share("c0", { allow: [] });
  failure = undefined;
  await again(made);
  expect(await made.readable()).toEqual([]);
  expect(begun).toEqual([]);
  await ends(made, 9);
  await again(made);
  expect(begun).toEqual([{ before: undefined, secret: "secret 0" }]);
});

test("that can't be renewed is good until it ends", async () => {
  const made = await synced();
  failure = new SourceError("unavailable", "Away.");
  await ends(made, 5);
  await again(made);
  expect((await made.push([event], "secret 0")).ok).toBe(true);
  await ends(made, -1);
  await again(made);
  expect(await kept(made)).toBeUndefined();
});

test("fails the source where its sign-in is gone", async () => {
  const made = await synced();
  failure = new SourceError("reconnect", "Gone.");
  await ends(made, 5);
  await again(made);
  expect(await made.job("changes")).toMatchObject({ state: "reconnect" });
});

// Sources that lie, loop, fail and change while they are read: each is an error on the item or the source,
// nothing is shown to whom the source would not show it, and nothing is lost.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SourceError } from "@stead/sdk";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { freshDatabase, type FreshDatabase } from "../../../test/database.ts";
import { connectorOf, plain, Shelf, type ShelfOptions } from "./shelf.fixture.ts";
import { failuresOf, syncStatus } from "./status.ts";
import { SOURCE, truthOf, underSync, type Under } from "./sync.fixture.ts";

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
  shelf.put("c1", { parentId: "c0", access: plain({ allow: [{ user: "bob" }] }) });
  for (let i = 0; i < 8; i++) shelf.put(`d${i}`, { parentId: i < 4 ? "c0" : "c1" });
});

function under(more: { options?: ShelfOptions; bounds?: object } = {}): Promise<Under> {
  const connector = connectorOf(shelf, more.options);
  const { bounds = {} } = more;
  return underSync(base.db, { connector, people: PEOPLE, keysDir, bounds });
}

async function synced(more: Parameters<typeof under>[0] = {}): Promise<Under> {
  const made = await under(more);
  await made.request();
  await made.settle();
  expect(await made.readable()).toEqual(truthOf(shelf, PEOPLE));
  return made;
}

describe("a listing", () => {
  test.each([
    ["gives the same cursor again", () => "3"],
    ["goes round in a circle", (honest: string | null) => honest ?? "0"],
  ])("that %s ends as an error, and nothing is taken for gone", async (_name, next) => {
    const made = await synced();
    shelf.faults.next = next;
    await made.request(["items"]);
    await made.drain(["items"]);
    expect(await made.job("items")).toMatchObject({
      state: "waiting",
      error_code: "source.malformed",
    });
    expect(await made.readable()).toEqual(truthOf(shelf, PEOPLE));
  });

  test("that never brings anything new ends as an error", async () => {
    const made = await under({ bounds: { idlePagesMax: 5 } });
    let page = 0;
    shelf.page = 100;
    shelf.faults.next = () => `${--page}`;
    await made.request(["people", "items"]);
    await made.drain(["items"]);
    expect(await made.job("items")).toMatchObject({ error_code: "source.malformed" });
    expect(shelf.calls.list).toBeLessThan(10);
  });

  test("that leaves items out which are there loses none of them", async () => {
    const made = await synced({ bounds: { confirmMax: 2 } });
    shelf.faults.hidden = new Set(["d0", "d1", "d2", "d3", "d4", "d5"]);
    await made.request(["items"]);
    await made.settle();
    expect(await made.readable()).toEqual(truthOf(shelf, PEOPLE));
    expect((await made.texts()).size).toBe(8);
    expect(await made.job("items")).toMatchObject({ counts: { partial: 1 } });
  });

  test("finds what is gone, many at once too", async () => {
    const made = await synced({ options: { canChange: false }, bounds: { confirmMax: 2 } });
    for (const id of ["d0", "d1", "d2", "d3", "c1"]) shelf.removeQuietly(id);
    await made.request(["items"]);
    await made.settle();
    expect((await made.texts()).size).toBe(0);
    expect(await made.item("d5")).toBeUndefined();
  });

  test("that breaks off deletes nothing, and goes on where it was", async () => {
    const made = await synced();
    shelf.faults.list = (cursor) => {
      if (cursor === "6") throw new SourceError("unavailable", "It is away.");
    };
    await made.request(["items"]);
    await made.drain(["items"]);
    expect(await made.job("items")).toMatchObject({ state: "waiting", error: "It is away." });
    expect(await made.readable()).toEqual(truthOf(shelf, PEOPLE));
    shelf.faults = {};
    shelf.removeQuietly("d7");
    const calls = shelf.calls.list;
    await made.request(["items"]);
    await made.settle();
    expect((await made.texts()).size).toBe(7);
    // One page was half of the listing before; a second whole one followed, for it was asked for.
    expect(shelf.calls.list - calls).toBeLessThanOrEqual(2 + 4);
  });

  test("answered late does not bring back a right that went meanwhile", async () => {
    const made = await synced();
    let isOnce = true;
    shelf.faults.late = async () => {
      if (!isOnce) return;
      isOnce = false;
      shelf.share("c0", { allow: [] });
      shelf.remove("d0");
      await made.push([
        { id: "1", change: { kind: "item", id: "c0" } },
        { id: "2", change: { kind: "item", id: "d0" } },
      ]);
      await made.drain(["changes"]);
      expect(await made.readable()).toEqual(truthOf(shelf, PEOPLE));
    };
    await made.request(["items"]);
    expect(await made.step("items")).toMatchObject({ ok: true });
    await made.step("items");
    expect(isOnce).toBe(false);
    expect(await made.readable()).toEqual(truthOf(shelf, PEOPLE));
    expect(await made.item("d0")).toBeUndefined();
  });
});

describe("a source", () => {
  test("whose token is revoked mid-sync waits for a person, and goes on where it was", async () => {
    const made = await under();
    shelf.faults.list = (cursor) => {
      if (cursor === "6") throw new SourceError("reconnect", "Sign in again.");
    };
    await made.request();
    await made.settle();
    expect(await made.job("items")).toMatchObject({ state: "reconnect", due_at: null });
    shelf.faults = {};
    const calls = shelf.calls.list;
    await made.request();
    await made.drain(["items"]);
    expect(shelf.calls.list - calls).toBeLessThanOrEqual(2 + 4);
    await made.settle();
    expect(await made.readable()).toEqual(truthOf(shelf, PEOPLE));
  });

  test("that is busy is left alone for as long as it says", async () => {
    const made = await under();
    shelf.faults.users = () => {
      throw new SourceError("busy", "Slow down.", { retryAfterMs: 600_000 });
    };
    await made.request(["people"]);
    const before = Date.now();
    await made.drain(["people"]);
    const due = Reflect.get(await made.job("people"), "due_at");
    expect(due instanceof Date && due.getTime() - before).toBeGreaterThan(590_000);
    expect(shelf.calls.users).toBe(1);
  });

  test("whose connector throws anything at all is put off", async () => {
    const made = await under();
    shelf.faults.list = () => {
      throw new TypeError("undefined is not a function");
    };
    await made.request(["items"]);
    await made.drain(["items"]);
    expect(await made.job("items")).toMatchObject({ error: "The connector could not go on." });
  });

  test("that is paused is not asked, and goes on when it is resumed", async () => {
    const made = await under();
    made.row.state = "paused";
    await made.request();
    await made.settle();
    expect(shelf.calls.list + shelf.calls.users).toBe(0);
    made.row.state = "live";
    await made.request();
    await made.settle();
    expect(await made.readable()).toEqual(truthOf(shelf, PEOPLE));
  });

  test("that forgot where we were is listed again", async () => {
    const made = await synced();
    let isOnce = true;
    shelf.faults.changes = () => {
      if (isOnce) throw new SourceError("missing", "The token is too old.");
    };
    shelf.removeQuietly("d0");
    await made.request(["changes"]);
    await expect(made.drain(["changes"])).resolves.toBeUndefined();
    isOnce = false;
    await made.request(["changes", "items"]);
    await made.settle();
    expect(await made.readable()).toEqual(truthOf(shelf, PEOPLE));
    expect(await made.item("d0")).toBeUndefined();
  });
});

describe("an item", () => {
  test("in something that is not known, or in itself, has no readers and says why", async () => {
    shelf.put("d8", { parentId: "c9", access: plain({ allow: [{ user: "ann" }] }) });
    shelf.put("c2", { parentId: "c3", access: plain({ allow: [{ user: "ann" }] }) });
    shelf.put("c3", { parentId: "c2" });
    shelf.put("d9", { parentId: "c3" });
    const made = await under();
    await made.request();
    await made.settle();
    expect((await made.readable()).filter((each) => /d[89]/.test(each))).toEqual([]);
    const failures = await failuresOf(made.ctx, SOURCE);
    const why = failures.ok ? failures.value.map((one) => [one.id, one.accessFailure]) : [];
    expect(Object.fromEntries(why)).toMatchObject({
      d8: "It is in something that is not known.",
      d9: "It is in something that is in itself.",
    });
    // Its place is found: it is read.
    shelf.put("c9", { parentId: null });
    await made.request(["changes"]);
    await made.settle();
    expect(await made.readable()).toContain("ann d8");
  });

  test.each([
    [
      "throws",
      () => {
        throw new SourceError("malformed", "No such role.");
      },
    ],
    ["is no rule", () => JSON.parse('{"everybody": true}')],
    [
      "is nested too deeply",
      () => {
        let rule: object = { user: "ann" };
        for (let i = 0; i < 5_000; i++) rule = { not: rule };
        return rule;
      },
    ],
  ])("whose rule %s has no readers, and an error", async (_name, readers) => {
    const made = await synced();
    shelf.faults.readers = readers as NonNullable<typeof shelf.faults.readers>;
    shelf.share("c0", { allow: [{ user: "bob" }] });
    await made.request(["changes"]);
    await made.settle();
    expect(await made.readable()).toEqual([]);
    const status = await syncStatus(made.ctx, SOURCE);
    expect(status.ok && status.value.items.withoutReaders).toBe(10);
  });

  test("whose rule names unknown principals is read by nobody through them", async () => {
    shelf.put("d8", {
      parentId: null,
      access: plain({ allow: [{ group: "g9" }, { user: "u9" }] }),
    });
    shelf.put("d9", {
      parentId: null,
      access: plain({ allow: [{ user: "ann" }], deny: [{ group: "g9" }] }),
    });
    const made = await under();
    await made.request();
    await made.settle();
    expect((await made.readable()).filter((each) => /d[89]/.test(each))).toEqual([]);
  });

  test("with control characters in its name is shown without them", async () => {
    shelf.put("d8", { parentId: "c0", title: "a\u0000b\u001b[31m\nc\u202e\ud800" });
    const made = await synced();
    expect(await made.item("d8")).toMatchObject({ title: "a\uFFFDb\uFFFD[31m\uFFFDc\uFFFD" });
  });

  test("with what nobody sees and a model reads is named without it", async () => {
    const unseen = "\u{e0073}\u{e0061}\u202e\u200b";
    shelf.put("d8", { parentId: "c0", title: `Plan${unseen}\u2028[9] Other` });
    const made = await synced();
    expect(await made.item("d8")).toMatchObject({ title: "Plan\uFFFD[9] Other" });
  });
});

describe("a group", () => {
  test("of ten thousand members, in a circle of groups, is taken in whole", async () => {
    const many = Array.from({ length: 10_000 }, (_, i) => `u${i}`);
    shelf.group("g1", [...many, "bob", "g2"]);
    shelf.group("g2", ["g1"]);
    shelf.share("c0", { allow: [{ group: "g2" }] });
    const made = await synced();
    expect(await made.readable()).toContain("bob d0");
  });

  test("that is not given whole adds nobody, and a deny on it holds against all", async () => {
    const made = await synced();
    shelf.share("d0", { deny: [{ group: "g1" }] });
    shelf.group("g1", []);
    shelf.group("g0", ["ann", "bob"], false);
    shelf.group("g1", [], false);
    await made.request(["changes"]);
    await made.settle();
    const found = await made.readable();
    expect(found).not.toContain("bob d1");
    expect(found).toContain("ann d1");
    expect(found).not.toContain("ann d0");
  });

  test("that cannot be read again keeps its members, and denies go on", async () => {
    shelf.share("d0", { deny: [{ group: "g1" }] });
    shelf.group("g1", []);
    const made = await synced();
    shelf.faults.group = () => {
      throw new SourceError("unavailable", "Not now.");
    };
    shelf.group("g1", ["ann"]);
    await made.push([{ id: "1", change: { kind: "group", id: "g1" } }]);
    await made.drain(["changes"]);
    expect(await made.readable()).not.toContain("ann d0");
    expect(await made.readable()).toContain("ann d1");
    const status = await syncStatus(made.ctx, SOURCE);
    expect(status.ok && status.value.lagMs).toBeGreaterThanOrEqual(0);
  });
});

// Contents of every bad kind: each is an error on its item alone, and rights never wait for it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { SourceError } from "@stead/sdk";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { freshDatabase, type FreshDatabase } from "../../../test/database.ts";
import { TextExtractor } from "../text/extract.ts";
import { requestSync } from "./request.ts";
import { connectorOf, plain, Shelf } from "./shelf.fixture.ts";
import { failuresOf, syncStatus } from "./status.ts";
import { SOURCE, truthOf, underSync, type Under, type UnderOptions } from "./sync.fixture.ts";
import { withTx } from "../../store/tx.ts";

const MB = 1024 * 1024;
let base: FreshDatabase;
let keysDir = "";
let shelf: Shelf;
const extractor = new TextExtractor();
beforeAll(async () => {
  base = await freshDatabase();
  keysDir = mkdtempSync(join(tmpdir(), "stead-keys-"));
});
afterAll(async () => {
  rmSync(keysDir, { recursive: true });
  await extractor.close();
  await base.close();
});

beforeEach(() => {
  shelf = new Shelf();
  shelf.user("ann");
  shelf.put("c0", { parentId: null, access: plain({ allow: [{ user: "ann" }] }) });
  for (let i = 0; i < 3; i++) shelf.put(`d${i}`, { parentId: "c0" });
});

async function settled(more: Partial<UnderOptions> = {}): Promise<Under> {
  const connector = connectorOf(shelf);
  const made = await underSync(base.db, { connector, people: ["ann"], keysDir, ...more });
  await made.request();
  await made.settle();
  return made;
}

async function failures(made: Under): Promise<Record<string, string | null>> {
  const found = await failuresOf(made.ctx, SOURCE);
  return found.ok ? Object.fromEntries(found.value.map(({ id, code }) => [id, code])) : {};
}

describe("a file", () => {
  test("of 2 GB is not even asked for, and is an error on it alone", async () => {
    shelf.change("d0", { bytes: 2 ** 31 });
    const made = await settled();
    expect(await failures(made)).toEqual({ d0: "document.too_large" });
    expect(shelf.calls.fetch).toBe(2);
    expect([...(await made.texts()).keys()].toSorted()).toEqual(["d1", "d2"]);
  });

  test("that is larger than it says is read up to the bound and no further", async () => {
    let given = 0;
    let isEnded = false;
    async function* endless() {
      try {
        for (;;) {
          given += MB;
          yield new Uint8Array(MB);
        }
      } finally {
        isEnded = true;
      }
    }
    shelf.change("d0", { bytes: 10 });
    shelf.faults.fetch = (id) => {
      if (id !== "d0") return undefined;
      return { mediaType: "text/plain", bytes: endless() };
    };
    const made = await settled({ bounds: { bytesMax: 4 * MB } });
    expect(await failures(made)).toEqual({ d0: "document.too_large" });
    expect(given).toBe(5 * MB);
    expect(isEnded).toBe(true);
  });

  test("that is a zip bomb, broken, or of a kind without text, leaves the others alone", async () => {
    const bomb = zipBomb("word/document.xml", 160 * MB);
    shelf.faults.fetch = (id) => {
      const docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
      if (id === "d0") return { mediaType: docx, bytes: bomb };
      if (id === "d1") return { mediaType: "image/png", bytes: Buffer.from("no picture") };
      return undefined;
    };
    shelf.change("d0", { title: "bomb.docx" });
    shelf.change("d1", { title: "picture.png" });
    const made = await settled({ extractor });
    expect(await failures(made)).toEqual({
      d0: "document.too_large",
      d1: "document.unsupported",
    });
    expect(await made.item("d1")).toMatchObject({ state: "skipped" });
    expect([...(await made.texts()).keys()]).toEqual(["d2"]);
  });

  test("that changes while it is read is read again", async () => {
    let isOnce = true;
    const made = await settled();
    async function* changing() {
      yield Buffer.from("old");
      shelf.change("d0", { text: "new", revision: 9 });
      await made.request(["changes"]);
      await made.drain(["changes"]);
    }
    shelf.faults.fetch = (id) => {
      if (id !== "d0" || !isOnce) return undefined;
      isOnce = false;
      return { mediaType: "text/plain", bytes: changing() };
    };
    shelf.change("d0", { revision: 8 });
    await made.request(["changes"]);
    await made.settle();
    expect((await made.texts()).get("d0")).toBe("new");
  });

  test("whose readers change while it is read gets the new ones", async () => {
    const made = await settled();
    let isOnce = true;
    async function* changing() {
      shelf.share("c0", { allow: [] });
      await made.request(["changes"]);
      await made.drain(["changes"]);
      yield Buffer.from("secret by now");
    }
    shelf.faults.fetch = (id) => {
      if (id !== "d0" || !isOnce) return undefined;
      isOnce = false;
      return { mediaType: "text/plain", bytes: changing() };
    };
    shelf.change("d0", { revision: 8 });
    await made.request(["changes"]);
    await made.settle();
    expect((await made.texts()).get("d0")).toBe("secret by now");
    expect(await made.readable()).toEqual([]);
  });

  test("that is gone from under the reader is found to be gone", async () => {
    const made = await settled();
    shelf.change("d0", { revision: 8 });
    await made.request(["changes"]);
    await made.drain(["changes"]);
    shelf.remove("d0");
    await made.settle();
    await made.request(["changes"]);
    await made.settle();
    expect(await made.item("d0")).toBeUndefined();
    expect(await made.readable()).toEqual(truthOf(shelf, ["ann"]));
  });

  test("whose new text cannot be read no longer shows the old one", async () => {
    const made = await settled();
    shelf.change("d0", { revision: 8, bytes: 2 ** 31 });
    await made.request(["changes"]);
    await made.settle();
    expect((await made.texts()).has("d0")).toBe(false);
    expect(await failures(made)).toEqual({ d0: "document.too_large" });
  });
});

test("a source that is away loses no file of it: all are read once it is back", async () => {
  shelf.faults.fetch = () => {
    throw new SourceError("unavailable", "It is away.");
  };
  const made = await settled();
  expect(await made.job("content")).toMatchObject({ state: "waiting" });
  expect((await made.texts()).size).toBe(0);
  shelf.faults = {};
  await withTx(base.db, (tx) => requestSync(made.deps, tx, { sourceId: SOURCE }));
  await made.settle();
  await expect
    .poll(
      async () => {
        await made.request(["content"]);
        await made.settle();
        return (await made.texts()).size;
      },
      { timeout: 20_000 },
    )
    .toBe(3);
  const status = await syncStatus(made.ctx, SOURCE);
  expect(status).toMatchObject({
    ok: true,
    value: { items: { documents: 3, containers: 1, indexed: 3, pending: 0 }, failures: 0 },
  });
});

/** One entry that unpacks to so many spaces. */
function zipBomb(name: string, size: number): Uint8Array {
  const packed = deflateRawSync(Buffer.alloc(size, " "));
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(8, 4);
  common.writeUInt32LE(packed.length, 14);
  common.writeUInt32LE(size, 18);
  common.writeUInt16LE(name.length, 22);
  const title = Buffer.from(name);
  const local = Buffer.concat([Buffer.from("PK\u0003\u0004"), common, title, packed]);
  const start = Buffer.from("PK\u0001\u0002");
  const entry = Buffer.concat([start, Buffer.from([20, 0]), common, Buffer.alloc(14), title]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(entry.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, entry, Buffer.from("PK\u0005\u0006"), end]);
}

// A long list from its file to the automaton: cut, read, sealed, loaded by another process, and found.
import { importKnown, type KnownPart } from "@stead/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freshDatabase, type FreshDatabase } from "../../../../../test/database.ts";
import { deep } from "../../../../../test/deep.ts";
import { ledgerOn } from "../../../../ledger/ledger.fixture.ts";
import type { Ledger } from "../../../../ledger/ledger.ts";
import { assert } from "../../../../lib/result.ts";
import { readCsv } from "../csv.ts";
import type { FedSource } from "../feed.ts";
import { KnownRegistry } from "../registry.ts";
import { takePart } from "./upload.ts";

const ROWS = deep ? 100_000 : 6_000;

let database: FreshDatabase;
let ledger: Ledger;
beforeAll(async () => {
  database = await freshDatabase();
  ledger = ledgerOn(database);
});
afterAll(() => database.close());

const SOURCE: FedSource = {
  id: "known_long",
  name: "long",
  kind: "csv",
  columns: ["name", "mail", "mrn"].map((field) => ({ field, class: "phi" })),
  by: "usr_1",
};

/** Some are quoted over two lines, and one in a hundred is of no use. */
function row(i: number): string {
  if (i % 100 === 99) return "=1+1,,";
  const name = i % 7 === 0 ? `"Castelvecchi,\nPetronella ${i}"` : `Petronella Castelvecchi ${i}`;
  return `${name},petronella.${i}@x.example,MRN-${700_000 + i}`;
}

/** As the endpoint does it. */
async function send({ csv, upload, part: number, more }: KnownPart) {
  const headers = SOURCE.columns.map(({ field }) => ({ header: field }));
  const read = readCsv(csv, headers);
  assert(read.ok, "a part is a list");
  const { records, errors, skipped } = read.value;
  const by = { personId: "usr_1" };
  const part = { source: SOURCE, by, upload, number, isLast: !more, records };
  const taken = await takePart(ledger, part);
  assert(taken.ok, "a part is taken");
  return { sourceId: SOURCE.id, errors, skipped, ...taken.value };
}

test(`${ROWS} rows`, { timeout: 300_000 }, async () => {
  const csv = `name,mail,mrn\n${Array.from({ length: ROWS }, (_, i) => row(i)).join("\n")}\n`;
  const list = { name: "long", columns: [], csv };
  const { records, skipped, errors } = await importKnown(send, list);
  expect(skipped).toBe(ROWS / 100);
  for (const { line } of errors) expect(csv.split("\n")[line - 1]).toBe("=1+1,,");
  expect(errors).toHaveLength(Math.min(100, ROWS / 100));
  const sound = ROWS - ROWS / 100;
  expect(records).toBe(sound);
  const registry = new KnownRegistry(ledger);
  expect(await registry.ready()).toEqual({ ok: true });
  expect(registry.counts()).toMatchObject([
    { row: { records: sound }, closed: 0, classes: [{ class: "phi", promised: sound * 3 }] },
  ]);
  for (let i = 0; i < ROWS; i += Math.floor(ROWS / 97)) {
    if (i % 100 === 99) continue;
    const text = `Ask petronella.${i}@x.example about MRN ${700_000 + i} today.`;
    expect(registry.current.find(text), text).toHaveLength(2);
  }
  expect(registry.current.find(`petronella.${ROWS}@x.example`)).toEqual([]);
});

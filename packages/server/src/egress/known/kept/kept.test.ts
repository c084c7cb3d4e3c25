// Values go into the registry from lists and the directory, stand sealed in the database, and are found.
import { afterAll, beforeAll, expect, test } from "vitest";
import { freshDatabase, type FreshDatabase } from "../../../../test/database.ts";
import { ledgerOn } from "../../../ledger/ledger.fixture.ts";
import type { Ledger } from "../../../ledger/ledger.ts";
import { readCsv } from "./csv.ts";
import { feedKnown, removeKnown, type FedSource } from "./feed.ts";
import { selectPages } from "./queries.ts";
import { KnownRegistry } from "./registry.ts";

let database: FreshDatabase;
let ledger: Ledger;

beforeAll(async () => {
  database = await freshDatabase();
  ledger = ledgerOn(database);
});
afterAll(() => database.close());

const COLUMNS = [
  { header: "name", class: "pii" },
  { header: "mrn", class: "phi" },
];
const SOURCE: FedSource = {
  id: "known_patients",
  name: "patients",
  kind: "csv",
  columns: COLUMNS.map(({ header, class: of }) => ({ field: header, class: of })),
  by: "usr_1",
};

function records(csv: string): string[][] {
  const read = readCsv(csv, COLUMNS);
  if (!read.ok) throw new Error(read.failure.detail);
  return read.value.records.map((record) => [...record]);
}

test("a list tells what is wrong by its line, and never by its content", () => {
  const long = "x".repeat(600);
  const csv = `mrn,name\n1,"Petra, née Quist"\n,\n7,8,9\n2,${long}\n3,Ola Nordmann\n`;
  expect(readCsv(csv, COLUMNS)).toEqual({
    ok: true,
    value: {
      records: [
        ["Petra, née Quist", "1"],
        ["Ola Nordmann", "3"],
      ],
      errors: [
        { line: 3, error: "there is no value in it" },
        { line: 4, error: "it has more or fewer columns" },
        { line: 5, error: "a value is too long" },
      ],
      skipped: 3,
    },
  });
  expect(readCsv("a,b\n1,2\n", COLUMNS)).toMatchObject({ ok: false });
});

test("what is fed is found, by every process, until it is fed anew or removed", async () => {
  const list = "name,mrn\nPetronella Castelvecchi,MRN-00412233\nLee,77\n";
  expect(await feedKnown(ledger, SOURCE, records(list))).toEqual({ ok: true, value: 2 });
  const [one, other] = [new KnownRegistry(ledger), new KnownRegistry(ledger)];
  expect(await one.ready()).toEqual({ ok: true });
  await other.ready();
  expect(one.current.find("Ask Petronella Castelvecchi.")).toEqual([
    {
      from: 4,
      to: 27,
      valueId: "known_patients:0",
      class: "pii",
      field: "name",
      encoding: "plain",
    },
  ]);
  expect(other.current.find("mrn00412233")).toHaveLength(1);
  expect(one.counts().map(({ classes }) => classes)).toEqual([
    [
      { class: "pii", promised: 1, short: 1, ordinary: 0 },
      { class: "phi", promised: 1, short: 1, ordinary: 0 },
    ],
  ]);
  expect(one.current.find("Lee has 77 sheep; Lee sleeps.").length).toBe(3);
  expect(one.current.find("Lee has many sheep.")).toEqual([]);

  await feedKnown(ledger, SOURCE, records("name,mrn\nOla Nordmann,\n"));
  await one.reload();
  expect(one.current.find("Petronella Castelvecchi")).toEqual([]);
  expect(one.current.find("Ola Nordmann")).toHaveLength(1);
  expect(one.current.version).toBe(2);
  await removeKnown(ledger, SOURCE.id, "usr_1");
  await one.reload();
  expect(one.current.size).toBe(0);
  expect(await removeKnown(ledger, SOURCE.id, "usr_1")).toMatchObject({ ok: false });
});

test("values stand sealed, and what does not open stops whatever would leave", async () => {
  await feedKnown(ledger, SOURCE, records("name,mrn\nPetronella Castelvecchi,1\n"));
  const { rows } = await database.pool.query<Record<string, unknown>>(
    "select p.*, s.columns from known_page p join known_source s on s.id = p.source_id",
  );
  expect(rows).toHaveLength(1);
  expect(JSON.stringify(rows)).not.toContain(Buffer.from("Petronella").toString("hex"));
  expect(Buffer.from(String(rows[0]?.["sealed"])).includes("Petronella")).toBe(false);
  await database.pool.query("update known_page set number = 1");
  const registry = new KnownRegistry(ledger);
  expect(await registry.ready()).toMatchObject({ ok: false });
  expect(registry.counts()[0]?.closed).toBe(1);
  const generation = String(rows[0]?.["generation"]);
  const at = { sourceId: SOURCE.id, generation, after: -1 };
  expect(await selectPages(ledger, at)).toHaveLength(1);
});

// Lists that come in parts: in force as a whole or not at all, whoever comes in between, and what is wrong in
// them is told by its line.
import { afterAll, beforeAll, expect, test } from "vitest";
import { freshDatabase, type FreshDatabase } from "../../../../../test/database.ts";
import { ledgerOn } from "../../../../ledger/ledger.fixture.ts";
import type { Ledger } from "../../../../ledger/ledger.ts";
import { readCsv } from "../csv.ts";
import { feedKnown, removeKnown, type FedSource } from "../feed.ts";
import { KnownRegistry } from "../registry.ts";
import { sweepAbandoned, takePart, type Part } from "./upload.ts";

let database: FreshDatabase;
let ledger: Ledger;
let registry: KnownRegistry;

beforeAll(async () => {
  database = await freshDatabase();
  ledger = ledgerOn(database);
  registry = new KnownRegistry(ledger);
});
afterAll(() => database.close());

const SOURCE: FedSource = {
  id: "known_list",
  name: "list",
  kind: "csv",
  columns: [{ field: "name", class: "pii" }],
  by: "usr_1",
};

function part(number: number, name: string, more: Partial<Part> = {}): Part {
  const by = { personId: "usr_1" };
  return { source: SOURCE, by, number, isLast: false, records: [[name]], ...more };
}

async function begun(name: string): Promise<string> {
  const first = await takePart(ledger, part(1, name));
  if (!first.ok || first.value.upload === null) throw new Error("it has begun");
  return first.value.upload;
}

async function found(text: string): Promise<number> {
  await registry.reload();
  return registry.current.find(text).length;
}

async function stand(): Promise<unknown[]> {
  return (await database.pool.query("select generation from known_source")).rows;
}

function at(line: number, error: string) {
  return [{ line, error }];
}

async function pages(): Promise<number> {
  const { rows } = await database.pool.query("select from known_page");
  return rows.length;
}

test("nothing is in force before the last part; a part that comes twice counts once", async () => {
  const upload = await begun("Petronella Castelvecchi");
  expect(await found("Petronella Castelvecchi")).toBe(0);
  const second = part(2, "Ola Nordmann", { upload });
  expect(await takePart(ledger, second)).toMatchObject({ value: { records: 2, upload } });
  expect(await takePart(ledger, second)).toMatchObject({ value: { records: 2, upload } });
  expect(await takePart(ledger, part(4, "Too Early", { upload }))).toMatchObject({
    failure: { code: "request.conflict", detail: "Part 3 of the import comes next." },
  });
  const last = part(3, "Katinka Sorrentino", { upload, isLast: true });
  const inForce = { ok: true, value: { records: 3, upload: null } };
  expect(await takePart(ledger, last)).toEqual(inForce);
  expect(await takePart(ledger, last)).toEqual(inForce);
  expect(await found("Petronella Castelvecchi, Ola Nordmann and Katinka Sorrentino")).toBe(3);
});

test("two imports of a list at once are not mixed, and neither is anybody else's", async () => {
  const [one, other] = [await begun("Petronella Castelvecchi"), await begun("Ola Nordmann")];
  const last = (upload: string, name: string) => part(2, name, { upload, isLast: true });
  expect(await takePart(ledger, last(other, "Bartholomew Quist"))).toMatchObject({ ok: true });
  const gone = { ok: false, failure: { code: "resource.not_found" } };
  expect(await takePart(ledger, last(one, "Katinka Sorrentino"))).toMatchObject(gone);
  expect(await found("Ola Nordmann, Bartholomew Quist")).toBe(2);
  expect(await found("Petronella Castelvecchi, Katinka Sorrentino")).toBe(0);

  const mine = await begun("Petronella Castelvecchi");
  const by = { personId: "usr_2" };
  const theirs = { ...last(mine, "Katinka Sorrentino"), by };
  expect(await takePart(ledger, theirs)).toMatchObject(gone);
  const columns = [{ field: "name", class: "public" }];
  const changed = { ...last(mine, "Katinka Sorrentino"), source: { ...SOURCE, columns } };
  expect(await takePart(ledger, changed)).toMatchObject({ failure: { code: "request.conflict" } });
  const { rows } = await database.pool.query<{ generation: string }>(
    "select generation from known_source",
  );
  // What is in force is no import that goes on.
  const held = part(2, "Katinka Sorrentino", { upload: rows[0]?.generation ?? "" });
  expect(await takePart(ledger, held)).toMatchObject(gone);
  await removeKnown(ledger, SOURCE.id, "usr_1");
  expect(await takePart(ledger, last(mine, "Katinka Sorrentino"))).toMatchObject(gone);
  expect(await pages()).toBe(0);
});

test("an import that rests for an hour is deleted, and what is in force is not", async () => {
  await feedKnown(ledger, SOURCE, [["Ola Nordmann"]]);
  const upload = await begun("Petronella Castelvecchi");
  expect(await pages()).toBe(2);
  await sweepAbandoned(ledger);
  expect(await pages()).toBe(2);
  const aged = "set written_at = written_at - interval '61 minutes'";
  await database.pool.query(`update known_page ${aged}`);
  await database.pool.query(`update known_upload ${aged}`);
  await sweepAbandoned(ledger);
  expect(await pages()).toBe(1);
  expect(await found("Ola Nordmann")).toBe(1);
  const late = part(2, "Katinka Sorrentino", { upload, isLast: true });
  expect(await takePart(ledger, late)).toMatchObject({ ok: false });
});

test("a list that is the same is not written again, and one that breaks off changes nothing", async () => {
  const many = Array.from({ length: 1_203 }, (_, i) => [`Petronella ${i} Castelvecchi`]);
  await feedKnown(ledger, SOURCE, many);
  const before = await stand();
  expect(await feedKnown(ledger, SOURCE, many)).toEqual({ ok: true, value: 1_203 });
  expect(await stand()).toEqual(before);
  const broken = (function* () {
    yield ["Ola Nordmann"];
    yield* many;
    throw new Error("away");
  })();
  await expect(feedKnown(ledger, SOURCE, broken)).rejects.toThrow("away");
  expect(await stand()).toEqual(before);
  expect(await pages()).toBe(3);
  await feedKnown(ledger, SOURCE, [...many.slice(0, 1_100), ["Ola Nordmann"]]);
  expect(await stand()).not.toEqual(before);
  expect(await found("Petronella 3 Castelvecchi")).toBe(1);
  expect(await found("Petronella 1102 Castelvecchi")).toBe(0);
  expect(await found("Ola Nordmann")).toBe(1);
  await feedKnown(ledger, SOURCE, many.slice(0, 500));
  expect(await found("Petronella 499 Castelvecchi")).toBe(1);
  expect(await found("Petronella 501 Castelvecchi")).toBe(0);
  expect(await pages()).toBe(1);
});

test("what is wrong with a list is told by its line, and what is not is taken", () => {
  const columns = [{ header: "name" }, { header: "phone" }];
  const read = (csv: string) => readCsv(csv, columns);
  const formula = "a value is a formula: save the list with values in place of formulas";
  for (const bad of ["=cmd|' /C calc'!A0", "=1+1", "@SUM(A1)", "+SUM(A1:A2)", '"=""0042"""'])
    expect(read(`name,phone\n${bad},1\n`)).toMatchObject({
      value: { records: [], errors: at(2, formula) },
    });
  const good = [
    ["Ola", "+47 22 33 44 55"],
    ["@ola", "-"],
  ];
  expect(read(`\uFEFFname , phone\r\n${good.join("\r\n")}\r\n`)).toMatchObject({
    value: { records: good, skipped: 0 },
  });
  expect(read("name,phone\nJos\uFFFD,1\n")).toMatchObject({
    value: {
      errors: at(2, "a value is not in UTF-8: save the list as CSV in UTF-8"),
    },
  });
  expect(read("name,phone,name\nA,1,B\n")).toMatchObject({
    failure: { detail: 'Line 1: two columns are called "name".' },
  });
  expect(read("name;phone\nA;1\n")).toMatchObject({
    failure: { detail: 'Line 1: the list has no column "name".' },
  });
  expect(read("")).toMatchObject({ ok: false });
  const huge = read(`name,phone\n${"x".repeat(150_000)},1\nOla,2\n`);
  expect(JSON.stringify(huge)).toContain("too long");
  const open = read('name,phone\nOla,1\n"Petronella,2\nKatinka,3\n');
  expect(JSON.stringify(open)).toMatch(/quote/);
  expect(JSON.stringify(open)).not.toContain("Petronella");
  const wrong = read(`name,phone\n${"A,1,2\n".repeat(250)}Ola,3\n`);
  expect(wrong).toMatchObject({ value: { records: [["Ola", "3"]], skipped: 250 } });
  expect(wrong.ok && wrong.value.errors.map(({ line }) => line)).toEqual(
    Array.from({ length: 100 }, (_, i) => i + 2),
  );
});

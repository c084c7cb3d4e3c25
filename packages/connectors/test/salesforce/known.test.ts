// Contacts feed known values: fields by type and name, every record once, and a stamp that moves with them.
import { expect, test } from "vitest";
import { salesforce } from "../../src/index.ts";
import { everything } from "../crawl.ts";
import { FakeSalesforce } from "./fake.ts";

const { known } = salesforce;
if (!known?.stamp) throw new Error("no known values");
const { stamp } = known;

function crm(): FakeSalesforce {
  const fake = new FakeSalesforce();
  for (let i = 0; i < 5; i++) fake.record(`00300000000000${i}`, "Contact", "005000000000ada");
  return fake;
}

test("typed fields are suggested, and those that a name speaks for; no object that isn't seen", async () => {
  expect(await known.suggest(crm().source())).toEqual([
    {
      from: "Contact",
      fields: [
        { field: "Name", class: "pii" },
        { field: "Work__c", class: "pii" },
        { field: "Owner__c", class: "pii" },
        { field: "MobilePhone", class: "pii" },
        { field: "IBAN__c", class: "financial" },
      ],
    },
  ]);
});

test("each record is read once, and one that changes, comes or goes moves the stamp", async () => {
  const fake = crm();
  const list = { from: "Contact", fields: [{ field: "Name", class: "pii" }] };
  const read = () => everything((cursor) => known.records(fake.source(), list, cursor));
  expect(await read()).toEqual([0, 1, 2, 3, 4].map((i) => [`name 00300000000000${i}`]));
  const stamps = [await stamp(fake.source(), list)];
  fake.at("003000000000002").stamp = fake.clock++;
  stamps.push(await stamp(fake.source(), list));
  fake.records.delete("003000000000001");
  stamps.push(await stamp(fake.source(), list));
  fake.record("003000000000009", "Contact", "005000000000ada");
  stamps.push(await stamp(fake.source(), list));
  expect(new Set(stamps).size).toBe(4);
  expect(await stamp(fake.source(), list)).toBe(stamps[3]);
});

test("no name that is none goes into a query", async () => {
  const source = crm().source();
  const fields = [{ field: "Name", class: "pii" }];
  const bad = [
    { from: "Contact WHERE Id != null", fields },
    { from: "Contact", fields: [{ field: "Name, Secret FROM User --", class: "pii" }] },
  ];
  for (const list of bad)
    // oxlint-disable-next-line no-await-in-loop -- two
    await expect(known.records(source, list, null)).rejects.toThrow();
});

// The CRM's rows against a plain reading of who may see which region, for random people and orders.
import * as fc from "fast-check";
import type { Pool } from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { openDatabase } from "../src/store/db.ts";
import { silentLog } from "../src/lib/log.ts";
import { freshDatabase, type FreshDatabase } from "./database.ts";
import { asPerson, findCustomers, findOrder, holdsRowSecurity } from "../demo/queries.ts";
import { makeSchemas, seedCrm, type CrmSeed } from "../demo/queries.ts";

const REGIONS = ["r1", "r2", "r3", "r4"];
const PEOPLE = ["p1", "p2", "p3", "p4", "p5"];

let base: FreshDatabase;
let pool: Pool;
beforeAll(async () => {
  base = await freshDatabase();
  ({ pool } = base);
  await makeSchemas(pool);
});
afterAll(() => base.close());

const region = fc.constantFrom(...REGIONS);
const worlds = fc.record({
  access: fc.uniqueArray(fc.record({ personId: fc.constantFrom(...PEOPLE), region }), {
    selector: (row) => `${row.personId}/${row.region}`,
    maxLength: 12,
  }),
  customers: fc.array(region, { minLength: 1, maxLength: 8 }),
  orders: fc.array(fc.record({ customer: fc.nat(7), region }), { maxLength: 12 }),
});

let worldsMade = 0;

test("each person finds exactly the orders whose region and whose customer's region they have", async () => {
  await fc.assert(
    fc.asyncProperty(worlds, async (given) => {
      // Each world has its own people and ids, beside those of all worlds before it.
      const w = `w${worldsMade++}`;
      const customers = given.customers.map((own, i) => ({
        id: `${w}-c${i}`,
        name: `${w} name`,
        email: `${w}@example.com`,
        region: own,
      }));
      const orders = given.orders.map((order, i) => ({
        id: `${w}-o${i}`,
        customerId: `${w}-c${order.customer % customers.length}`,
        region: order.region,
        item: "item",
        totalCents: 100,
        status: "delivered",
        placedOn: "2026-01-02",
      }));
      const access = given.access.map((row) => ({ ...row, personId: `${w}-${row.personId}` }));
      const seed: CrmSeed = { access, customers, orders };
      await seedCrm(pool, seed);
      for (const name of PEOPLE) {
        const personId = `${w}-${name}`;
        const has = new Set(access.filter((row) => row.personId === personId).map((r) => r.region));
        const visible = orders.filter(
          (order) =>
            has.has(order.region) &&
            has.has(customers.find(({ id }) => id === order.customerId)?.region ?? ""),
        );
        const expected = visible.map(({ id }) => id).toSorted();
        const found = await asPerson(pool, personId, async (client) => {
          const listed = await findCustomers(client, w);
          const opened: string[] = [];
          for (const { id } of orders) if (await findOrder(client, id)) opened.push(id);
          return { listed: listed.map(({ id }) => id).toSorted(), opened: opened.toSorted() };
        });
        expect(found).toEqual({ listed: expected, opened: expected });
      }
    }),
    { numRuns: 40 },
  );
});

test("nobody, and nobody's name, sees nothing", async () => {
  for (const personId of ["", "stranger", "' or true --", "yes"]) {
    const rows = await asPerson(pool, personId, (client) => findCustomers(client, ""));
    expect(rows).toEqual([]);
  }
});

test("a database user above row-level security reads nothing, and is told so at the start", async () => {
  const connection = { ...inject("superConnection"), database: base.connection.database };
  const above = openDatabase(connection, { log: silentLog, connectionsMax: 2 });
  try {
    expect(await holdsRowSecurity(above.pool)).toBe(false);
    const read = asPerson(above.pool, "w0-p1", (client) => findCustomers(client, ""));
    await expect(read).rejects.toThrow("row-level security");
  } finally {
    await above.close();
  }
});

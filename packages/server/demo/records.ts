// The demo's CRM records: customers and orders by region, deterministic.
import type { Company } from "./company.ts";
import type { CrmSeed } from "./queries.ts";

const REGIONS = ["north", "south", "west"] as const;
const ITEMS = [
  ["Blood pressure monitor", 8_900],
  ["Home care package, one month", 42_000],
  ["Physiotherapy, ten sessions", 64_000],
  ["Walking frame", 12_500],
  ["Telehealth subscription, one year", 18_000],
  ["Sleep study at home", 55_000],
  ["Private room supplement", 230_000],
  ["Glucose sensor, three months", 27_900],
  ["Compression stockings", 4_500],
  ["Clinic membership, family", 720_000],
] as const;
const FIRST = "Nora Felix Lena Marco Ines Oscar Julia Theo Clara Emil Paula Simon".split(" ");
const LAST = "Hartmann Velez Brooks Ferrer Lind Okoye Sato Meyer Dubois Kaya".split(" ");

/** The order that the documentation's example refunds: 250 dollars are above the threshold. */
const EXAMPLE = {
  id: "ORD-1042",
  customerId: "CUS-1",
  region: "north",
  item: "Home care package, one month",
  totalCents: 42_000,
  status: "delivered",
  placedOn: "2026-10-12",
};

export function makeRecords(company: Company): CrmSeed {
  const customers = Array.from({ length: 120 }, (_, i) => {
    const first = FIRST[i % FIRST.length] ?? "";
    const last = LAST[(i * 7 + Math.floor(i / FIRST.length)) % LAST.length] ?? "";
    const email = `${first}.${last}${i}@mail.example`.toLowerCase();
    return { id: `CUS-${i + 1}`, name: `${first} ${last}`, email, region: regionOf(i) };
  });
  const orders = Array.from({ length: 300 }, (_, i) => {
    const [item, totalCents] = ITEMS[(i * 3) % ITEMS.length] ?? ITEMS[0];
    const customer = (i * 11) % customers.length;
    return {
      id: `ORD-${1001 + i}`,
      customerId: `CUS-${customer + 1}`,
      region: regionOf(customer),
      item,
      totalCents,
      status: ["delivered", "delivered", "shipped", "returned"][i % 4] ?? "delivered",
      placedOn: `2026-${String(1 + (i % 10)).padStart(2, "0")}-${String(1 + (i % 28)).padStart(2, "0")}`,
    };
  });
  return {
    access: access(company),
    customers,
    orders: orders.map((order) => (order.id === EXAMPLE.id ? EXAMPLE : order)),
  };
}

function regionOf(i: number): string {
  return REGIONS[i % REGIONS.length] ?? REGIONS[0];
}

/** Patient Services sees one region each (Ada: north), its head and Billing and Finance all. */
function access(company: Company): CrmSeed["access"] {
  return company.people.flatMap((person, i) => {
    const all = ["Billing", "Finance"].includes(person.department) || person.id === "usr_ben_osei";
    if (all) return REGIONS.map((region) => ({ personId: person.id, region }));
    if (person.department !== "Patient Services") return [];
    return [{ personId: person.id, region: person.id === "usr_ada_park" ? "north" : regionOf(i) }];
  });
}

// Data goes through Postgres' jsonb and comes back the same, and its hash holds: for any JSON.
import {
  assert as holds,
  asyncProperty,
  constantFrom,
  jsonValue,
  oneof,
  property,
  string,
  type Arbitrary,
} from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshDatabase, type FreshDatabase } from "../../test/database.ts";
import { canonical, type Json } from "../lib/json.ts";
import { append } from "./append.ts";
import { GENESIS, hashEvent, parseStored, storedText } from "./chain.ts";
import { readLine } from "./check/record.ts";
import { exportPage } from "./export.ts";
import type { Ledger } from "./ledger.ts";
import { ledgerOn, ORG, value } from "./ledger.fixture.ts";
import { openBodies, readStream } from "./read.ts";

let base: FreshDatabase;
let ledger: Ledger;
beforeAll(async () => {
  base = await freshDatabase();
  ledger = ledgerOn(base);
});
afterAll(() => base.close());

const awkward: Json[] = [
  -0,
  1e21,
  5e-324,
  1.7976931348623157e308,
  0.1 + 0.2,
  2 ** 53,
  "\0",
  "a\0b\\u0000",
  "\ud800",
  "\udc00\ud800",
  "\uFDD0",
  "\uFDD00000",
  "\uFFFD",
  "😀\u2028",
  { "\ud800": 1, "\ud801": 2, "\0": 3, "": 4, __proto__x: 5, 10: 6, 9: 7 },
  JSON.parse('{"__proto__": {"a": [null]}, "constructor": 1}'),
];
/** Any JSON, with the awkward sown in. */
const parsed = (json: unknown): Json => JSON.parse(JSON.stringify(json));
const anyJson: Arbitrary<Json> = oneof(
  jsonValue({ stringUnit: "binary" }).map(parsed),
  constantFrom(...awkward),
  string({ unit: "binary" }).map((text) => ({ [text]: [text, { [`${text}\0`]: -0 }] })),
  string({ maxLength: 4 }).map((text) => `\ud834${text}\0\uFDD0${text}\udd1e`),
);

/** What JSON can tell apart: `-0` is `0` in every JSON text. */
const plain = (json: unknown): unknown => JSON.parse(JSON.stringify(json));

describe("stored text", () => {
  it("comes back the same, whatever the JSON", () => {
    holds(
      property(anyJson, (json) => {
        const data = { json };
        const text = storedText(data);
        expect(text).not.toMatch(/(?<!\\)(\\\\)*\\u0000/);
        expect(text.isWellFormed()).toBe(true);
        expect(plain(parseStored(text))).toEqual(plain(data));
      }),
      { numRuns: 2_000 },
    );
  });

  it("is RFC 8785's canonical form", () => {
    const byTheBook = (json: Json): string => {
      if (json === null || typeof json !== "object") return JSON.stringify(json);
      if (Array.isArray(json)) return `[${json.map(byTheBook).join(",")}]`;
      const fields = Object.entries(json).toSorted(([a], [b]) => (a < b ? -1 : 1));
      const texts = fields.map(([key, item]) => `${JSON.stringify(key)}:${byTheBook(item)}`);
      return `{${texts.join(",")}}`;
    };
    holds(
      property(jsonValue().map(parsed), (json) => {
        expect(canonical(json)).toBe(byTheBook(json));
      }),
      { numRuns: 2_000 },
    );
  });

  it("comes back from jsonb the same, with the same hash, bodies too", async () => {
    let stream = 0;
    await holds(
      asyncProperty(anyJson, async (json) => {
        const data = { json };
        const name = `any_${stream++}`;
        const event = { type: "a.b", data, bodies: { all: { value: data, subjects: [] } } };
        const receipt = value(await append(ledger, { stream: name, after: 0, events: [event] }));
        const read = value(await readStream(ledger, name));
        expect(plain(read[0]?.data)).toEqual(plain(data));
        const [{ bodies, at } = { bodies: [], at: 0 }] = read;
        const { rows } = await base.pool.query("select data::text from event where stream = $1", [
          name,
        ]);
        const text = canonical(JSON.parse(rows[0].data));
        const refs = canonical(JSON.parse(JSON.stringify(bodies)));
        const chained = { orgId: ORG, stream: name, seq: 1, at, type: "a.b", prev: GENESIS };
        expect(hashEvent({ ...chained, data: text, bodies: refs })).toBe(receipt.head);
        expect(plain(value(await openBodies(ledger, name, read)).get(1))).toEqual(
          plain({ all: data }),
        );
      }),
      { numRuns: 300 },
    );
    const page = value(await exportPage(ledger, undefined));
    for (const line of page.lines) expect(readLine(line), line).toBeDefined();
  }, 120_000);
});

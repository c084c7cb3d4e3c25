// The parts of a list together are the list: every record once, whole, at the line that it had.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { csvHead, csvParts } from "./csv-parts.ts";

const cell = fc.string({ unit: fc.constantFrom("a", "é", " ", ",", '"', "\n", "x") });
const row = fc.tuple(cell, cell);

function written(rows: readonly (readonly string[])[]): string {
  return rows
    .map((cells) => `${cells.map((each) => `"${each.replaceAll('"', '""')}"`).join(",")}\n`)
    .join("");
}

test("no record is in two parts, and lines are those of the list", () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 12 }), fc.integer({ min: 1, max: 60 }), (rows, size) => {
      const head = '"na""me",b\n';
      const list = head + written(rows);
      const parts = [...csvParts(`\uFEFF${list}`, size)];
      expect(head + parts.map(({ csv }) => csv.slice(head.length)).join("")).toBe(list);
      expect(parts.at(-1)?.done).toBe(1);
      expect(parts.slice(0, -1).every(({ done }) => done < 1)).toBe(true);
      for (const { csv, linesBefore } of parts) {
        expect(csv.startsWith(head)).toBe(true);
        // Quotes are even in each part: none begins within a value.
        expect((csv.match(/"/g) ?? []).length % 2).toBe(0);
        const [first] = csv.slice(head.length).split("\n");
        expect(list.split("\n")[1 + linesBefore]).toBe(first);
      }
    }),
  );
});

test("a quote that is closed nowhere does not hold up the list", () => {
  const list = `name\n"open\n${"plain\n".repeat(60_000)}`;
  expect([...csvParts(list, 1_000)].length).toBeGreaterThan(2);
});

test("the names of the columns are those of the first line", () => {
  expect(csvHead('\uFEFFname, "e,mail" ,"a ""b""",,last\r\n1,2')).toEqual([
    "name",
    "e,mail",
    'a "b"',
    "",
    "last",
  ]);
  expect(csvHead("")).toEqual([""]);
});

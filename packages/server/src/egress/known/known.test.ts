// The promise of the registry: a value that is registered does not leave, in whatever writing, whatever
// stands around it; and a text that holds none is left alone.
import { array, assert as holds, constantFrom, integer, property, record } from "fast-check";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { deep } from "../../../test/deep.ts";
import { AutomatonBuilder } from "./builder.ts";
import type { KnownFinding } from "./finding.ts";
import { knownValues } from "./known.ts";
import {
  ENCODERS,
  mayFollow,
  picker,
  prompt,
  registered,
  type Encoder,
} from "./prompts.fixture.ts";

/** Beside those that are really sent: `gate/prompts.test.ts`. */
const PROMPTS = deep ? 100_000 : 500;
const people = registered(200, 7);

interface Planted {
  readonly from: number;
  readonly to: number;
}

function without(
  text: string,
  findings: readonly KnownFinding[],
  { from, to }: Planted = { from: 0, to: text.length },
): string {
  let left = "";
  let at = from;
  for (const finding of findings) {
    if (finding.to <= from || finding.from >= to) continue;
    left += text.slice(at, Math.max(at, finding.from));
    at = Math.max(at, Math.min(to, finding.to));
  }
  return left + text.slice(at, to);
}

test("of prompts in every writing none keeps a value", { timeout: 3_600_000 }, () => {
  const missed: string[] = [];
  for (let seed = 0; seed < PROMPTS; seed++) {
    const { messages, planted } = prompt(people, picker(seed));
    const findings = people.known.findIn(messages);
    for (const { message, from, to, how } of planted) {
      const left = without(messages[message] ?? "", findings[message] ?? [], { from, to });
      if (/[\p{L}\p{N}]/u.test(left))
        missed.push(`${seed}: ${how.join(" > ")} ${JSON.stringify(left)}`);
    }
  }
  expect(missed).toEqual([]);
});

test("any value through any writings at any place is found whole", { timeout: 120_000 }, () => {
  const chains = array(constantFrom(...ENCODERS), { maxLength: 3 }).map((list) =>
    list.reduce<Encoder[]>((made, next) => (mayFollow(next, made) ? [...made, next] : made), []),
  );
  const places = ["", "x: ", "The note says (", "a\n\n", "„"] as const;
  holds(
    property(
      record({
        value: constantFrom(...people.values),
        encoders: chains,
        before: constantFrom(...places),
        seed: integer(),
      }),
      ({ value, encoders, before, seed }) => {
        const pick = picker(seed);
        const run = encoders.reduce((text, { encode }) => encode(text, pick), value);
        const text = `${before}${run} and so on`;
        const place = { from: before.length, to: before.length + run.length };
        return !/[\p{L}\p{N}]/u.test(without(text, people.known.find(text), place));
      },
    ),
    { numRuns: 300, seed: 11 },
  );
});

const named = (names: string) =>
  names.split(" > ").flatMap((name) => ENCODERS.filter((each) => each.name === name));

test("a value that its writing makes long is found over the borders of messages", () => {
  const pick = picker(3);
  const chained = [
    "html > json > json",
    "json > json > hex apart",
    "json > json > spacing",
    "base64 in lines > json > hex apart",
    "url > look-alike > reversed",
    "json > look-alike > spacing",
  ].map(named);
  for (const [i, encoders] of chained.flatMap((each) => [each, each, each, each]).entries()) {
    const value = people.values[pick(people.values.length)] ?? "";
    const run = encoders.reduce((text, { encode }) => encode(text, pick), value);
    const first = Math.ceil((run.length * (1 + pick(8))) / 10);
    const cuts = i % 2 === 0 ? [first] : [first, first + Math.ceil((run.length - first) / 2)];
    const pieces = [0, ...cuts].map((from, at) => run.slice(from, cuts[at] ?? run.length));
    const found = people.known.findIn(["How are things?", ...pieces, "Bye."]);
    const how = `${value} ${encoders.map(({ name }) => name).join(" > ")} ${cuts.join()}`;
    for (const [at, piece] of pieces.entries())
      expect(without(piece, found[at + 1] ?? []), how).not.toMatch(/[\p{L}\p{N}].{8}/u);
  }
});

const SENTENCES =
  "The quarterly report is due on Monday, and nobody has looked at the open tickets yet. " +
  "We ship on 2026-11-23 at 10:30; build 4f3a9c2e17b0 passed 1,204 tests (97.5 %). " +
  "See https://example.com/a/b?page=2&size=50#top or run `npm test -- --watch`. " +
  "Müller-Thurgau ist ein Weißwein; καλημέρα κόσμε; Привет, мир. ";

test("a text without values is left as it is", () => {
  expect(people.known.find(SENTENCES.repeat(40))).toEqual([]);
  const image = Buffer.from(Array.from({ length: 40_000 }, (_, i) => (i * i * 31 + i * 7) & 255));
  expect(people.known.find(image.toString("base64"))).toEqual([]);
});

function only(...records: readonly (readonly string[])[]) {
  const columns = ["a", "b", "c"].map((field) => ({ field, class: "pii" }));
  const builder = new AutomatonBuilder(columns);
  for (const [i, fields] of records.entries())
    builder.add(
      i,
      fields.map((value, column) => ({ column, value })),
    );
  return knownValues([{ id: "s", automaton: builder.finish().automaton }], 1);
}

test("a value in another alphabet is found whatever stands beside it, and in either case", () => {
  const values = [
    "Νίκος Παπαδόπουλος",
    "μονο ανηκον",
    "Γιάννης Νυμφης",
    "Кирилл Жуков",
    "İnci Öztürk",
  ];
  const known = only(...values.map((value) => [value]));
  for (const value of values)
    for (const written of [value, value.toUpperCase(), value.toLowerCase()])
      for (const [before, after] of [
        ["", ""],
        ["to ", " 12"],
        ["x ", ","],
        ['{"a":"', '"}'],
      ])
        expect(
          without(`${before}${written}${after}`, known.find(`${before}${written}${after}`)),
        ).toBe(`${before}${after}`);
  // A Latin name in letters that only look Latin, and so in what it is encoded as.
  const vera = only(["Vivienne Hanuszyn"]);
  const greek = "νiνieηηe Haηuszyη";
  expect(without(greek, vera.find(greek))).toBe("");
  const base64 = Buffer.from(`it is Vivienne Hanuszyn.`).toString("base64").replaceAll("v", "ν");
  const among = base64.replaceAll("H", "Η").replaceAll("u", "υ");
  const wide = among.replaceAll(/[!-~]/g, (char) =>
    String.fromCharCode(char.charCodeAt(0) + 0xfee0),
  );
  const apart = Array.from(base64.replaceAll("v", "ν")).join(", ");
  for (const run of [among, wide, apart]) expect(vera.find(run)).not.toEqual([]);
});

test("what is written in lines and turned around is found whole", () => {
  const known = only(["Kastanienallee 34"]);
  const lines = Buffer.from(Array.from("Kastanienallee 34").join(", "))
    .toString("base64")
    .replace(/.{64}/, "$&\r\n");
  const turned = Array.from(lines).toReversed().join("");
  const text = `keep it friendly.  ${turned} Please`;
  const place = { from: 19, to: 19 + turned.length };
  expect(without(text, known.find(text), place).replaceAll("=", "")).toBe("");
});

test("a name is found with its last word first, and that is no value of its own", () => {
  const known = only(["Ines Maria Castelvecchi"], ["Castelvecchi Ines Maria"], ["Ward 12 North"]);
  const text = "See Castelvecchi, Ines Maria; and North Ward 12.";
  expect(without(text, known.find(text))).toBe("See ; and North Ward 12.");
  const builder = new AutomatonBuilder([{ field: "a", class: "pii" }]);
  builder.add(0, [{ column: 0, value: "Ines Duarte" }]);
  builder.add(1, [{ column: 0, value: "Duarte Ines" }]);
  expect([...builder.finish().automaton.tables.flags]).toEqual([0, 0]);
});

test("other ways to write the same letters", () => {
  const [plain, accented] = ["Petronella Castelvecchi", "Łukasz Żeleński"];
  const known = only([plain], [accented], ["Revel"]);
  for (const value of [plain, accented])
    for (const run of [
      Array.from(value, (char) => `%u${char.charCodeAt(0).toString(16).padStart(4, "0")}`).join(""),
      Array.from(Buffer.from(value), (byte) => `\\${byte.toString(8).padStart(3, "0")}`).join(""),
      Array.from(value).join("\u3164"),
      Buffer.from(value, "utf16le").toString("base64"),
      Buffer.from(`\ufeff${value}`, "utf16le").swap16().toString("hex"),
      value.replaceAll(/\S+/g, (word) => Array.from(word).toReversed().join("")),
    ])
      expect(without(`(${run})`, known.find(`(${run})`)), run).toMatch(/^\(?=*\)?$/);
  expect(known.find("a lever pulls the cart")).toEqual([]);
});

test("words and short values count beside another field of their record alone", () => {
  const known = only(["May", "Young", "MRN-5521"], ["Li", "Baker", "MRN-7741"]);
  expect(known.find("In May the baker left.")).toEqual([]);
  expect(known.find("Dear May Young,").map(({ from, to }) => [from, to])).toEqual([
    [5, 8],
    [9, 14],
  ]);
  expect(known.find("May (mrn 5521) was here in May").map(({ from }) => from)).toEqual([0, 5, 27]);
  expect(known.find("May Baker")).toEqual([]);
});

test("what can't be opened must not leave", () => {
  const known = only(["Petronella Castelvecchi"]);
  const bomb = gzipSync(Buffer.alloc(40 * 1024 * 1024)).toString("base64");
  const locked = Buffer.concat([
    Buffer.from("PK\u0003\u0004\u0014\0\u0001\0\b\0"),
    Buffer.alloc(60),
  ]);
  for (const run of [bomb, locked.toString("base64"), "\u001f\ufffd\b\0\0\0\0\0"])
    expect(known.find(`see ${run}`).map(({ encoding }) => encoding)).toContain("unopened");
});

test("large and hostile texts are gone through within bounds", { timeout: 300_000 }, () => {
  const known = only(["Petronella Castelvecchi"], ["aaaaaaaaaaaaaaaaaaaaaaaa"]);
  const size = 100_000;
  for (const piece of [
    "a",
    "%",
    "&#x",
    "\\u00",
    "=4",
    "QUFB",
    "0x",
    "UEsDB",
    "\u0430\u200b",
    "%25",
  ])
    expect(Array.isArray(known.find(piece.repeat(size / piece.length)))).toBe(true);
  const line = `${"lorem ipsum dolor ".repeat(1_150_000)}Petronella Castelvecchi`;
  const found = known.find(line);
  expect(found.map(({ from }) => from)).toEqual([line.length - 23]);
  let nested = "Petronella Castelvecchi";
  for (let i = 0; i < 10; i++) nested = Buffer.from(nested).toString("base64");
  expect(without(nested, known.find(nested))).toBe("");
  const deeper = Buffer.from(Buffer.from(nested).toString("base64")).toString("base64");
  expect(known.find(deeper).map(({ encoding }) => encoding)).toContain("unopened");
  const lost = Buffer.from([0x50, 0xff, 0xfe, 0xc3]).toString();
  expect(known.find(`${lost}Petro\ufffdnella Castelvecchi`)).toHaveLength(1);
});

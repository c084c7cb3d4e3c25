// Placeholders: the same for the same value, put back exactly, and never believed once mangled.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openFrom, shapeOf } from "./placeholder.ts";
import { Placeholders, WITHHELD } from "./scope.ts";

const KEY = Buffer.alloc(32, 7);
const opened = (): Placeholders => {
  const scope = new Placeholders(KEY, () => []);
  scope.activate();
  return scope;
};

const VALUES = [
  ["Jane Roe", "phi", /^STEAD_PHI_[2-9B-Z]{12}$/],
  ["jane.roe@clinic.example", "pii", /^stead_pii_[2-9b-z]{12}@withheld\.invalid$/],
  ["+1 415 555 2671", "pii", /^\+999\d{12}$/],
  ["12345678", "phi", /^999\d{12}$/],
  ["123-45-6789", "pii", /^STEAD_PII_/],
  ["1984-03-12", "phi", /^STEAD_PHI_/],
  ["Straße 5", "org-x", /^STEAD_ORGX_/],
] as const;

test.each(VALUES)("%s has the shape of what it stands for, and comes back", (value, of, shape) => {
  const scope = opened();
  const made = scope.issue(value, of);
  expect(made).toMatch(shape);
  expect(made).not.toContain(value);
  expect(scope.issue(value, of)).toBe(made);
  expect(scope.restore(`before ${made}, after`)).toEqual({
    text: `before ${value}, after`,
    withheld: 0,
  });
  expect(scope.restore(`(${made})${made}.`).text).toBe(`(${value})${value}.`);
});

test("with the same key another process makes the same ones, with another key nobody does", () => {
  const made = opened().issue("Jane Roe", "phi");
  expect(opened().issue("Jane Roe", "phi")).toBe(made);
  expect(new Placeholders(Buffer.alloc(32, 8)).issue("Jane Roe", "phi")).not.toBe(made);
});

const spaced = (given: string, gap: string): string => given.split("").join(gap);

describe("what was mangled is never taken for a value", () => {
  const scope = opened();
  const text = scope.issue("Jane Roe", "phi");
  const mail = scope.issue("jane@clinic.example", "pii");
  const number = scope.issue("12345678", "phi");
  test.each([
    text.toLowerCase(),
    text.replaceAll("_", " "),
    text.replaceAll("_", "-"),
    text.replaceAll("_", String.raw`\_`),
    spaced(text, " "),
    spaced(text, "\u200b"),
    text.slice(0, -1),
    text.slice(0, -5),
    `${text.slice(0, 14)} ${text.slice(14)}`,
    "STEAD_PHI_BBBBBBBBBBBB",
    "STEAD_PII_1",
    "STEAD_PATIENT_1",
    "stead_phi",
    mail.toUpperCase(),
    mail.replace(".invalid", ".example"),
    "somebody@withheld.invalid",
    number.slice(0, 12),
    `${number}7`,
    "999000000000001",
  ])("%s", (mangled) => {
    const { text: restored, withheld } = scope.restore(`It is ${mangled} .`);
    expect(withheld).toBeGreaterThan(0);
    expect(restored).toContain(WITHHELD);
    expect(restored).not.toMatch(/Jane|clinic|12345678/);
  });
});

test.each([
  "In her stead, PII 4 people came instead of 234 567.",
  "Stead is steady at 25 35 45 degrees; a homestead of 999 people, 9990 USD, +999.",
  "Set STEAD_WEB_SEARCH or STEAD_DATABASE_URL.",
  "The number is 9991234.",
])("ordinary text stays: %s", (text) => {
  const scope = opened();
  scope.issue("12345678", "phi");
  scope.issue("Jane Roe", "phi");
  expect(scope.restore(text)).toEqual({ text, withheld: 0 });
});

test("an answer to a later request restores only what that request held", () => {
  const scope = opened();
  const made = scope.issue("Jane Roe", "phi");
  scope.renew();
  scope.activate();
  expect(scope.restore(made).text).toBe(WITHHELD);
});

test("a number that a field must be is one again", () => {
  const scope = opened();
  const made = Number(scope.issue("12345678", "phi"));
  const zero = Number(scope.issue("00123456", "phi"));
  expect(scope.restoreJson({ a: [made, 5], b: zero, c: `x${made}` }).value).toEqual({
    a: [12_345_678, 5],
    b: "00123456",
    c: "x12345678",
  });
});

test("of what a system tells, only what it was given comes back; an error gives nothing back", () => {
  const scope = opened();
  const made = scope.issue("Jane Roe", "phi");
  const foreign = "STEAD_PHI_BBBBBBBBBBBB";
  expect(scope.restoreOwn(`${made} ${foreign}`)).toBe(`Jane Roe ${foreign}`);
  expect(scope.withhold(`${made} ${foreign}`)).toBe(`${WITHHELD} ${WITHHELD}`);
});

test("in pieces of any length a stream gives the same as the whole text", () => {
  const scope = opened();
  const made = VALUES.map(([value, of]) => scope.issue(value, of));
  const piece = fc.oneof(
    fc.constantFrom(...made).map((each) => `${each}, `),
    fc.constantFrom("Stead ", "STEAD_PII_, ", "+", "9, ", " ", "s, ", "st"),
    fc.string({ maxLength: 12 }),
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 30 }),
      fc.array(fc.nat(9), { minLength: 1 }),
      (parts, cuts) => {
        const whole = parts.join("");
        const restorer = scope.restorer();
        let out = "";
        for (let at = 0, i = 0; at < whole.length; i++) {
          const length = 1 + (cuts[i % cuts.length] ?? 0);
          out += restorer.push(whole.slice(at, at + length));
          at += length;
        }
        out += restorer.end();
        expect(out).toBe(scope.restore(whole).text);
      },
    ),
    { numRuns: 500 },
  );
});

test("little is kept back, whatever comes", () => {
  for (const text of ["a".repeat(1000), "9".repeat(1000), "s ".repeat(500), "stead_".repeat(300)])
    expect(text.length - openFrom(text)).toBeLessThanOrEqual(200);
  expect(shapeOf("9".repeat(100_000))).toBe("number");
});

test("long texts are read in one go", () => {
  const scope = opened();
  const made = scope.issue("Jane Roe", "phi");
  for (const unit of ["STEAD_PII_", "s t e a d ", "999 ", "@withheld.", `${made} `, "S_T_E_A_D_P_"])
    expect(scope.restore(unit.repeat(50_000)).text.length).toBeGreaterThan(0);
});

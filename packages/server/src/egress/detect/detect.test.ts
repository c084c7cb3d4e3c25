// What detection finds of each kind, what it leaves alone, and that no text can break it.
import { array, assert, constantFrom, integer, oneof, property, string } from "fast-check";
import { describe, expect, test } from "vitest";
import { detect } from "./detect.ts";

const found = (text: string): string[] =>
  detect(text).map(({ from, to, type }) => `${type} ${text.slice(from, to)}`);

describe("the eighteen identifiers of Safe Harbor", () => {
  test.each([
    ["Her name is Wilhelmina Okonkwo.", "PERSON Wilhelmina Okonkwo"],
    ["He lives at 41 Larkspur Lane, Springfield", "STREET_ADDRESS 41 Larkspur Lane, Springfield"],
    ["She moved here from Ljubljana", "LOCATION Ljubljana"],
    ["born on 3/14/1961", "DATE_TIME 3/14/1961"],
    ["admitted 5 May 2021", "DATE_TIME 5 May 2021"],
    ["a man of the age of 93", "AGE 93"],
    ["call (617) 555-0148 today", "PHONE_NUMBER (617) 555-0148"],
    ["fax: +44 20 7946 0018", "PHONE_NUMBER +44 20 7946 0018"],
    ["write to nia.lund+a@clinic.example.org.", "EMAIL_ADDRESS nia.lund+a@clinic.example.org"],
    ["SSN 219-09-9998", "US_SSN 219-09-9998"],
    ["MRN: AB-448812", "MEDICAL_RECORD AB-448812"],
    ["patient no. 99812-3", "MEDICAL_RECORD 99812-3"],
    ["member ID: XZQ7781922", "HEALTH_PLAN XZQ7781922"],
    ["account number 00187725", "ACCOUNT_NUMBER 00187725"],
    ["license number is D448-2211", "LICENSE_NUMBER D448-2211"],
    ["his car 1HGCM82633A004352", "VIN 1HGCM82633A004352"],
    ["registration AB51 ABC", "UK_VEHICLE_REGISTRATION AB51 ABC"],
    ["device serial no. SN-99-1772", "DEVICE_ID SN-99-1772"],
    ["see https://example.org/p/77?x=1.", "URL https://example.org/p/77?x=1"],
    ["from 203.0.113.9 and", "IP_ADDRESS 203.0.113.9"],
    ["from 2001:db8::7 and", "IP_ADDRESS 2001:db8::7"],
    ["MAC 02:42:ac:11:00:02", "MAC_ADDRESS 02:42:ac:11:00:02"],
  ])("%s", (text, expected) => {
    expect(found(text)).toContain(expected);
  });
});

describe("money and secrets", () => {
  test.each([
    ["pay with 4111 1111 1111 1111 now", "CREDIT_CARD 4111 1111 1111 1111"],
    ["to GB82 WEST 1234 5698 7654 32 please", "IBAN_CODE GB82 WEST 1234 5698 7654 32"],
    ["key AKIAIOSFODNN7EXAMPLE", "SECRET_KEY AKIAIOSFODNN7EXAMPLE"],
    ["use ghp_16C7e42F292c6912E7710c838347Ae178B4a", "ghp_16C7e42F292c6912E7710c838347Ae178B4a"],
    ["password: hunter2-and-more", "PASSWORD hunter2-and-more"],
    ["postgres://amy:s3cr3t@db.example.org/x", "PASSWORD postgres://amy:s3cr3t@db.example.org/x"],
    ["api key is 9fQ2xV7bL0pZt4Rk8WmY", "SECRET_KEY 9fQ2xV7bL0pZt4Rk8WmY"],
    ["pay 16Yeky6GMjeNkAiNcBY7ZhrLoMSgg1BoyZ", "CRYPTO 16Yeky6GMjeNkAiNcBY7ZhrLoMSgg1BoyZ"],
  ])("%s", (text, expected) => {
    expect(found(text).join("\n")).toContain(expected);
  });

  test("a private key is found whole, and to the end where it is cut off", () => {
    const key = `-----BEGIN RSA PRIVATE KEY-----\n${"MIIB".repeat(30)}\n-----END RSA PRIVATE KEY-----`;
    const text = `before ${key} after`;
    expect(found(text)).toEqual([`PRIVATE_KEY ${key}`]);
    expect(found(text.slice(0, 90))).toEqual([`PRIVATE_KEY ${text.slice(7, 90)}`]);
  });

  test("a JSON web token is found with its signature", () => {
    const token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P";
    expect(found(`Bearer ${token}`)).toEqual([`SECRET_JWT ${token}`]);
  });
});

describe("what is left alone", () => {
  test.each([
    "The meeting takes an hour and costs nothing.",
    "In 1984 there were 12345 of them, 3.5 % more.",
    "Version 1.2.3 of the library fixes std::vector.",
    "card 4111 1111 1111 1112",
    "How do I change the PIN of my card?",
    "Der Hund schläft auf dem Sofa, und die Katze sitzt daneben und schaut ihm dabei zu.",
  ])("%s", (text) => {
    expect(found(text)).toEqual([]);
  });
});

const classes = (text: string): string[] => detect(text).map((each) => each.class);

test("who is named beside health data is named as a patient; dates and places with him", () => {
  expect(new Set(classes("The patient Bea Novak was diagnosed on May 5, 2021."))).toEqual(
    new Set(["phi"]),
  );
  expect(classes("Bea Novak comes on May 5, 2021.")).toEqual(["pii", "quasi"]);
  expect(classes("The diagnosis of diabetes in May 2021 took patients hours.")).toEqual(["quasi"]);
});

test("a text longer than a stretch is read as one", () => {
  const filler = "nothing of note happens here at all ".repeat(4_000);
  const text = `${filler}write to amy@example.org ${filler}and to Theodora Papadakis ${filler}`;
  const types = detect(text).map(({ from, to }) => text.slice(from, to));
  expect(types).toContain("amy@example.org");
  expect(types).toContain("Theodora Papadakis");
});

test("what stands on the border of two stretches is found", () => {
  for (let lead = 65_400; lead < 65_560; lead += 7) {
    const text = `${"x ".repeat(lead / 2)}call Theodora Papadakis at 617-555-0148 now`;
    expect(found(text), `behind ${lead}`).toEqual([
      "PERSON Theodora Papadakis",
      "PHONE_NUMBER 617-555-0148",
    ]);
  }
});

const phones = (text: string): string[] => found(text).filter((each) => each.startsWith("PHONE"));

test("numbers after each other are found, and a table of figures is none", () => {
  const five = "06 12 34 56 78 ".repeat(5);
  expect(phones(`see ${five}`)).toHaveLength(1);
  expect(phones(`sums: ${"12 47 ".repeat(40)}`)).toEqual([]);
  expect(phones(`tel: ${"12 47 ".repeat(40)}`)).toHaveLength(1);
  expect(phones(`${"12 47 ".repeat(40)}; +49 30 901820`)).toEqual(["PHONE_NUMBER +49 30 901820"]);
});

const HOSTILE: readonly string[] = [
  "4111 1111 1111 1111 ",
  "@",
  "://",
  "a.b",
  "-----BEGIN PRIVATE KEY",
  "eyJ",
  "::",
  "12/",
  "Mr. ",
  "\ud800",
  "\udc00",
  "\0",
  "O'Neil-",
  "the corner of ",
  "+49(",
  "Suite 1 ",
  "password: ",
  "ghp_",
];
const pieces = oneof(
  string({ unit: "binary", maxLength: 20 }),
  constantFrom(...HOSTILE),
  integer().map(String),
);

test("any text gives findings within it, sorted, without overlaps, the same each time", () => {
  assert(
    property(array(pieces, { maxLength: 40 }), (parts) => {
      const text = parts.join("");
      const findings = detect(text);
      let last = 0;
      for (const { from, to, score, type, class: of } of findings) {
        expect(from).toBeGreaterThanOrEqual(last);
        expect(to).toBeGreaterThan(from);
        expect(to).toBeLessThanOrEqual(text.length);
        expect(score >= 0.5 && score <= 1 && type !== "" && of !== "").toBe(true);
        last = to;
      }
      expect(detect(text)).toEqual(findings);
    }),
    { numRuns: 400 },
  );
});

test("20 MB in one line come back", () => {
  const text = `${"a".repeat(10_000_000)} amy@example.org ${"7".repeat(10_000_000)}`;
  expect(found(text)).toEqual(["EMAIL_ADDRESS amy@example.org"]);
});

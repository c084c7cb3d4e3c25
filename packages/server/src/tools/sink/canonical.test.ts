// Two ways to write the same thing are the same, and two things that look alike are not.
import { expect, test } from "vitest";
import type { Json } from "../../lib/json.ts";
import { embeddedIn, formsIn, formsOf, type SinkKind } from "./canonical.ts";
import { holdsToken } from "./stand.ts";

type Case = readonly [kind: SinkKind, value: Json, text: string];

const SAME: readonly Case[] = [
  ["amount", 1200, "pay 1,200 to them"],
  ["amount", "1200.00", "pay 1,200 to them"],
  ["amount", 1200, "1.200,00 EUR"],
  ["amount", 1200, "1'200.00"],
  ["amount", 1200, "1 200,00 zł"],
  ["amount", "1,200", "USD 1200.00."],
  ["amount", "$1,200.00", "it is 1200 in all"],
  ["amount", 98.7, "a total of 98.70, they say"],
  ["amount", 1_234_567.89, "1,234,567.89"],
  ["amount", 50, "50"],
  ["amount", -5, "-5.00"],
  ["date", "2026-03-04", "on 4 March 2026"],
  ["date", "2026-03-04", "March 4th, 2026"],
  ["date", "2026-03-04", "04.03.2026"],
  ["date", "2026-03-04", "2026/3/4"],
  ["iban", "DE89370400440532013000", "to DE89 3704 0044 0532 0130 00, please"],
  ["iban", "de89 3704 0044 0532 0130 00", "DE89370400440532013000"],
  ["phone", "+41 44 668 18 00", "call 0041 44 668 1800"],
  ["phone", "(555) 010-1234", "555-010-1234"],
  ["url", "https://www.example.org/a", "see www.example.org/a."],
  ["url", "www.example.org", "https://www.example.org/ is new"],
  ["url", "http://EXAMPLE.org:80/a?b=1#c", "(example.org/a?b=1)"],
];

test.each(SAME)("%s %j stands in %j", (kind, value, text) => {
  const found = formsIn(text, kind);
  expect(formsOf(value, { kind }).some((form) => found?.has(form))).toBe(true);
});

const OTHER: readonly Case[] = [
  ["amount", 12, "1200"],
  ["amount", 1200, "12001"],
  ["amount", 100, "order A100"],
  ["amount", 5, "-5"],
  ["date", "2026-03-05", "on 4 March 2026"],
  ["date", "2026-13-04", "2026-13-04"],
  ["iban", "DE89370400440532013000", "DE89370400440532013001"],
  ["phone", "+41446681800", "+41446681801"],
  ["url", "https://www.example.org/?q=secret", "www.example.org"],
  ["url", "https://www.example.org.evil.net", "www.example.org"],
  ["url", "https://www.example.org@evil.net/", "www.example.org"],
  ["url", "https://evil.net/www.example.org", "www.example.org"],
  ["url", "ftp://example.org/a", "https://example.org/a"],
];

test.each(OTHER)("%s %j does not stand in %j", (kind, value, text) => {
  const found = formsIn(text, kind);
  expect(formsOf(value, { kind }).some((form) => found?.has(form))).toBe(false);
});

test("an amount in cents is what people write in whole units", () => {
  const forms = formsOf(4250, { kind: "amount", scale: 100 });
  expect(forms.some((form) => formsIn("refund 42.50", "amount")?.has(form))).toBe(true);
  expect(forms.some((form) => formsIn("order 4250", "amount")?.has(form))).toBe(false);
});

test.each([
  ["pay order 1042 now", "1042", true],
  ["pay order A-1042 now", "1042", false],
  ["pay order 10420 now", "1042", false],
  ["it is in reports/2026/q3.csv.", "reports/2026/q3.csv", true],
  ["it is in reports/2026/q3.csv.bak", "reports/2026/q3.csv", false],
  ["tell Bob's manager", "Bob", true],
  ["tell Bobby", "Bob", false],
  ["(ada@example.org)", "ada@example.org", true],
  ["post to https://hooks.example.org/orders", "/hooks.example.org/orders", false],
  ["read /docs/readme.txt", "docs/readme.txt", false],
  ["read /docs/readme.txt", "/docs", false],
  ["it is in \\\\share\\a.txt", "share", false],
  ["it is under /srv/reports", "/srv/reports", true],
  ["it is Bob...", "Bob", true],
  ["mail xada@example.org", "ada@example.org", false],
  ["mail ada@example.org.evil.net", "ada@example.org", false],
])("%j holds the token %j: %s", (text, token, expected) => {
  expect(holdsToken(text, token)).toBe(expected);
});

test("a recipient is an address or a name", () => {
  const sink = { kind: "recipient" } as const;
  expect(formsOf("docs/readme.txt", sink)).toEqual([]);
  expect(formsOf("#General", sink)).toEqual(["general"]);
  expect(formsOf("Zoë O’Neill-Smith", sink)).toEqual(["zoë o’neill-smith"]);
  expect(formsOf("Ada <ada@example.org>", sink)).toEqual(["ada@example.org"]);
});

test("ways to reach somebody are found in a text", () => {
  const text = "See www.evil-site.com/a?b=c or mail eve@evil.org; pay GB29 NWBK 6016 1331 9268 19.";
  const found = embeddedIn(`${text} Or call +1 555 010 2345.`);
  expect(new Set(found.map(({ kind }) => kind))).toEqual(
    new Set(["recipient", "iban", "url", "phone"]),
  );
  expect(embeddedIn("Nothing here is more than 12 words, 3.5 of them short.")).toEqual([]);
});

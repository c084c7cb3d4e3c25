// Placeholders are found wherever they stand in what left, and nothing else is taken for one.
import { expect, test } from "vitest";
import { PLACES_MAX, placesIn } from "./placeholders.ts";

const WORD = "STEAD_PII_2BCDFGHJKMNP";
const MAIL = "stead_pii_2bcdfghjkmnp@withheld.invalid";

test("in a message, a header, an address and a number, with the words around it", () => {
  const text = JSON.stringify({
    messages: [{ content: "hi" }, { content: `Write to ${WORD}, please.` }],
    to: MAIL,
    account: 999_123_456_789_012,
  });
  const found = placesIn({ url: `https://x/${WORD}`, headers: { "x-of": WORD }, text });
  expect(found.map(({ where, placeholder }) => [where, placeholder])).toEqual([
    ["address", WORD],
    ["header.x-of", WORD],
    ["messages[1].content", WORD],
    ["to", MAIL],
    ["account", "999123456789012"],
  ]);
  expect(found[2]).toMatchObject({ before: "Write to ", after: ", please." });
});

test("in a body that is no JSON; not in what only looks like one; and a bounded number of them", () => {
  const plain = placesIn({ text: `${"x".repeat(99)} ${WORD}` });
  expect(plain).toMatchObject([{ where: "body", before: expect.stringMatching(/^…x{59} $/) }]);
  expect(placesIn({ text: "STEAD_PII_AB 9991234567890123 STEAD_X" })).toEqual([]);
  expect(placesIn({ text: `${WORD} `.repeat(999) })).toHaveLength(PLACES_MAX);
  expect(placesIn(null)).toEqual([]);
});

// What a server sends is shown as it is, and steers neither the terminal nor the eye.
import { expect, test } from "vitest";
import { plain } from "./card.ts";

test.each([
  ["an escape sequence", "ok\u001b[2Jno"],
  ["one of eight bits", "ok\u009b2Jno"],
  ["a return to the line's begin", "pay 900\rpay 1  "],
  ["text that runs the other way", "pay \u202e009\u202c to Acme"],
  ["an isolate", "pay \u2067009\u2069"],
  ["nothing that can be seen", "Ac\u200bme\u{e0041}\u2060\ufeff"],
])("%s becomes visible", (_what, text) => {
  expect(plain(text)).toContain("\ufffd");
  expect(plain(text)).not.toMatch(
    // oxlint-disable-next-line no-control-regex
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e0fff}]/u,
  );
});

test("words of every language stay as they are", () => {
  const text = "Grüße, naïve\tשלום\n日本語 👩‍👧 ❤️";
  expect(plain(text)).toBe(text);
});

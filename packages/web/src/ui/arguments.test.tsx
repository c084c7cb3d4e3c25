// What an approver reads is what will be sent: nothing in it is unseen or runs the other way.
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { Arguments } from "./arguments.tsx";

const shown = (of: Record<string, unknown>): string => renderToStaticMarkup(<Arguments of={of} />);

test("characters that are unseen, or turn the line around, are spelled out", () => {
  expect(shown({ to: "Ac\u200bme" })).toContain("Ac\\u{200b}me");
  expect(shown({ to: "pay \u202e009" })).toContain("pay \\u{202e}009");
  expect(shown({ to: "x\u{e0041}" })).toContain("x\\u{e0041}");
  expect(shown({ list: ["a\u2067b"] })).toContain("a\\u{2067}b");
  expect(shown({ "to\u200b": 1 })).toContain("to\\u{200b}");
});

test("words of every language stay as they are", () => {
  const text = "Grüße, שלום, 日本語 👩‍👧 ❤️";
  expect(shown({ text })).toContain(text);
});

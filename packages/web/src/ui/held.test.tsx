// An approver sees what is held, spelled out, and where it is from; and nothing where nothing is.
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { HeldValues } from "./held.tsx";

const decision = {
  kind: "ask" as const,
  policies: [],
  reason: "",
  approvers: [],
  holds: [
    {
      argument: "to",
      kind: "recipient" as const,
      value: "eve\u200b@evil.example",
      trust: "outside" as const,
      needs: "record" as const,
      source: "from the result (page.read)",
    },
  ],
};
const sink = { argument: "to", kind: "recipient", value: "eve\u200b@evil.example" };

test("a held value is spelled out, with where it is from and who should have written it", () => {
  const sinks = [{ ...sink, source: "from the result (page.read)", held: true }];
  const shown = renderToStaticMarkup(<HeldValues card={{ decision, sinks }} />);
  expect(shown).toContain("eve\\u{200b}@evil.example");
  expect(shown).toContain("from the result (page.read)");
  expect(shown).toContain("a system of record");
});

test("a call as a whole is told in a sentence", () => {
  const sinks = [{ ...sink, argument: "", source: "the same as another", held: true }];
  const shown = renderToStaticMarkup(<HeldValues card={{ decision, sinks }} />);
  expect(shown).toContain("This call is the same as another.");
});

test("what is not held is not shown", () => {
  const sinks = [{ ...sink, source: "typed by Ada", held: false }];
  expect(renderToStaticMarkup(<HeldValues card={{ decision, sinks }} />)).toBe("");
});

// Whoever reads an answer is told what was not asked for it: once each, and nothing where all was.
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { Coverages } from "./coverage.tsx";

const none = { inScope: 0, more: true, read: 0, skipped: [], unanswered: [] };
const crm = { name: "CRM", why: "was not asked: somebody has to sign in to it again; ask Eva" };

test("a source that two searches could not ask is named once, with whom to ask", () => {
  const all = ["refunds", "payments"].map((question) => ({
    ...none,
    question,
    unanswered: [crm],
  }));
  const shown = renderToStaticMarkup(<Coverages all={all} />);
  expect(shown.split("CRM")).toHaveLength(2);
  expect(shown).toContain("ask Eva");
  expect(shown).not.toContain("documents that you may read");
});

test("a research says what it read, and what it could not ask", () => {
  const all = [{ ...none, question: "leave", inScope: 9, read: 7, unanswered: [crm] }];
  const shown = renderToStaticMarkup(<Coverages all={all} />);
  expect(shown).toContain("Read 7 of 9 or more documents that you may read");
  expect(shown).toContain("CRM");
});

test("nothing is said where everything was asked", () => {
  expect(renderToStaticMarkup(<Coverages all={[]} />)).toBe("");
});

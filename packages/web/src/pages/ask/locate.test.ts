// A quote is found though the source breaks its lines elsewhere.
import { expect, test } from "vitest";
import { locate } from "./locate.ts";

test("finds a quote across other white space and case", () => {
  const text = "Before. Every parent may take\n  sixteen weeks. After.";
  const [from, to] = locate(text, "every parent may take sixteen weeks");
  expect(text.slice(from, to)).toBe("Every parent may take\n  sixteen weeks");
});

test("takes signs literally, and an ellipsis at either end away", () => {
  expect(locate("cost (net) is 5.00$", "…cost (net) is 5.00$…")).toEqual([0, 19]);
  expect(locate("cost xnetx is 5.00$", "cost (net) is 5.00$")).toEqual([0, 0]);
});

test("says that it is not there", () => {
  expect(locate("some text", "other text")).toEqual([0, 0]);
  expect(locate("some text", "  ")).toEqual([0, 0]);
});

test("a quote that stands twice is found where it was cited", () => {
  expect(locate("so it is, so it is", "so it is", 10)).toEqual([10, 18]);
  expect(locate("so it is, so it is", "so it is", 4)).toEqual([0, 8]);
});

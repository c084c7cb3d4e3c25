// The diff of two versions: rights gained are never missed, and lines rebuild both texts.
import type { AgentSpec } from "@stead/protocol";
import { boundsSchema } from "@stead/protocol";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diffLines, diffSpecs } from "./version-diff.ts";

const spec = (change: Partial<AgentSpec>): AgentSpec => ({
  name: "Refunds",
  purpose: "",
  instructions: "a",
  models: ["offline/offline-1"],
  tools: [],
  bounds: boundsSchema.parse({}),
  ...change,
});
const tool = { name: "refund.create", actsAs: "caller" as const, presets: {} };

describe("diff of versions", () => {
  test("lists a new tool, another who-acts and a freed argument as rights gained", () => {
    expect(diffSpecs(spec({}), spec({ tools: [tool] })).gained).toHaveLength(1);
    const asAgent = { ...tool, actsAs: "agent" as const };
    expect(diffSpecs(spec({ tools: [tool] }), spec({ tools: [asAgent] })).gained).toHaveLength(1);
    const fixed = { ...tool, presets: { currency: { kind: "fixed" as const, value: "EUR" } } };
    const freed = diffSpecs(spec({ tools: [fixed] }), spec({ tools: [tool] }));
    expect(freed.gained).toEqual(["the model now sets currency of refund.create"]);
    expect(diffSpecs(spec({ tools: [tool] }), spec({ tools: [fixed] })).gained).toEqual([]);
  });

  test("lists what was taken away, and settings with both values", () => {
    const diff = diffSpecs(spec({ tools: [tool] }), spec({ models: ["a/b"] }));
    expect(diff.lost).toEqual(["may not call refund.create"]);
    expect(diff.changed).toEqual([["models", "offline/offline-1", "a/b"]]);
  });

  test("says nothing of two equal versions", () => {
    const same = diffSpecs(spec({ tools: [tool] }), spec({ tools: [tool] }));
    expect([same.gained, same.lost, same.changed]).toEqual([[], [], []]);
    expect(same.lines.every((line) => line.kind === "same")).toBe(true);
  });

  test("has both texts in its lines", () => {
    const text = fc.array(fc.constantFrom("a", "b", "c", ""), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(text, text, (from, to) => {
        const lines = diffLines(from.join("\n"), to.join("\n"));
        const without = (kind: string): string[] =>
          lines.filter((line) => line.kind !== kind).map((line) => line.text);
        expect(without("added")).toEqual(from);
        expect(without("removed")).toEqual(to);
      }),
    );
  });
});

// Spans as a tree, and bars that waiting does not squash.
import type { TraceSpan } from "@stead/protocol";
import { describe, expect, test } from "vitest";
import { barOf, scaleOf, treeOf } from "./tree.ts";

const span = (id: string, change: Partial<TraceSpan>): TraceSpan => ({
  id,
  parentId: null,
  name: id,
  kind: "tool",
  startedAt: 0,
  endedAt: 0,
  status: "ok",
  seqs: [],
  attributes: {},
  bodies: null,
  withheld: null,
  ...change,
});

describe("the tree of a trace", () => {
  test("puts children under parents in the order in which they began", () => {
    const tree = treeOf([
      span("late", { parentId: "run", startedAt: 20 }),
      span("run", { kind: "run" }),
      span("early", { parentId: "run", startedAt: 10 }),
      span("orphan", { parentId: "gone", startedAt: 30 }),
    ]);
    expect(tree.map((node) => node.span.id)).toEqual(["run", "orphan"]);
    expect(tree[0]?.children.map((node) => node.span.id)).toEqual(["early", "late"]);
  });
});

describe("bars", () => {
  const HOUR = 3_600_000;
  const work = span("work", { startedAt: 0, endedAt: 500 });
  const wait = span("wait", { kind: "approval", startedAt: 500, endedAt: HOUR });
  const after = span("after", { startedAt: HOUR, endedAt: HOUR + 500 });
  const end = HOUR + 500;

  test("give an hour's wait a fifth, and a second's work the rest", () => {
    const scale = scaleOf([work, wait, after], 0, end);
    expect(barOf(work, scale, end)).toEqual({ left: 0, width: 40 });
    expect(barOf(wait, scale, end).width).toBeCloseTo(20);
    expect(barOf(after, scale, end).left).toBeCloseTo(60);
  });

  test("are plain time where nobody was waited for", () => {
    const scale = scaleOf([work], 0, 1000);
    expect(barOf(work, scale, 1000)).toEqual({ left: 0, width: 50 });
  });

  test("count two waits at once a single time, and stay within the line", () => {
    const twin = { ...wait, id: "twin" };
    const scale = scaleOf([work, wait, twin, after], 0, end);
    for (const at of [0, 500, HOUR / 2, HOUR, end, end * 2, -5]) {
      expect(scale(at)).toBeGreaterThanOrEqual(0);
      expect(scale(at)).toBeLessThanOrEqual(1);
    }
    expect(scale(end)).toBeCloseTo(1);
  });
});

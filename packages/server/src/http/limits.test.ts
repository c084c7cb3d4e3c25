// Token buckets on a clock that stands still until it is told.
import { expect, test } from "vitest";
import { systemClock } from "../lib/clock.ts";
import { createLimiter } from "./limits.ts";
import { createStreams } from "./stream/streams.ts";

test("a burst, then one at a time; people do not use up each other's", () => {
  let nowMs = 0;
  const clock = { ...systemClock, monotonicMs: () => nowMs };
  const limiter = createLimiter(clock, { burst: 2, perSecond: 0.5 });
  expect([1, 2, 3].map(() => limiter.take("a"))).toEqual([0, 0, 2]);
  expect(limiter.take("b")).toBe(0);
  nowMs = 1_999;
  expect(limiter.take("a")).toBe(1);
  nowMs = 2_000;
  expect(limiter.take("a")).toBe(0);
  nowMs = 3_600_000;
  expect([1, 2, 3].map(() => limiter.take("a"))).toEqual([0, 0, 2]);
});

test("memory is bounded: whoever asked longest ago is forgotten first", () => {
  const clock = { ...systemClock, monotonicMs: () => 0 };
  const limiter = createLimiter(clock, { burst: 1, perSecond: 1 });
  limiter.take("first");
  for (let number = 0; number < 9_999; number++) limiter.take(`n${number}`);
  expect(limiter.take("first")).toBe(1);
  for (let number = 0; number < 10_000; number++) limiter.take(`m${number}`);
  expect(limiter.take("first")).toBe(0);
});

test("streams are counted per person and given back once", () => {
  const streams = createStreams(2);
  const first = streams.open("a");
  expect(streams.open("a")).toBeDefined();
  expect(streams.open("a")).toBeUndefined();
  expect(streams.open("b")).toBeDefined();
  first?.();
  first?.();
  expect(streams.open("a")).toBeDefined();
  expect(streams.open("a")).toBeUndefined();
});

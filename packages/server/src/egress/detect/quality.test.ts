// How well detection does on the development data, where it is: a floor below which no change may take
// it. The figures that are published come from the benchmark.
import { describe, expect, test } from "vitest";
import { detect } from "./detect.ts";
import { hasData, readCases, readSentences, scoreCases, scoreSentences } from "./score.fixture.ts";

describe.skipIf(!hasData)("on the development data (skipped where ../shared is absent)", () => {
  test("85 of 100 personal spans are covered whole, 95 of 100 findings are personal", () => {
    const { spans, covered, found, right } = scoreSentences(detect, readSentences());
    expect(covered / spans).toBeGreaterThan(0.85);
    expect(right / found).toBeGreaterThan(0.95);
  });

  test("96 of 100 cases of single recognisers are found", () => {
    const { positives, found } = scoreCases(detect, readCases());
    expect(found / positives).toBeGreaterThan(0.96);
  });
});

// Patterns of an organisation's own: checked when they are made, linear when they run.
import { describe, expect, test } from "vitest";
import { detect } from "./detect.ts";
import { ownPattern } from "./own.ts";

const made = (source: string) => ownPattern({ name: "PROJECT", class: "project-x", source });

test("what fits is found under its name and class", () => {
  const pattern = made("PX-\\d{4}");
  if (!pattern.ok) throw new Error(pattern.failure.detail);
  expect(detect("see the project PX-1234", { patterns: [pattern.value] })).toEqual([
    { from: 16, to: 23, type: "PROJECT", class: "project-x", score: 1 },
  ]);
});

test("a pattern that would take a backtracking engine for ever ends", () => {
  const pattern = made("(a+)+b");
  if (!pattern.ok) throw new Error(pattern.failure.detail);
  expect(detect("a".repeat(20_000), { patterns: [pattern.value] })).toEqual([]);
});

describe("is refused:", () => {
  test.each([
    ["what is no pattern", "(", "no pattern"],
    ["what looks behind", "(?<=x)y", "no pattern"],
    ["what fits nothing at all", "x*", "everything"],
    ["what repeats too much", "((a{100}){100}){2}", "pattern"],
    ["what is too long", "a".repeat(501), "500"],
  ])("%s", (_, source, why) => {
    expect(made(source)).toMatchObject({
      ok: false,
      failure: { code: "request.invalid", detail: expect.stringContaining(why) },
    });
  });
});

// Making the window smaller: what goes, what stays, and that calls keep their results.
import { assert, integer, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { NEUTRAL } from "../access/label.ts";
import { planCompaction } from "./compact.ts";
import type { Span } from "./window.ts";

function span(id: string, role: Span["role"], chars: number): Span {
  const calls = role === "assistant" ? 1 : 0;
  return {
    id,
    role,
    origin: { kind: "kernel", reason: "test" },
    label: NEUTRAL,
    text: "x".repeat(chars),
    calls: Array.from({ length: calls }, (_, i) => ({
      callId: `${id}.${i}`,
      tool: "t",
      arguments: {},
    })),
  };
}

const tokensOf = (each: Span): number => each.text.length;

function conversation(turns: number, resultChars: number): Span[] {
  const spans = [span("instructions", "system", 50), span("input", "user", 20)];
  for (let i = 1; i <= turns; i++)
    spans.push(span(`turn:${i}`, "assistant", 30), span(`result:call_${i}_1`, "tool", resultChars));
  return spans;
}

describe("planCompaction", () => {
  test("old tool results go first, oldest first, no more than needed", () => {
    const spans = conversation(10, 200);
    const plan = planCompaction(spans, tokensOf, 4000);
    expect(plan?.how).toBe("tool-results");
    expect(plan?.replaced[0]).toBe("result:call_1_1");
    expect(plan?.replaced.length).toBeLessThan(6);
  });

  test("then older turns, whole, never the instructions, the input or the newest", () => {
    const plan = planCompaction(conversation(10, 20), tokensOf, 300);
    expect(plan?.how).toBe("summary");
    expect(plan?.replaced).not.toContain("instructions");
    expect(plan?.replaced).not.toContain("input");
    expect(plan?.replaced).not.toContain("turn:10");
  });

  test("a call is never parted from its result", () => {
    assert(
      property(integer({ min: 1, max: 30 }), integer({ min: 1, max: 90 }), (turns, chars) => {
        const plan = planCompaction(conversation(turns, chars), tokensOf, 200);
        if (plan?.how !== "summary") return;
        for (let i = 1; i <= turns; i++)
          expect(plan.replaced.includes(`turn:${i}`)).toBe(
            plan.replaced.includes(`result:call_${i}_1`),
          );
      }),
    );
  });

  test("nothing left to make smaller: undefined", () => {
    expect(planCompaction(conversation(1, 20), tokensOf, 10)).toBeUndefined();
  });
});

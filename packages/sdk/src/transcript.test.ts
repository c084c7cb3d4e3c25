// Text from deltas, however they are cut, repeated or begun again.
import type { StreamFrame } from "@stead/protocol";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createTranscript } from "./transcript.ts";

type Delta = Extract<StreamFrame, { type: "text-delta" }>;

const delta = (attempt: number, offset: number, text: string): Delta => ({
  type: "text-delta",
  step: 1,
  attempt,
  offset,
  kind: "text",
  text,
});

test("what is passed on, put together, is the text, whatever comes twice", () => {
  const cuts = fc.array(fc.tuple(fc.nat(30), fc.integer({ min: 1, max: 10 })), { maxLength: 20 });
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 30 }), cuts, (text, pieces) => {
      const transcript = createTranscript();
      let shown = "";
      for (const [start, length] of pieces) {
        // A server resends from anywhere, but never leaves a gap.
        const offset = Math.min(start, shown.length);
        const fresh = transcript.apply(delta(1, offset, text.slice(offset, offset + length)));
        if (fresh?.type === "text-delta") shown += fresh.text;
      }
      expect(text.startsWith(shown)).toBe(true);
      expect(transcript.text).toBe(shown);
    }),
  );
});

test("a new attempt forgets the one before, and late deltas of that are nothing", () => {
  const transcript = createTranscript();
  transcript.apply(delta(1, 0, "old"));
  transcript.apply({ type: "text-reset", step: 1, attempt: 2 });
  expect(transcript.text).toBe("");
  expect(transcript.apply(delta(1, 3, " text"))).toBeUndefined();
  transcript.apply(delta(2, 0, "new"));
  expect(transcript.step(1)).toEqual({ attempt: 2, text: "new", reasoning: "" });
  expect(transcript.apply({ type: "text-reset", step: 1, attempt: 1 })).toBeUndefined();
  expect(transcript.text).toBe("new");
});

test("reasoning is apart, with offsets of its own", () => {
  const transcript = createTranscript();
  transcript.apply({ ...delta(1, 0, "hm"), kind: "reasoning" });
  transcript.apply(delta(1, 0, "yes"));
  expect(transcript.step(1)).toEqual({ attempt: 1, text: "yes", reasoning: "hm" });
});

// Passages hold every word once, in order, within bounds, and where the text's structure allows.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Section } from "../text/text.ts";
import { CHUNK_CHARS, chunksOf } from "./chunk.ts";

const words = fc.stringMatching(/^[a-z]{1,12}([ .\n]{1,3}[a-zé😀]{1,12}){0,400}$/u);

const documents = words.chain((text) =>
  fc.record({
    text: fc.constant(text),
    sections: fc.array(
      fc.record({ title: fc.string(), from: fc.nat(text.length), to: fc.nat(text.length) }),
      { maxLength: 6 },
    ),
  }),
);

test("nothing is lost, nothing twice, and no passage is longer than allowed", () => {
  fc.assert(
    fc.property(documents, ({ text, sections }) => {
      const chunks = chunksOf(text, sections);
      const kept = chunks.map(({ from, to }) => text.slice(from, to)).join("");
      expect(kept.replaceAll(/\s/g, "")).toBe(text.replaceAll(/\s/g, ""));
      let end = 0;
      for (const { from, to } of chunks) {
        expect(from).toBeGreaterThanOrEqual(end);
        expect(to).toBeGreaterThan(from);
        expect(to - from).toBeLessThanOrEqual(CHUNK_CHARS * 1.5);
        end = to;
      }
    }),
  );
});

test("a passage stands under its own heading and never runs over into the next", () => {
  const text = "Intro.\nLeave is 30 days.\nTrains first.";
  const sections: Section[] = [
    { title: "Leave", from: 7, to: 25, page: 1 },
    { title: "Travel › Rail", from: 25, to: text.length, page: 2 },
  ];
  const shown = chunksOf(text, sections).map(({ from, to, ...rest }) => ({
    ...rest,
    text: text.slice(from, to),
  }));
  expect(shown).toEqual([
    { heading: "", text: "Intro." },
    { heading: "Leave", page: 1, text: "Leave is 30 days." },
    { heading: "Travel › Rail", page: 2, text: "Trains first." },
  ]);
});

test("long text is cut between paragraphs rather than sentences, and sentences rather than words", () => {
  const sentence = "This is a sentence of forty characters!! ";
  const paragraphs = Array.from({ length: 8 }, () => sentence.repeat(8).trim()).join("\n\n");
  const ends = chunksOf(paragraphs, []).map(({ to }) => paragraphs.slice(to, to + 2));
  expect(new Set(ends)).toEqual(new Set(["\n\n", ""]));
  const one = sentence.repeat(60).trim();
  for (const { to } of chunksOf(one, [])) expect(one[to - 1]).toBe("!");
});

test("a text without a single space is cut all the same, never within a character", () => {
  const text = "😀".repeat(2_000);
  const chunks = chunksOf(text, []);
  expect(chunks.length).toBeGreaterThan(3);
  for (const { from, to } of chunks) expect(text.slice(from, to).isWellFormed()).toBe(true);
});

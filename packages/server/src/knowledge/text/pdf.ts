// The text of a PDF, page by page.
import { extractText, getDocumentProxy } from "unpdf";
import { TextBuilder, Unreadable, type ExtractedText } from "./text.ts";

const PAGES_MAX = 5_000;

export async function readPdf(bytes: Uint8Array): Promise<ExtractedText> {
  const document = await getDocumentProxy(bytes, { verbosity: 0 });
  if (document.numPages > PAGES_MAX)
    throw new Unreadable("document.too_large", `It has ${document.numPages} pages.`);
  const { text } = await extractText(document, { mergePages: false });
  const builder = new TextBuilder();
  for (const [i, page] of text.entries()) {
    builder.paragraph();
    builder.page(page.trim().split("\n")[0] ?? "", i + 1);
    builder.add(page);
  }
  return builder.build();
}

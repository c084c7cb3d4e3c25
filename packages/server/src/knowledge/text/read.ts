// Chooses the reader of a file and turns what goes wrong with it into a failure of that file.
import { fail, ok, type Result } from "../../lib/result.ts";
import { readArticle } from "./article.ts";
import { readDocx } from "./docx.ts";
import { readHtml } from "./html.ts";
import { kindOf, type TextKind } from "./kind.ts";
import { readMail } from "./mail.ts";
import { readPdf } from "./pdf.ts";
import { readCsv, readMarkdown, readPlain } from "./plain.ts";
import { readPptx } from "./pptx.ts";
import { Unreadable, type ExtractedText, type TextInput } from "./text.ts";
import { readXlsx } from "./xlsx.ts";

const READERS: Readonly<
  Record<TextKind, (bytes: Uint8Array) => ExtractedText | Promise<ExtractedText>>
> = {
  pdf: readPdf,
  docx: readDocx,
  xlsx: readXlsx,
  pptx: readPptx,
  html: readHtml,
  markdown: readMarkdown,
  mail: readMail,
  csv: readCsv,
  plain: readPlain,
};

export async function readText(file: TextInput): Promise<Result<ExtractedText>> {
  const kind = kindOf(file);
  if (!kind) return fail("document.unsupported", "No text can be read from a file of this kind.");
  try {
    if (kind === "html" && file.articleOnly === true) return ok(readArticle(file.bytes));
    return ok(await READERS[kind](file.bytes));
  } catch (error) {
    if (error instanceof Unreadable) return fail(error.code, error.message);
    const name = error instanceof Error ? error.name : "";
    if (name === "PasswordException") return fail("document.locked", "It has a password.");
    // What a foreign parser says can quote the file: only that it gave up is told.
    return fail("document.broken", `It could not be read as ${kind}.`);
  }
}

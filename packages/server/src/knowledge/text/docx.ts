// The text of a Word document: paragraphs, tables and headings as they stand; tracked deletions left out.
import { TextBuilder, Unreadable, type ExtractedText } from "./text.ts";
import { attributeOf, readXml } from "./xml.ts";
import { Archive } from "./zip.ts";

const NOTES = ["word/footnotes.xml", "word/endnotes.xml"];

export async function readDocx(bytes: Uint8Array): Promise<ExtractedText> {
  const archive = await Archive.open(bytes);
  const body = await archive.text("word/document.xml");
  if (body === undefined) throw new Unreadable("document.broken", "It has no document inside.");
  const levels = headingStyles(await archive.text("word/styles.xml"));
  const builder = new TextBuilder();
  addParagraphs(builder, body, levels);
  for (const part of NOTES) {
    const notes = await archive.text(part);
    if (notes !== undefined) addParagraphs(builder, notes, levels);
  }
  return builder.build();
}

/** Style id -> heading level: languages name their headings differently, the outline level is the same. */
function headingStyles(xml: string | undefined): Map<string, number> {
  const levels = new Map<string, number>();
  let style = "";
  readXml(xml ?? "", {
    open: (name, attributes) => {
      if (name === "style") style = attributeOf(attributes, "styleId") ?? "";
      const value = attributeOf(attributes, "val") ?? "";
      const level =
        name === "outlineLvl" ? Number(value) + 1 : Number(/^heading ([1-9])$/i.exec(value)?.[1]);
      if ((name === "outlineLvl" || name === "name") && level >= 1 && level <= 9)
        levels.set(style, level);
    },
  });
  return levels;
}

function addParagraphs(
  builder: TextBuilder,
  xml: string,
  levels: ReadonlyMap<string, number>,
): void {
  let paragraph = "";
  let level = 0;
  let cells = 0;
  let isText = false;
  readXml(xml, {
    open: (name, attributes) => {
      if (name === "p") [paragraph, level] = ["", 0];
      else if (name === "pStyle") level = levels.get(attributeOf(attributes, "val") ?? "") ?? 0;
      else if (name === "tab") paragraph += "\t";
      else if (name === "br" || name === "cr") paragraph += "\n";
      else if (name === "tc") cells++;
      isText = name === "t";
    },
    text: (text) => {
      if (isText) paragraph += text;
    },
    close: (name) => {
      isText = false;
      if (name === "tc") {
        cells--;
        builder.add("\t");
      } else if (name === "tr") builder.line();
      else if (name === "tbl") builder.paragraph();
      else if (name === "p") {
        endParagraph(builder, paragraph, { level, isInTable: cells > 0 });
        paragraph = "";
      }
    },
  });
}

function endParagraph(
  builder: TextBuilder,
  paragraph: string,
  { level, isInTable }: { level: number; isInTable: boolean },
): void {
  if (paragraph.trim() === "") return;
  if (isInTable) {
    builder.add(paragraph);
    return;
  }
  builder.paragraph();
  if (level > 0) builder.heading(paragraph, level);
  builder.add(paragraph);
  builder.paragraph();
}

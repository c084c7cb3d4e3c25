// The text of a presentation: its slides in their order, each with its notes.
import { TextBuilder, Unreadable, type ExtractedText } from "./text.ts";
import { readXml, relationsOf, resolved } from "./xml.ts";
import { Archive } from "./zip.ts";

const SLIDES_MAX = 5_000;

export async function readPptx(bytes: Uint8Array): Promise<ExtractedText> {
  const archive = await Archive.open(bytes);
  const presentation = await archive.text("ppt/presentation.xml");
  if (presentation === undefined)
    throw new Unreadable("document.broken", "It has no presentation inside.");
  const relations = relationsOf(await archive.text("ppt/_rels/presentation.xml.rels"));
  const builder = new TextBuilder();
  for (const [i, id] of slideIds(presentation).entries()) {
    const path = resolved("ppt", relations.get(id) ?? "");
    const slide = await archive.text(path);
    if (slide === undefined) continue;
    const lines = paragraphsOf(slide);
    builder.paragraph();
    builder.page(lines[0] ?? `Slide ${i + 1}`, i + 1);
    builder.add(`${lines.join("\n")}\n`);
    const notes = await notesOf(archive, path);
    if (notes.length > 0) builder.add(`\n${notes.join("\n")}\n`);
  }
  return builder.build();
}

function slideIds(xml: string): string[] {
  const ids: string[] = [];
  readXml(xml, {
    open: (name, attributes) => {
      const id = name === "sldId" ? attributes["r:id"] : undefined;
      if (id !== undefined && ids.length < SLIDES_MAX) ids.push(id);
    },
  });
  return ids;
}

async function notesOf(archive: Archive, slidePath: string): Promise<string[]> {
  const slash = slidePath.lastIndexOf("/");
  const [folder, file] = [slidePath.slice(0, slash), slidePath.slice(slash + 1)];
  const relations = relationsOf(await archive.text(`${folder}/_rels/${file}.rels`));
  const target = [...relations.values()].find((each) => each.includes("notesSlide"));
  const notes = target === undefined ? undefined : await archive.text(resolved(folder, target));
  return notes === undefined ? [] : paragraphsOf(notes);
}

/** Paragraphs of text, without fields such as the slide's number. */
function paragraphsOf(xml: string): string[] {
  const lines: string[] = [];
  let line = "";
  let isText = false;
  let fields = 0;
  readXml(xml, {
    open: (name) => {
      if (name === "p") line = "";
      else if (name === "br") line += "\n";
      else if (name === "fld") fields++;
      isText = name === "t" && fields === 0;
    },
    text: (text) => {
      if (isText) line += text;
    },
    close: (name) => {
      isText = false;
      if (name === "fld") fields--;
      if (name !== "p" || line.trim() === "") return;
      lines.push(line.trim());
      line = "";
    },
  });
  return lines;
}

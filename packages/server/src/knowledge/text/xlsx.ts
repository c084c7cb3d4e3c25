// The text of a workbook: a line for each row of each sheet, cells apart by tabs, values as they are
// stored. Formulas are left out, for what they come to is there.
import { TextBuilder, Unreadable, type ExtractedText } from "./text.ts";
import { attributeOf, readXml, relationsOf, resolved } from "./xml.ts";
import { Archive } from "./zip.ts";

const SHEETS_MAX = 1_000;
const DAY_MS = 86_400_000;
const EPOCH_1900_MS = Date.UTC(1899, 11, 30);

export async function readXlsx(bytes: Uint8Array): Promise<ExtractedText> {
  const archive = await Archive.open(bytes);
  const workbook = await archive.text("xl/workbook.xml");
  if (workbook === undefined) throw new Unreadable("document.broken", "It has no workbook inside.");
  const relations = relationsOf(await archive.text("xl/_rels/workbook.xml.rels"));
  const strings = sharedStrings(await archive.text("xl/sharedStrings.xml"));
  const dateStyles = dateStylesOf(await archive.text("xl/styles.xml"));
  const builder = new TextBuilder();
  for (const [i, sheet] of sheetsOf(workbook).entries()) {
    const xml = await archive.text(resolved("xl", relations.get(sheet.id) ?? ""));
    if (xml === undefined) continue;
    builder.paragraph();
    builder.page(sheet.name, i + 1);
    addRows(builder, xml, { strings, dateStyles });
  }
  return builder.build();
}

function sheetsOf(xml: string): { name: string; id: string }[] {
  const sheets: { name: string; id: string }[] = [];
  readXml(xml, {
    open: (name, attributes) => {
      if (name !== "sheet" || sheets.length >= SHEETS_MAX) return;
      sheets.push({ name: attributes["name"] ?? "", id: attributeOf(attributes, "id") ?? "" });
    },
  });
  return sheets;
}

function sharedStrings(xml: string | undefined): string[] {
  const strings: string[] = [];
  let text = "";
  let isText = false;
  let phonetic = 0;
  readXml(xml ?? "", {
    open: (name) => {
      if (name === "si") text = "";
      if (name === "rPh") phonetic++;
      isText = name === "t" && phonetic === 0;
    },
    text: (piece) => {
      if (isText) text += piece;
    },
    close: (name) => {
      isText = false;
      if (name === "rPh") phonetic--;
      if (name === "si") strings.push(text);
    },
  });
  return strings;
}

/** Which of the cell styles show a number as a date. */
function dateStylesOf(xml: string | undefined): ReadonlySet<number> {
  const formats = new Set([14, 15, 16, 17, 22]);
  const styles = new Set<number>();
  let isCells = false;
  let next = 0;
  readXml(xml ?? "", {
    open: (name, attributes) => {
      if (name === "cellXfs") isCells = true;
      const code = attributes["formatCode"]?.replaceAll(/"[^"]*"|\[[^\]]*\]/g, "") ?? "";
      if (name === "numFmt" && /[dy]/i.test(code)) formats.add(Number(attributes["numFmtId"]));
      if (name !== "xf" || !isCells) return;
      if (formats.has(Number(attributes["numFmtId"]))) styles.add(next);
      next++;
    },
    close: (name) => {
      if (name === "cellXfs") isCells = false;
    },
  });
  return styles;
}

interface Looks {
  readonly strings: readonly string[];
  readonly dateStyles: ReadonlySet<number>;
}

function addRows(builder: TextBuilder, xml: string, looks: Looks): void {
  let row: string[] = [];
  let cell: Readonly<Record<string, string>> = {};
  let value = "";
  let isValue = false;
  readXml(xml, {
    open: (name, attributes) => {
      if (name === "row") row = [];
      if (name === "c") [cell, value] = [attributes, ""];
      isValue = name === "v" || name === "t";
    },
    text: (text) => {
      if (isValue) value += text;
    },
    close: (name) => {
      isValue = false;
      if (name === "c" && value !== "") row.push(shown(cell, value, looks));
      if (name === "row" && row.length > 0) builder.add(`${row.join("\t")}\n`);
    },
  });
}

function shown(
  cell: Readonly<Record<string, string>>,
  value: string,
  { strings, dateStyles }: Looks,
): string {
  if (cell["t"] === "s") return (strings[Number(value)] ?? "").replaceAll("\n", " ");
  if (cell["t"] === "b") return value === "1" ? "TRUE" : "FALSE";
  const isDate = cell["t"] === undefined && dateStyles.has(Number(cell["s"]));
  const date = new Date(EPOCH_1900_MS + Number(value) * DAY_MS);
  if (!isDate || Number.isNaN(date.getTime())) return value.replaceAll("\n", " ");
  return date.toISOString().slice(0, 10);
}

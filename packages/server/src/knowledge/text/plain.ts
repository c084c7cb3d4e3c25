// Text that is text already: its encoding, and the headings of Markdown.
import { TextBuilder, type ExtractedText } from "./text.ts";

/** UTF-8 or UTF-16 by its mark; else UTF-8 if it is valid, else Windows-1252, in which every byte is valid. */
export function decoded(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

export function readPlain(bytes: Uint8Array): ExtractedText {
  const builder = new TextBuilder();
  builder.add(decoded(bytes));
  return builder.build();
}

/** A table as text: its first line says what the columns are, for every passage of it. */
export function readCsv(bytes: Uint8Array): ExtractedText {
  const { text } = readPlain(bytes);
  const [header = ""] = text.split("\n", 1);
  const builder = new TextBuilder();
  builder.heading(header.replaceAll(/["']/g, "").replaceAll(/[,;\t]+/g, " "), 1);
  builder.add(text);
  return builder.build();
}

/** Kept as it was written; headings, outside of fenced code, begin sections. */
export function readMarkdown(bytes: Uint8Array): ExtractedText {
  const builder = new TextBuilder();
  let fence = "";
  for (const line of decoded(bytes).split(/\r\n?|\n/)) {
    const mark = /^ {0,3}(```+|~~~+)/.exec(line)?.[1];
    if (fence === "" && mark) fence = mark;
    else if (fence !== "" && mark?.startsWith(fence)) fence = "";
    const heading = fence === "" ? /^ {0,3}(#{1,6})[ \t]+(\S.*)$/.exec(line) : null;
    if (heading?.[1] && heading[2])
      builder.heading(heading[2].trimEnd().replace(/[ \t]#+$/, ""), heading[1].length);
    builder.add(`${line}\n`);
  }
  return builder.build();
}

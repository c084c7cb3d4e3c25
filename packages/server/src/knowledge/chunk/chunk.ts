// Passages of a document, cut where its structure allows: by sections, then paragraphs, then sentences.
// They never overlap and carry offsets, so that a citation opens at the passage itself.
import type { Section } from "../text/text.ts";

export interface Chunk {
  /** Headings from the outermost to this passage's own; empty when there are none. */
  readonly heading: string;
  /** Offsets into the text. */
  readonly from: number;
  readonly to: number;
  readonly page?: number;
}

export const CHUNK_CHARS = 800;
const CHUNK_CHARS_MAX = 1_200;
const CHUNKS_MAX = 20_000;

/** Where a text may be cut, best first: before a paragraph, a line, a sentence, a word. */
const SEAMS = [/\n{2,}/g, /\n/g, /[.!?…。](?=\s)/g, /\s/g] as const;

export function chunksOf(text: string, sections: readonly Section[]): Chunk[] {
  const chunks: Chunk[] = [];
  for (const part of partsOf(text, sections)) {
    for (const [from, to] of cut(text, part.from, part.to)) {
      if (chunks.length >= CHUNKS_MAX) return chunks;
      const page = part.page === undefined ? {} : { page: part.page };
      chunks.push({ heading: part.title, from, to, ...page });
    }
  }
  return chunks;
}

/** The sections in order without overlaps, and what stands before and between them without a heading. */
function partsOf(text: string, sections: readonly Section[]): Section[] {
  const parts: Section[] = [];
  let at = 0;
  for (const section of sections.toSorted((a, b) => a.from - b.from)) {
    const from = Math.max(at, section.from);
    const to = Math.min(text.length, section.to);
    if (to <= from) continue;
    if (from > at) parts.push({ title: "", from: at, to: from });
    parts.push({ ...section, from, to });
    at = to;
  }
  if (at < text.length) parts.push({ title: "", from: at, to: text.length });
  return parts;
}

/** Pieces of about CHUNK_CHARS without the white space around them; none of them is empty. */
function* cut(text: string, from: number, to: number): Generator<[number, number]> {
  let at = from;
  while (at < to) {
    const end = to - at <= CHUNK_CHARS_MAX ? to : seamIn(text, at);
    const [first, last] = trimmed(text, at, end);
    if (last > first) yield [first, last];
    at = end;
  }
}

/** The last seam of the best kind in the second half of the room, else a cut between two characters. */
function seamIn(text: string, at: number): number {
  const room = text.slice(at, at + CHUNK_CHARS);
  for (const seam of SEAMS) {
    let best = 0;
    for (const match of room.matchAll(seam)) best = match.index + match[0].length;
    if (best > CHUNK_CHARS / 2) return at + best;
  }
  const code = text.charCodeAt(at + CHUNK_CHARS - 1);
  const isInPair = code >= 0xd800 && code < 0xdc00;
  return at + CHUNK_CHARS - (isInPair ? 1 : 0);
}

function trimmed(text: string, from: number, to: number): [number, number] {
  const piece = text.slice(from, to);
  const start = piece.length - piece.trimStart().length;
  return [from + start, from + Math.max(start, piece.trimEnd().length)];
}

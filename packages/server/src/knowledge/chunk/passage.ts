// The passages of a document as they are searched: each with the title and the headings above it.
import type { Section } from "../text/text.ts";
import { chunksOf } from "./chunk.ts";

/** Counted up whenever another text comes out for the same document: vectors are then made anew. */
export const FORM = 1;

export interface Passage {
  readonly text: string;
  /** Offsets into the document's text. */
  readonly from: number;
  readonly to: number;
  readonly page?: number;
}

export function passagesOf(document: {
  readonly title: string;
  readonly text: string;
  readonly sections: readonly Section[];
}): Passage[] {
  const { title, text, sections } = document;
  return chunksOf(text, sections).map(({ heading, ...chunk }) => ({
    ...chunk,
    text: `${title}\n${heading}\n${text.slice(chunk.from, chunk.to)}`,
  }));
}

// A document with its access class, and passages of it: pure rules.
import type { Trust } from "@stead/protocol";
import { wordsOf } from "./index/words.ts";
import type { Section } from "./text/text.ts";

export interface Document {
  readonly id: string;
  readonly title: string;
  readonly path: string;
  readonly revision: string;
  readonly text: string;
  /** The access class that a reader must satisfy. */
  readonly classId: string;
  /** Data classes. */
  readonly classes: readonly string[];
  readonly trust: Trust;
  readonly updatedAt: Date;
  /** Where it comes from; empty when Stead itself holds it. */
  readonly sourceId: string;
  /** What the source calls it. */
  readonly externalId: string | null;
  /** Where a person opens it in the source. */
  readonly url: string | null;
  readonly mediaType: string;
  readonly sections: readonly Section[];
}

/** A document as it is put in; without a source it is Stead's own plain text. */
export type DocumentInput = Pick<
  Document,
  "id" | "title" | "path" | "revision" | "text" | "classId" | "classes" | "trust" | "updatedAt"
> &
  Partial<Document>;

export interface Hit {
  readonly document: Document;
  /** The passage, and where it stands in the text. */
  readonly quote: string;
  readonly from: number;
  readonly to: number;
  readonly page?: number;
  readonly score: number;
}

const QUOTE_CHARS_MAX = 600;

/** Where the paragraph is that holds most of the words asked for, at most 600 characters of it. */
export function bestPassage(text: string, query: string): { from: number; to: number } {
  const words = new Set(wordsOf(query));
  let best = { from: 0, to: 0 };
  let most = -1;
  for (const { 0: paragraph, index } of text.matchAll(/\S(?:[^\n]|\n(?!\n))*/g)) {
    const found = new Set(wordsOf(paragraph).filter((word) => words.has(word))).size;
    if (found <= most) continue;
    most = found;
    const length = paragraph.trimEnd().slice(0, QUOTE_CHARS_MAX).length;
    best = { from: index, to: index + length };
  }
  return best;
}

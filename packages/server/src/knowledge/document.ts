// A document with its access class, and passages of it: pure rules.
import type { Trust } from "@stead/protocol";

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
}

export interface Hit {
  readonly document: Document;
  readonly quote: string;
  readonly score: number;
}

const QUOTE_CHARS_MAX = 600;

/** The paragraph of a text that holds most of the words asked for, cut to 600 characters. */
export function bestPassage(text: string, query: string): string {
  const words = new Set(wordsOf(query));
  let best = "";
  let most = -1;
  for (const paragraph of text.split(/\n{2,}/)) {
    const found = new Set(wordsOf(paragraph).filter((word) => words.has(word))).size;
    if (found <= most || paragraph.trim() === "") continue;
    most = found;
    best = paragraph.trim();
  }
  return best.slice(0, QUOTE_CHARS_MAX);
}

/** Lower-case words with a plural's "s" off, of three letters and more. */
function wordsOf(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? [];
  return words.map((word) => (word.length > 3 && word.endsWith("s") ? word.slice(0, -1) : word));
}

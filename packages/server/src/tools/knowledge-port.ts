// What the document tools need of knowledge, in their own words; wired in main.
import type { Trust } from "@stead/protocol";
import type { Result } from "../lib/result.ts";

export interface ReadableDocument {
  readonly id: string;
  readonly title: string;
  readonly path: string;
  readonly revision: string;
  readonly text: string;
  /** The access class that a reader must satisfy. */
  readonly classId: string;
  readonly classes: readonly string[];
  readonly trust: Trust;
}

export interface FoundDocument {
  readonly document: ReadableDocument;
  readonly quote: string;
}

/** Only what the person may read just now exists for them. */
export interface KnowledgePort {
  search(
    personId: string,
    asked: { readonly query: string; readonly limit: number },
  ): Promise<Result<readonly FoundDocument[]>>;
  open(personId: string, documentId: string): Promise<Result<ReadableDocument>>;
}

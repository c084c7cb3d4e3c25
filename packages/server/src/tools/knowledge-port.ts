// What the document tools need of knowledge, in their own words; wired in main.
import type { Trust } from "@stead/protocol";
import type { Result } from "../lib/result.ts";
import type { ToolCall } from "./tool.ts";

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
  /** Where the quote stands in the text. */
  readonly from: number;
}

export interface ListedDocument {
  readonly id: string;
  readonly title: string;
  readonly path: string;
  readonly classId: string;
  readonly classes: readonly string[];
  readonly trust: Trust;
  /** How long its text is. */
  readonly chars: number;
}

/** The call that it is for: where something is asked outside, it goes out as a part of that. */
export interface Errand {
  readonly way?: Pick<ToolCall, "journal" | "label" | "permit">;
  readonly signal?: AbortSignal;
}

export function errandOf({ permit, journal, label, signal }: ToolCall): Errand {
  return { way: { permit, journal, label }, signal };
}

export interface SearchedDocuments {
  readonly hits: readonly FoundDocument[];
  /** Sources that were asked as the person and gave no answer. */
  readonly unanswered: readonly { readonly name: string; readonly why: string }[];
}

/** Only what the person may read just now exists for them. */
export interface KnowledgePort {
  search(
    personId: string,
    asked: {
      readonly query: string;
      readonly limit: number;
      /** Others whom the answer goes to: found is what all of them may read. */
      readonly alsoFor?: readonly string[];
    } & Errand,
  ): Promise<Result<SearchedDocuments>>;
  list(
    personId: string,
    asked: {
      readonly sourceId?: string;
      readonly folder?: string;
      readonly after?: string;
      readonly limit: number;
    },
  ): Promise<Result<{ readonly items: readonly ListedDocument[]; readonly next: string | null }>>;
  open(personId: string, documentId: string, errand?: Errand): Promise<Result<ReadableDocument>>;
}

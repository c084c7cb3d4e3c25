// What the search index is to the rest: derived from documents and readers, and never the judge of who may
// read. It may lag or be empty; whoever uses it checks again.
export interface IndexedChunk {
  /** What is searched: the passage with the headings above it. */
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly page?: number;
  readonly vector?: Float32Array;
}

export interface IndexedDocument {
  readonly id: string;
  /** Changes with the text, so that offsets are only used in the text that they were made for. */
  readonly stamp: string;
  readonly sourceId: string;
  readonly classId: string;
  readonly chunks: readonly IndexedChunk[];
}

export type IndexChange =
  | { readonly kind: "put"; readonly document: IndexedDocument }
  /** The text stays: another class or source. */
  | {
      readonly kind: "class";
      readonly id: string;
      readonly classId: string;
      readonly sourceId: string;
    }
  | { readonly kind: "remove"; readonly id: string }
  /** Of all its passages, one after the other, as eight-bit numbers; of this text only. */
  | {
      readonly kind: "vectors";
      readonly id: string;
      readonly stamp: string;
      readonly numbers: Int8Array;
    }
  /** What makes the vectors from here on: those of another are forgotten. */
  | { readonly kind: "model"; readonly key: string }
  /** All who satisfy the class: bit n of byte n / 8, from the lowest, is the person of number n. */
  | { readonly kind: "readers"; readonly classId: string; readonly bits: Uint8Array }
  | { readonly kind: "person"; readonly personId: string; readonly number: number };

export interface IndexQuery {
  /** Found is only what all of these people may read. */
  readonly people: readonly string[];
  readonly query: string;
  readonly vector?: Float32Array;
  /** What made it: it is compared with vectors of the same alone. */
  readonly key?: string;
  readonly limit: number;
  readonly sources?: readonly string[];
  /** Found is what anybody may read or nobody: to ask its source who may, and never to be shown. */
  readonly whoever?: boolean;
}

export interface IndexHit {
  readonly documentId: string;
  readonly stamp: string;
  readonly from: number;
  readonly to: number;
  readonly page?: number;
  readonly score: number;
}

export interface IndexStats {
  readonly documents: number;
  readonly chunks: number;
  readonly words: number;
  readonly vectors: number;
  readonly bytes: number;
}

export interface SearchIndex {
  apply(changes: readonly IndexChange[]): Promise<void>;
  search(query: IndexQuery): Promise<readonly IndexHit[]>;
  /** Id -> stamp of every document that is in it. */
  stamps(): Promise<ReadonlyMap<string, string>>;
  stats(): Promise<IndexStats>;
  close(): Promise<void>;
}

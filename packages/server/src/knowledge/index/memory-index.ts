// The search index itself, in the memory of whichever thread owns it.
import { Corpus } from "./corpus.ts";
import type { Permitted } from "./asked.ts";
import { byVector } from "./near.ts";
import { byWords, fused, LIST_MAX } from "./rank.ts";
import { Scratch, type Ranked } from "./top.ts";
import { Readers } from "./readers.ts";
import type { IndexChange, IndexHit, IndexQuery, IndexStats } from "./search-index.ts";

/** Compacted once more chunks than these are gone, and more than are there. */
const GONE_MIN = 10_000;

export class MemoryIndex {
  readonly #scratch = new Scratch();
  #corpus = new Corpus(new Readers());

  apply(changes: readonly IndexChange[]): void {
    for (const change of changes) this.#applyOne(change);
    const { chunkCount, liveChunks } = this.#corpus;
    const gone = chunkCount - liveChunks;
    if (gone > GONE_MIN && gone > liveChunks) this.#corpus = this.#corpus.compacted();
  }

  search({ people, query, limit, sources, whoever, ...asked }: IndexQuery): IndexHit[] {
    const corpus = this.#corpus;
    const vector = (asked.key ?? "") === corpus.model ? asked.vector : undefined;
    const classes = whoever ? corpus.readers.everyClass() : corpus.readers.bitsOf(people);
    const permitted: Permitted = sources
      ? { classes, documents: documentsOf(corpus, sources) }
      : { classes };
    const scratch = this.#scratch;
    // Only where two lists are fused does it matter what comes after the first `limit`.
    const length = vector && !whoever ? LIST_MAX : limit;
    const lists = [byWords(corpus, { query, permitted, scratch, length })];
    if (vector) lists.push(byVector(corpus, { vector, permitted, scratch, length }));
    return fused(corpus, lists)
      .slice(0, limit)
      .map((ranked) => hitOf(corpus, ranked));
  }

  stamps(): Map<string, string> {
    return new Map([...this.#corpus.documents.values()].map(({ id, stamp }) => [id, stamp]));
  }

  stats(): IndexStats {
    const { documents, liveChunks, postings, vectors, bytes } = this.#corpus;
    const counts = { documents: documents.size, chunks: liveChunks, words: postings.words };
    return { ...counts, vectors: vectors?.count ?? 0, bytes };
  }

  #applyOne(change: IndexChange): void {
    const corpus = this.#corpus;
    if (change.kind === "put") corpus.put(change.document);
    else if (change.kind === "class") corpus.setClass(change.id, change.classId, change.sourceId);
    else if (change.kind === "remove") corpus.remove(change.id);
    else if (change.kind === "vectors") corpus.setVectors(change);
    else if (change.kind === "model") corpus.setModel(change.key);
    else if (change.kind === "readers") corpus.readers.setReaders(change.classId, change.bits);
    else corpus.readers.setPerson(change.personId, change.number);
  }
}

function hitOf(corpus: Corpus, { chunk, score }: Ranked): IndexHit {
  const document = corpus.byNumber[corpus.chunkDocument.get(chunk)];
  const page = corpus.chunkPage.get(chunk);
  return {
    documentId: document?.id ?? "",
    stamp: document?.stamp ?? "",
    from: corpus.chunkFrom.get(chunk),
    to: corpus.chunkTo.get(chunk),
    ...(page > 0 ? { page } : {}),
    score,
  };
}

function documentsOf(corpus: Corpus, sources: readonly string[]): Uint8Array {
  const wanted = new Set(sources);
  const bits = new Uint8Array(corpus.byNumber.length);
  for (const { number, sourceId } of corpus.documents.values())
    if (wanted.has(sourceId)) bits[number] = 1;
  return bits;
}

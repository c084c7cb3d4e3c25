// What is indexed: documents, their chunks by number, and which chunks hold which words. A chunk's number is
// never used twice until `compacted` counts anew; what is gone belongs to the class that nobody satisfies.
import { Column } from "./grow.ts";
import { chunkOf, packed, Postings, tfOf } from "./postings.ts";
import { NO_CLASS, type Readers } from "./readers.ts";
import type { IndexedDocument } from "./search-index.ts";
import { Vectors } from "./vectors.ts";
import { wordsOf } from "./words.ts";

export interface CorpusDocument {
  readonly id: string;
  readonly number: number;
  readonly stamp: string;
  classId: string;
  sourceId: string;
  readonly firstChunk: number;
  readonly chunkCount: number;
}

export class Corpus {
  readonly readers: Readers;
  readonly documents = new Map<string, CorpusDocument>();
  /** By number; gone ones stay until the next compaction. */
  readonly byNumber: CorpusDocument[] = [];
  readonly postings = new Postings();
  vectors: Vectors | undefined;
  /** What made the vectors. */
  model = "";
  readonly chunkClass = new Column();
  readonly chunkDocument = new Column();
  readonly chunkWords = new Column();
  readonly chunkFrom = new Column();
  readonly chunkTo = new Column();
  /** Page, 0 for none. */
  readonly chunkPage = new Column();
  /** For each class: how many chunks, and how many words in all. */
  readonly classChunks = new Column();
  readonly classWords = new Column();
  /** Numbers given out, those of chunks that are gone included. */
  chunkCount = 0;
  liveChunks = 0;

  constructor(readers: Readers) {
    this.readers = readers;
  }

  put(document: IndexedDocument): void {
    this.remove(document.id);
    const { id, stamp, classId, sourceId, chunks } = document;
    const place = { firstChunk: this.chunkCount, chunkCount: chunks.length };
    const made = { id, stamp, classId, sourceId, number: this.byNumber.length, ...place };
    this.documents.set(id, made);
    this.byNumber.push(made);
    for (const chunk of chunks) {
      const number = this.#addChunk(made, chunk);
      const counts = new Map<string, number>();
      const words = wordsOf(chunk.text);
      for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
      for (const [word, tf] of counts) this.postings.add(word, packed(number, tf));
      this.chunkWords.set(number, words.length);
      if (!chunk.vector) continue;
      this.vectors ??= new Vectors(chunk.vector.length);
      this.vectors.set(number, chunk.vector);
    }
    this.#setClass(made, this.readers.classOf(classId));
  }

  setModel(key: string): void {
    if (key === this.model) return;
    this.model = key;
    this.vectors = undefined;
  }

  setVectors({ id, stamp, numbers }: { id: string; stamp: string; numbers: Int8Array }): void {
    const document = this.documents.get(id);
    if (document?.stamp !== stamp || document.chunkCount === 0) return;
    const { firstChunk, chunkCount } = document;
    const dimensions = numbers.length / chunkCount;
    if (!Number.isInteger(dimensions) || dimensions === 0) return;
    this.vectors ??= new Vectors(dimensions);
    for (let i = 0; i < chunkCount; i++) {
      const vector = Float32Array.from(numbers.subarray(i * dimensions, (i + 1) * dimensions));
      this.vectors.set(firstChunk + i, vector);
    }
  }

  setClass(id: string, classId: string, sourceId: string): void {
    const document = this.documents.get(id);
    if (!document) return;
    document.sourceId = sourceId;
    if (document.classId === classId) return;
    document.classId = classId;
    this.#setClass(document, this.readers.classOf(classId));
  }

  remove(id: string): void {
    const document = this.documents.get(id);
    if (!document) return;
    this.#setClass(document, NO_CLASS);
    this.documents.delete(id);
    this.liveChunks -= document.chunkCount;
  }

  /** The same without what is gone. */
  compacted(): Corpus {
    const made = new Corpus(this.readers);
    made.model = this.model;
    const renumbered = new Uint32Array(this.chunkCount);
    for (const document of this.documents.values()) {
      const place = { firstChunk: made.chunkCount, number: made.byNumber.length };
      const moved = { ...document, ...place };
      made.documents.set(moved.id, moved);
      made.byNumber.push(moved);
      for (let i = 0; i < document.chunkCount; i++) {
        const old = document.firstChunk + i;
        const number = made.#addChunk(moved, {
          from: this.chunkFrom.get(old),
          to: this.chunkTo.get(old),
          page: this.chunkPage.get(old),
        });
        made.chunkWords.set(number, this.chunkWords.get(old));
        renumbered[old] = number + 1;
        if (!this.vectors) continue;
        made.vectors ??= new Vectors(this.vectors.dimensions);
        made.vectors.copy(this.vectors, old, number);
      }
      made.#setClass(moved, made.readers.classOf(moved.classId));
    }
    for (const [word, { data, length }] of this.postings.entries())
      for (let i = 0; i < length; i++) {
        const posting = data[i] ?? 0;
        const number = renumbered[chunkOf(posting)] ?? 0;
        if (number > 0) made.postings.add(word, packed(number - 1, tfOf(posting)));
      }
    return made;
  }

  get bytes(): number {
    const columns = [this.chunkClass, this.chunkDocument, this.chunkWords, this.chunkFrom];
    const more = [this.chunkTo, this.chunkPage, this.classChunks, this.classWords];
    const numbers = [...columns, ...more].reduce((sum, { bytes }) => sum + bytes, 0);
    return numbers + this.postings.bytes + (this.vectors?.bytes ?? 0);
  }

  #addChunk(
    document: CorpusDocument,
    { from, to, page }: { from: number; to: number; page?: number },
  ): number {
    const number = this.chunkCount++;
    this.liveChunks++;
    this.chunkClass.set(number, NO_CLASS);
    this.chunkDocument.set(number, document.number);
    this.chunkFrom.set(number, from);
    this.chunkTo.set(number, to);
    this.chunkPage.set(number, page ?? 0);
    return number;
  }

  #setClass({ firstChunk, chunkCount }: CorpusDocument, next: number): void {
    const { classChunks, classWords } = this;
    for (let chunk = firstChunk; chunk < firstChunk + chunkCount; chunk++) {
      const last = this.chunkClass.get(chunk);
      const words = this.chunkWords.get(chunk);
      if (last !== NO_CLASS) {
        classChunks.set(last, classChunks.get(last) - 1);
        classWords.set(last, classWords.get(last) - words);
      }
      if (next !== NO_CLASS) {
        classChunks.set(next, classChunks.get(next) + 1);
        classWords.set(next, classWords.get(next) + words);
      }
      this.chunkClass.set(chunk, next);
    }
  }
}

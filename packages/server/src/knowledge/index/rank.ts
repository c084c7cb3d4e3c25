// Ranking over what is permitted, and over nothing else: how rare a word is and how long a passage is on
// average are counted among the chunks that the people asking may read, so no other document can show.
import type { Asked, Permitted } from "./asked.ts";
import type { Corpus } from "./corpus.ts";
import { TF_BITS, TF_MAX, type PostingList } from "./postings.ts";
import { bestOf, compare, type Ranked, type Scratch } from "./top.ts";
import { wordsOf } from "./words.ts";

const K1 = 1.2;
const B = 0.75;
const QUERY_WORDS_MAX = 24;
/** Of either list, as many documents go into the common one. */
export const LIST_MAX = 100;
const RRF_K = 60;

/**
 * BM25, the best passage of each document. Every match is counted. Rare words go first: once the documents
 * that have them can't be overtaken by what the other words give, those only add to what was found.
 */
export function byWords(corpus: Corpus, asked: Asked & { readonly query: string }): Ranked[] {
  const { query, permitted, scratch, length } = asked;
  scratch.fit(corpus);
  const { chunks, averageWords } = extentOf(corpus, permitted.classes);
  const words = [...new Set(wordsOf(query))].slice(0, QUERY_WORDS_MAX);
  const terms = words
    .map((word, i) => {
      const postings = keepPermitted(corpus, corpus.postings.of(word), { permitted, scratch, i });
      const matches = postings.length;
      return { postings, idf: Math.log(1 + (chunks - matches + 0.5) / (matches + 0.5)) };
    })
    .toSorted((a, b) => a.postings.length - b.postings.length);
  let rest = terms.reduce((sum, { idf }) => sum + idf * (K1 + 1), 0);
  let isClosed = false;
  for (const { postings, idf } of terms) {
    isClosed ||= scratch.touched > 0 && leastOf(corpus, asked) > rest;
    rest -= idf * (K1 + 1);
    addScores(corpus, { postings, idf, averageWords, scratch, isClosed });
  }
  const ranked = bestOf(corpus, { scratch, limit: length });
  scratch.clear();
  return ranked;
}

/** The score of the last of `length` documents found so far; none when there are fewer. */
function leastOf(corpus: Corpus, { scratch, length }: Asked): number {
  return bestOf(corpus, { scratch, limit: length })[length - 1]?.score ?? -Infinity;
}

function addScores(
  { chunkWords }: Corpus,
  given: {
    readonly postings: Uint32Array;
    readonly idf: number;
    readonly averageWords: number;
    readonly scratch: Scratch;
    /** Nothing that has no score yet can still matter. */
    readonly isClosed: boolean;
  },
): void {
  const { postings, idf, averageWords, scratch, isClosed } = given;
  const { scores, chunks } = scratch;
  const lengths = chunkWords.data;
  const [flat, steep] = [K1 * (1 - B), (K1 * B) / averageWords];
  const weight = idf * (K1 + 1);
  let { touched } = scratch;
  for (let i = 0; i < postings.length; i++) {
    const posting = postings[i] ?? 0;
    const chunk = posting >>> TF_BITS;
    const score = scores[chunk] ?? 0;
    if (score === 0) {
      if (isClosed) continue;
      chunks[touched++] = chunk;
    }
    const tf = posting & TF_MAX;
    scores[chunk] = score + (weight * tf) / (tf + flat + steep * (lengths[chunk] ?? 0));
  }
  scratch.touched = touched;
}

/** Reciprocal rank fusion of documents; the passage is that of the list which found the document first. */
export function fused(corpus: Corpus, lists: readonly (readonly Ranked[])[]): Ranked[] {
  const byDocument = new Map<number, { chunk: number; score: number }>();
  for (const list of lists)
    for (const [rank, { chunk }] of list.entries()) {
      const document = corpus.chunkDocument.get(chunk);
      const entry = byDocument.get(document) ?? { chunk, score: 0 };
      entry.score += 1 / (RRF_K + rank + 1);
      byDocument.set(document, entry);
    }
  return [...byDocument.values()].toSorted((a, b) => compare(corpus, a, b));
}

/** How many chunks are permitted, and how long they are on average; sums over classes, never over chunks. */
function extentOf(
  { classChunks, classWords, readers }: Corpus,
  classes: Uint32Array,
): { chunks: number; averageWords: number } {
  let chunks = 0;
  let words = 0;
  for (let number = 1; number < readers.classCount; number++) {
    if ((((classes[number >>> 5] ?? 0) >>> (number & 31)) & 1) === 0) continue;
    chunks += classChunks.get(number);
    words += classWords.get(number);
  }
  return { chunks, averageWords: chunks > 0 ? Math.max(1, words / chunks) : 1 };
}

/** The postings of permitted chunks, in a room of the scratch. */
function keepPermitted(
  { chunkClass, chunkDocument }: Corpus,
  { data, length }: PostingList,
  given: { readonly permitted: Permitted; readonly scratch: Scratch; readonly i: number },
): Uint32Array {
  const { classes, documents } = given.permitted;
  const kept = given.scratch.room(given.i, length);
  const [classOf, documentOf] = [chunkClass.data, chunkDocument.data];
  let count = 0;
  for (let i = 0; i < length; i++) {
    const posting = data[i] ?? 0;
    const chunk = posting >>> TF_BITS;
    const number = classOf[chunk] ?? 0;
    if ((((classes[number >>> 5] ?? 0) >>> (number & 31)) & 1) === 0) continue;
    if (documents && documents[documentOf[chunk] ?? 0] !== 1) continue;
    kept[count++] = posting;
  }
  return kept.subarray(0, count);
}

// The best passage of each document and the best of those, in an order that has nothing to do with what
// else is indexed.
import type { Corpus } from "./corpus.ts";

export interface Ranked {
  readonly chunk: number;
  readonly score: number;
}

/** Room for the scores of one search at a time, kept for the next. */
export class Scratch {
  scores = new Float64Array(0);
  /** Chunk + 1 that is best of its document so far. */
  best = new Uint32Array(0);
  /** The first `touched` are the chunks that have a score. */
  chunks = new Uint32Array(0);
  touched = 0;
  readonly #rooms: Uint32Array[] = [];

  fit({ chunkCount, byNumber }: Corpus): void {
    if (this.scores.length < chunkCount) {
      this.scores = new Float64Array(chunkCount + (chunkCount >> 2) + 64);
      this.chunks = new Uint32Array(this.scores.length);
    }
    if (this.best.length < byNumber.length)
      this.best = new Uint32Array(byNumber.length + (byNumber.length >> 2) + 64);
  }

  /** Room number `i` for so many numbers, with whatever was in it. */
  room(i: number, length: number): Uint32Array {
    const room = this.#rooms[i];
    if (room && room.length >= length) return room;
    return (this.#rooms[i] = new Uint32Array(length + (length >> 2) + 64));
  }

  clear(): void {
    const { scores, chunks, touched } = this;
    for (let i = 0; i < touched; i++) scores[chunks[i] ?? 0] = 0;
    this.touched = 0;
  }
}

/** The best chunk of each document that has a score, the best `limit` of those, in order. */
export function bestOf(
  corpus: Corpus,
  { scratch, limit }: { readonly scratch: Scratch; readonly limit: number },
): Ranked[] {
  const { scores, best, chunks, touched } = scratch;
  const documentOf = corpus.chunkDocument.data;
  for (let i = 0; i < touched; i++) {
    const chunk = chunks[i] ?? 0;
    const document = documentOf[chunk] ?? 0;
    const other = best[document] ?? 0;
    const score = scores[chunk] ?? 0;
    const least = other === 0 ? -Infinity : (scores[other - 1] ?? 0);
    if (score > least || (score === least && chunk < other - 1)) best[document] = chunk + 1;
  }
  const top = new TopList(limit, (a, b) => compare(corpus, a, b));
  for (let i = 0; i < touched; i++) {
    const document = documentOf[chunks[i] ?? 0] ?? 0;
    const chunk = (best[document] ?? 0) - 1;
    if (chunk < 0) continue;
    best[document] = 0;
    const score = scores[chunk] ?? 0;
    if (score >= top.least) top.offer({ chunk, score });
  }
  return top.list;
}

/** Best first; equal ones by the document's id, which has nothing to do with what else is indexed. */
export function compare(corpus: Corpus, a: Ranked, b: Ranked): number {
  if (a.score !== b.score) return b.score - a.score;
  const [left, right] = [a, b].map(({ chunk }) => corpus.chunkDocument.get(chunk));
  const [leftId, rightId] = [left, right].map(
    (document) => corpus.byNumber[document ?? 0]?.id ?? "",
  );
  if (leftId === rightId) return a.chunk - b.chunk;
  return (leftId ?? "") < (rightId ?? "") ? -1 : 1;
}

/** The first `limit` in order, kept while more are offered. */
class TopList {
  readonly list: Ranked[] = [];
  readonly #limit: number;
  readonly #order: (a: Ranked, b: Ranked) => number;

  constructor(limit: number, order: (a: Ranked, b: Ranked) => number) {
    this.#limit = limit;
    this.#order = order;
  }

  /** What scores less is not wanted. */
  get least(): number {
    return this.list[this.#limit - 1]?.score ?? -Infinity;
  }

  offer(entry: Ranked): void {
    const last = this.list[this.#limit - 1];
    if (last && this.#order(entry, last) >= 0) return;
    let at = this.list.length;
    while (at > 0 && this.#isBefore(entry, at - 1)) at--;
    this.list.splice(at, 0, entry);
    if (this.list.length > this.#limit) this.list.pop();
  }

  #isBefore(entry: Ranked, at: number): boolean {
    const other = this.list[at];
    return other !== undefined && this.#order(entry, other) < 0;
  }
}

// Search by meaning: the nearest vectors among what is permitted, every one of which is looked at.
import type { Asked, Permitted } from "./asked.ts";
import type { Corpus } from "./corpus.ts";
import { bestOf, type Ranked, type Scratch } from "./top.ts";
import type { Vectors } from "./vectors.ts";

/** Vectors that are compared in full, of those whose signs are nearest. */
const NEAR = 2_000;

/** Nearest vectors among what is permitted: by signs first, the nearest of those in full. */
export function byVector(
  corpus: Corpus,
  asked: Asked & { readonly vector: Float32Array },
): Ranked[] {
  const { vector, permitted, scratch, length } = asked;
  const { vectors } = corpus;
  if (!vectors || vector.length !== vectors.dimensions) return [];
  scratch.fit(corpus);
  const among = permittedChunks(corpus, permitted, scratch);
  const distances = scratch.room(1, among.length);
  const limit = measure(vectors, { among, distances, signs: vectors.signsOf(vector) });
  const { scores, chunks } = scratch;
  for (let i = 0; i < among.length; i++) {
    if ((distances[i] ?? 0) > limit) continue;
    const chunk = among[i] ?? 0;
    scores[chunk] = vectors.likeness(chunk, vector);
    chunks[scratch.touched++] = chunk;
  }
  const ranked = bestOf(corpus, { scratch, limit: length });
  scratch.clear();
  return ranked;
}

/** Writes how far each is, and gives the distance within which the nearest `NEAR` lie. */
function measure(
  vectors: Vectors,
  given: { among: Uint32Array; distances: Uint32Array; signs: Uint32Array },
): number {
  const { among, distances, signs } = given;
  const counts = new Uint32Array(vectors.dimensions + 1);
  for (let i = 0; i < among.length; i++) {
    const distance = vectors.distance(among[i] ?? 0, signs);
    distances[i] = distance;
    counts[distance] = (counts[distance] ?? 0) + 1;
  }
  let limit = 0;
  for (let sum = counts[0] ?? 0; sum < NEAR && limit < vectors.dimensions;)
    sum += counts[++limit] ?? 0;
  return limit;
}

function permittedChunks(corpus: Corpus, permitted: Permitted, scratch: Scratch): Uint32Array {
  const { classes, documents } = permitted;
  const kept = scratch.room(0, corpus.chunkCount);
  const [classOf, documentOf] = [corpus.chunkClass.data, corpus.chunkDocument.data];
  let count = 0;
  for (let chunk = 0; chunk < corpus.chunkCount; chunk++) {
    const number = classOf[chunk] ?? 0;
    if ((((classes[number >>> 5] ?? 0) >>> (number & 31)) & 1) === 0) continue;
    if (documents && documents[documentOf[chunk] ?? 0] !== 1) continue;
    if (corpus.vectors?.has(chunk)) kept[count++] = chunk;
  }
  return kept.subarray(0, count);
}

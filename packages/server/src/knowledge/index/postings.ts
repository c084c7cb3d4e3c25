// Which chunks hold which word, and how often: four bytes each, in the order of the chunks.
import { grown } from "./grow.ts";

export const TF_BITS = 5;
export const TF_MAX = (1 << TF_BITS) - 1;

export function packed(chunk: number, tf: number): number {
  return ((chunk << TF_BITS) | Math.min(tf, TF_MAX)) >>> 0;
}

export function chunkOf(posting: number): number {
  return posting >>> TF_BITS;
}

export function tfOf(posting: number): number {
  return posting & TF_MAX;
}

export interface PostingList {
  data: Uint32Array;
  length: number;
}

/** Most words of a corpus occur once: those are kept as the posting itself. */
export class Postings {
  readonly #lists = new Map<string, PostingList | number>();

  get words(): number {
    return this.#lists.size;
  }

  add(word: string, posting: number): void {
    const list = this.#lists.get(word);
    if (list === undefined) {
      this.#lists.set(word, posting);
      return;
    }
    if (typeof list === "number") {
      this.#lists.set(word, { data: Uint32Array.of(list, posting), length: 2 });
      return;
    }
    if (list.length === list.data.length) list.data = grown(list.data, list.length * 2);
    list.data[list.length++] = posting;
  }

  of(word: string): PostingList {
    const list = this.#lists.get(word);
    if (list === undefined) return { data: new Uint32Array(0), length: 0 };
    return typeof list === "number" ? { data: Uint32Array.of(list), length: 1 } : list;
  }

  *entries(): Generator<[string, PostingList]> {
    for (const word of this.#lists.keys()) yield [word, this.of(word)];
  }

  get bytes(): number {
    let bytes = this.#lists.size * 80;
    for (const list of this.#lists.values())
      if (typeof list !== "number") bytes += list.data.byteLength + 200;
    return bytes;
  }
}

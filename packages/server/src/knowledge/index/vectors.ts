// Vectors of chunks in two forms: their signs, to find those near by counting bits, and eight bits a
// number, to put them in order. Both depend on the vector alone, never on the others'.
import { grown } from "./grow.ts";

export class Vectors {
  readonly dimensions: number;
  readonly #signWords: number;
  #signs: Uint32Array;
  #values: Int8Array;
  #scales: Float64Array;
  #count = 0;

  constructor(dimensions: number) {
    this.dimensions = dimensions;
    this.#signWords = Math.ceil(dimensions / 32);
    this.#signs = new Uint32Array(0);
    this.#values = new Int8Array(0);
    this.#scales = new Float64Array(0);
  }

  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#signs.byteLength + this.#values.byteLength + this.#scales.byteLength;
  }

  has(chunk: number): boolean {
    return (this.#scales[chunk] ?? 0) > 0;
  }

  set(chunk: number, vector: Float32Array): void {
    if (vector.length !== this.dimensions) return;
    if (chunk >= this.#scales.length) this.#grow(Math.max(1024, chunk * 2));
    let largest = 0;
    let squares = 0;
    for (const value of vector) {
      largest = Math.max(largest, Math.abs(value));
      squares += value * value;
    }
    if (!(largest > 0) || !Number.isFinite(squares)) return;
    const at = chunk * this.dimensions;
    let norm = 0;
    for (let i = 0; i < this.dimensions; i++) {
      const value = Math.round(((vector[i] ?? 0) / largest) * 127);
      this.#values[at + i] = value;
      norm += value * value;
    }
    writeSigns(this.#signs, chunk * this.#signWords, vector);
    if (!this.has(chunk)) this.#count++;
    this.#scales[chunk] = 1 / Math.sqrt(norm);
  }

  copy(from: Vectors, source: number, chunk: number): void {
    if (!from.has(source)) return;
    if (chunk >= this.#scales.length) this.#grow(Math.max(1024, chunk * 2));
    const values = source * this.dimensions;
    this.#values.set(
      from.#values.subarray(values, values + this.dimensions),
      chunk * this.dimensions,
    );
    const signs = source * this.#signWords;
    this.#signs.set(from.#signs.subarray(signs, signs + this.#signWords), chunk * this.#signWords);
    this.#scales[chunk] = from.#scales[source] ?? 0;
    this.#count++;
  }

  signsOf(vector: Float32Array): Uint32Array {
    const signs = new Uint32Array(this.#signWords);
    writeSigns(signs, 0, vector);
    return signs;
  }

  /** How many signs differ. */
  distance(chunk: number, signs: Uint32Array): number {
    const words = this.#signWords;
    const all = this.#signs;
    const at = chunk * words;
    let differing = 0;
    for (let i = 0; i < words; i++) {
      let bits = (all[at + i] ?? 0) ^ (signs[i] ?? 0);
      bits -= (bits >>> 1) & 0x55555555;
      bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
      differing += Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
    }
    return differing;
  }

  /** The cosine, but for the query's own length, which is the same for all. */
  likeness(chunk: number, query: Float32Array): number {
    const values = this.#values;
    const at = chunk * this.dimensions;
    let sum = 0;
    for (let i = 0; i < query.length; i++) sum += (values[at + i] ?? 0) * (query[i] ?? 0);
    return sum * (this.#scales[chunk] ?? 0);
  }

  #grow(chunks: number): void {
    this.#signs = grown(this.#signs, chunks * this.#signWords);
    this.#values = grown(this.#values, chunks * this.dimensions);
    this.#scales = grown(this.#scales, chunks);
  }
}

function writeSigns(signs: Uint32Array, at: number, vector: Float32Array): void {
  for (let i = 0; i < vector.length; i++) {
    const word = at + (i >>> 5);
    if (i % 32 === 0) signs[word] = 0;
    if ((vector[i] ?? 0) > 0) signs[word] = (signs[word] ?? 0) | (1 << (i & 31));
  }
}

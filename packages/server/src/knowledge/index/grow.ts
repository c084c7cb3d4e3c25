// Arrays of numbers that are given more room.
type Numbers = Uint32Array | Float64Array | Int8Array;

export function grown(old: Uint32Array, length: number): Uint32Array;
export function grown(old: Int8Array, length: number): Int8Array;
export function grown(old: Float64Array, length: number): Float64Array;
export function grown(old: Numbers, length: number): Numbers {
  const made =
    old instanceof Uint32Array
      ? new Uint32Array(length)
      : old instanceof Int8Array
        ? new Int8Array(length)
        : new Float64Array(length);
  made.set(old);
  return made;
}

/** A column of numbers that are counted up from 0; what was never set is 0. */
export class Column {
  #data: Uint32Array = new Uint32Array(1024);

  get(at: number): number {
    return this.#data[at] ?? 0;
  }

  set(at: number, value: number): void {
    if (at >= this.#data.length) this.#data = grown(this.#data, Math.max(at + 1, at * 2));
    this.#data[at] = value;
  }

  /** For inner loops: the numbers themselves, until the next `set`. */
  get data(): Uint32Array {
    return this.#data;
  }

  get bytes(): number {
    return this.#data.byteLength;
  }
}

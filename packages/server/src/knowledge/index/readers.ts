// The index's copy of who satisfies which class: a row of bits for each person, a bit a class.
import { grown } from "./grow.ts";

/** The class of what is gone: nobody is ever given it. */
export const NO_CLASS = 0;

export class Readers {
  readonly #classes = new Map<string, number>();
  readonly #people = new Map<string, number>();
  /** By person's number, the classes that they satisfy. */
  readonly #rows: Uint32Array[] = [];
  /** By class, the people who satisfied it last. */
  readonly #last: (Uint8Array | undefined)[] = [];

  /** The number of the class; a new one for a class not seen before. */
  classOf(id: string): number {
    const known = this.#classes.get(id);
    if (known !== undefined) return known;
    const made = this.#classes.size + 1;
    this.#classes.set(id, made);
    return made;
  }

  get classCount(): number {
    return this.#classes.size + 1;
  }

  /** The bit that stands for the person in `setReaders`. */
  setPerson(personId: string, number: number): void {
    this.#people.set(personId, number);
  }

  /** Bit n of byte n / 8, from the lowest, is the person of number n. */
  setReaders(classId: string, bits: Uint8Array): void {
    const number = this.classOf(classId);
    const last = this.#last[number];
    this.#last[number] = bits;
    for (let at = 0; at < Math.max(bits.length, last?.length ?? 0); at++) {
      let changed = (bits[at] ?? 0) ^ (last?.[at] ?? 0);
      for (let person = at * 8; changed !== 0; person++, changed >>>= 1)
        if ((changed & 1) === 1) this.#flip(person, number);
    }
  }

  /** The classes that all of the people satisfy, as bits over the numbers; a stranger satisfies none. */
  bitsOf(people: readonly string[]): Uint32Array {
    const bits = new Uint32Array((this.classCount >>> 5) + 1);
    for (const [i, person] of people.entries()) {
      const row = this.#rows[this.#people.get(person) ?? -1];
      if (i === 0 && row) bits.set(row.subarray(0, bits.length));
      else for (let at = 0; at < bits.length; at++) bits[at] = (bits[at] ?? 0) & (row?.[at] ?? 0);
    }
    return bits;
  }

  everyClass(): Uint32Array {
    const bits = new Uint32Array((this.classCount >>> 5) + 1).fill(0xffff_ffff);
    bits[NO_CLASS >>> 5] = ~(1 << (NO_CLASS & 31));
    return bits;
  }

  #flip(person: number, number: number): void {
    const at = number >>> 5;
    let row = this.#rows[person] ?? new Uint32Array(8);
    if (at >= row.length) row = grown(row, Math.max(at + 1, row.length * 2));
    row[at] = (row[at] ?? 0) ^ (1 << (number & 31));
    this.#rows[person] = row;
  }
}

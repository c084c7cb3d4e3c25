// What is new in a text out of which something was decoded: the places that changed and what stands
// around them. The rest was looked at before, and would be looked at again at every depth.
import { WALL } from "./fold.ts";

export interface Placed {
  readonly units: Uint16Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

/** A value of which a part was decoded goes no further, on either side. */
const AROUND = 576;
/** A word that a change is in is kept whole up to this: it may be a run. */
const WORD_MAX = 65_536;
const SPACE = 32;

export class Changes {
  /** From and to, ascending; neighbours are one. */
  readonly #spans: number[] = [];

  at(from: number, length = 1): void {
    const last = this.#spans.length - 1;
    if (last > 0 && from - (this.#spans[last] ?? 0) <= 2 * AROUND)
      this.#spans[last] = from + length;
    else this.#spans.push(from, from + length);
  }

  around(whole: Placed): Placed {
    const kept = this.#kept(whole.units);
    let size = 0;
    for (let i = 0; i < kept.length; i += 2) size += (kept[i + 1] ?? 0) - (kept[i] ?? 0) + 1;
    if (size >= whole.units.length) return whole;
    const units = new Uint16Array(size);
    const starts = new Uint32Array(size);
    const ends = new Uint32Array(size);
    let used = 0;
    for (let i = 0; i < kept.length; i += 2) {
      const [from = 0, to = 0] = [kept[i], kept[i + 1]];
      units.set(whole.units.subarray(from, to), used);
      starts.set(whole.starts.subarray(from, to), used);
      ends.set(whole.ends.subarray(from, to), used);
      used += to - from;
      // Nothing goes on from one of them to the next.
      units[used] = WALL;
      starts[used] = whole.ends[to - 1] ?? 0;
      ends[used++] = whole.ends[to - 1] ?? 0;
    }
    return { units, starts, ends };
  }

  #kept(units: Uint16Array): number[] {
    const kept: number[] = [];
    for (let i = 0; i < this.#spans.length; i += 2) {
      const from = wordFrom(units, Math.max(0, (this.#spans[i] ?? 0) - AROUND));
      const to = wordTo(units, Math.min(units.length, (this.#spans[i + 1] ?? 0) + AROUND));
      const last = kept.length - 1;
      if (last > 0 && from <= (kept[last] ?? 0)) kept[last] = Math.max(to, kept[last] ?? 0);
      else kept.push(from, to);
    }
    return kept;
  }
}

function wordFrom(units: Uint16Array, at: number): number {
  const least = Math.max(0, at - WORD_MAX);
  let from = at;
  while (from > least && (units[from - 1] ?? 0) > SPACE) from--;
  return from;
}

function wordTo(units: Uint16Array, at: number): number {
  const most = Math.min(units.length, at + WORD_MAX);
  let to = at;
  while (to < most && (units[to] ?? 0) > SPACE) to++;
  return to;
}

// What a search of either kind is told: what may be looked at, where to work, and how much is wanted.
import type { Scratch } from "./top.ts";

/** What may be looked at: bits over the classes, and over documents when some sources alone are asked. */
export interface Permitted {
  readonly classes: Uint32Array;
  readonly documents?: Uint8Array;
}

export interface Asked {
  readonly permitted: Permitted;
  readonly scratch: Scratch;
  /** How many documents are wanted. */
  readonly length: number;
}

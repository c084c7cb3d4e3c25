// A frame takes characters until it knows where its candidate ends. It sees each character once,
// whatever the chunks, and so gives the same answer for every chunking.

/** "failed": it was no call, the text goes back to be read as text. */
export type FrameState = "open" | "done" | "failed";

export interface Frame {
  readonly state: FrameState;
  /** How many of the taken characters, at the end, do not belong to the candidate. */
  readonly excess: number;
  /** Whether the state can change at this character; if not, it may be taken later. */
  wakes(code: number): boolean;
  /** Takes characters from `from`; returns the index after the last one taken. */
  take(text: string, from: number): number;
}

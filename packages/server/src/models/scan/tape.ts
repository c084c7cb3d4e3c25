// The text as it is read: a chunk, the place in it, and what is held back of earlier chunks until it is
// known whether it is a call. Chunks are joined only when a candidate that began earlier has its end.

// Text that failed to be a call is read again as text, but no more of it than this in all, and one
// character for each that came before: so no text, however hostile, costs more. Both are counted in
// places in the text, never in steps or chunks, so that chunks change nothing. The first characters of
// a bracket or marker are free: they are few, and hardly any can be another's first too.
const REREAD_FREE = 32_768;

export class Tape {
  text = "";
  at = 0;
  /** Where the text begins in the whole. */
  base = 0;
  /** Where what is held begins in the text, if it is not in an earlier chunk. */
  from = 0;
  /** How many of the held characters opened the candidate. */
  markerLength = 0;
  #carried = "";
  /** How many characters were read again. */
  #reread = 0;

  /** The next chunk, after the last one is read. */
  feed(chunk: string): void {
    this.text = chunk;
    this.at = 0;
    this.from = 0;
  }

  /** The chunk is read; what is held of it is kept. */
  leave(isHolding: boolean): void {
    if (isHolding) this.#carried += this.from === 0 ? this.text : this.text.slice(this.from);
    this.base += this.text.length;
  }

  /** From here on the text is held. */
  hold(): void {
    this.from = this.at;
    this.markerLength = 0;
  }

  /** What earlier chunks brought of a candidate and this text become one. */
  adopt(): void {
    if (this.#carried === "") return;
    this.text = this.#carried + this.text;
    this.base -= this.#carried.length;
    this.at += this.#carried.length;
    this.from = 0;
    this.#carried = "";
  }

  /** What follows the first characters of what is held is to be read again. */
  release(settled: number, isFree: boolean): void {
    const more = this.at - this.from - settled;
    if (more > 0 && (isFree || this.#affords(more))) this.at -= more;
  }

  /** Goes back to where only so much is held; false if that would be too much to read again. */
  shorten(length: number): boolean {
    const more = this.at - this.from - length;
    if (more > 0 && !this.#affords(more)) return false;
    this.at -= more;
    return true;
  }

  #affords(more: number): boolean {
    if (this.#reread + more > REREAD_FREE + this.base + this.at) return false;
    this.#reread += more;
    return true;
  }

  get held(): string {
    return this.text.slice(this.from, this.at);
  }
}

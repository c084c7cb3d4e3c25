// The text as it is read: a chunk, the place in it, and what is held back of earlier chunks until it is
// known whether it is a call. Chunks are joined only when a candidate that began earlier has its end.
import type { Frame } from "./frame.ts";
import { isSpaceCode } from "./types.ts";

// Text that failed to be a call is read again as text, but no more of it than this in all, and one
// character for each that came before: so no text, however hostile, costs more. Both are counted in
// places in the text, never in steps or chunks, so that chunks change nothing. The first characters of
// a bracket or marker are free: they are few, and hardly any can be another's first too.
const REREAD_FREE = 32_768;

const GATHERED_CHARS_MAX = 32;

export class Tape {
  text = "";
  at = 0;
  /** Where the text begins in the whole. */
  base = 0;
  /** Where what is held begins in the text, if it is not in an earlier chunk. */
  from = 0;
  /** How many of the held characters opened the candidate. */
  markerLength = 0;
  private carried = "";
  private gathered = "";
  /** How many characters were read again. */
  private reread = 0;

  /** Gathers small chunks of a candidate in which nothing can end it, to be read as one. */
  gather(chunk: string, frame: Frame): boolean {
    if (this.gathered.length + chunk.length > GATHERED_CHARS_MAX) return false;
    for (let i = 0; i < chunk.length; i++) if (frame.wakes(chunk.charCodeAt(i))) return false;
    this.gathered += chunk;
    return true;
  }

  /** The next chunk, after the last one is read. */
  feed(chunk: string): void {
    this.text = this.gathered === "" ? chunk : this.gathered + chunk;
    this.gathered = "";
    this.at = 0;
    this.from = 0;
  }

  /** The chunk is read; what is held of it is kept. */
  leave(isHolding: boolean): void {
    if (isHolding) this.carried += this.from === 0 ? this.text : this.text.slice(this.from);
    this.base += this.text.length;
  }

  /** From here on the text is held. */
  hold(): void {
    this.from = this.at;
    this.markerLength = 0;
  }

  /** What earlier chunks brought of a candidate and this text become one. */
  adopt(): void {
    if (this.carried === "") return;
    this.text = this.carried + this.text;
    this.base -= this.carried.length;
    this.at += this.carried.length;
    this.from = 0;
    this.carried = "";
  }

  /** Passes white space; false once something else stood there. */
  trim(): boolean {
    const { text } = this;
    while (this.at < text.length && isSpaceCode(text.charCodeAt(this.at))) this.at++;
    return this.at >= text.length;
  }

  /** The character that earlier chunks brought, if it is one and this chunk goes on; -1 if not. */
  get loneCode(): number {
    return this.carried.length === 1 && this.text !== "" ? this.carried.charCodeAt(0) : -1;
  }

  /** What earlier chunks brought is no part of a candidate, but text. */
  dropCarried(): string {
    const { carried } = this;
    this.carried = "";
    return carried;
  }

  /** What follows the first characters of what is held is to be read again. */
  release(settled: number, isFree: boolean): void {
    const more = this.at - this.from - settled;
    if (more > 0 && (isFree || this.affords(more))) this.at -= more;
  }

  /** Goes back to where only so much is held; false if that would be too much to read again. */
  shorten(length: number): boolean {
    const more = this.at - this.from - length;
    if (more > 0 && !this.affords(more)) return false;
    this.at -= more;
    return true;
  }

  private affords(more: number): boolean {
    if (this.reread + more > REREAD_FREE + this.base + this.at) return false;
    this.reread += more;
    return true;
  }

  get held(): string {
    return this.text.slice(this.from, this.at);
  }
}

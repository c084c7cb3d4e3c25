// Server-sent events from bytes: finds the data of each event without copying what it can avoid.

const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const DATA = Buffer.from("data:");
/** A longer event is no model's chunk but a fault. */
export const EVENT_BYTES_MAX = 8_388_608;

/**
 * Calls `onData` with the text of each event's data, in order. Events that hold several data lines
 * are joined by a newline; comments, ids and event names are skipped (the data of both wires says
 * what it is). Every byte is looked at once, whatever the sizes of the chunks.
 */
export class SseParser {
  readonly #onData: (data: string) => void;
  /** Pieces of a line whose end has not come yet. */
  #pieces: Buffer[] = [];
  #pieceBytes = 0;
  #data = "";
  #has = false;

  constructor(onData: (data: string) => void) {
    this.#onData = onData;
  }

  /** False when an event exceeds its bound. */
  push(chunk: Uint8Array): boolean {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let from = 0;
    for (;;) {
      const at = bytes.indexOf(NEWLINE, from);
      if (at < 0) break;
      if (this.#pieces.length === 0) this.#line(bytes, from, at);
      else {
        this.#pieces.push(bytes.subarray(from, at));
        const line = Buffer.concat(this.#pieces);
        this.#pieces = [];
        this.#pieceBytes = 0;
        this.#line(line, 0, line.length);
      }
      from = at + 1;
    }
    if (from < bytes.length) {
      this.#pieces.push(bytes.subarray(from));
      this.#pieceBytes += bytes.length - from;
    }
    return this.#pieceBytes + this.#data.length <= EVENT_BYTES_MAX;
  }

  /** The last event of a stream that ends without a blank line. */
  end(): void {
    if (this.#pieces.length > 0) {
      const line = Buffer.concat(this.#pieces);
      this.#pieces = [];
      this.#pieceBytes = 0;
      this.#line(line, 0, line.length);
    }
    this.#flush();
  }

  #line(bytes: Buffer, from: number, end: number): void {
    const to = end > from && bytes[end - 1] === RETURN ? end - 1 : end;
    if (to === from) return this.#flush();
    if (to - from < DATA.length || bytes.compare(DATA, 0, DATA.length, from, from + 5) !== 0)
      return;
    const start = bytes[from + 5] === SPACE ? from + 6 : from + 5;
    const text = bytes.toString("utf8", start, to);
    this.#data = this.#has ? `${this.#data}\n${text}` : text;
    this.#has = true;
  }

  #flush(): void {
    if (!this.#has) return;
    const data = this.#data;
    this.#data = "";
    this.#has = false;
    this.#onData(data);
  }
}

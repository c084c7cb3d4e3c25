// A child's output as lines, none of which is held beyond its bound: a longer one is read away,
// and its beginning and end are kept to tell whose answer it was.

/** What is kept of each end of a line that was too long. */
const KEPT_CHARS = 300;

export interface LineSink {
  line(text: string): void;
  tooLong(head: string, tail: string): void;
}

export class Lines {
  readonly #sink: LineSink;
  readonly #bytesMax: () => number;
  #parts: Buffer[] = [];
  #bytes = 0;
  #head: string | null = null;
  #tail = "";

  constructor(sink: LineSink, bytesMax: () => number) {
    this.#sink = sink;
    this.#bytesMax = bytesMax;
  }

  push(chunk: Buffer): void {
    let from = 0;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      this.#take(chunk.subarray(from, at));
      this.#finish();
      from = at + 1;
    }
    this.#take(chunk.subarray(from));
  }

  #take(part: Buffer): void {
    if (part.length === 0) return;
    if (this.#head !== null) {
      this.#tail = (this.#tail + part.subarray(-KEPT_CHARS).toString("latin1")).slice(-KEPT_CHARS);
      return;
    }
    this.#parts.push(part);
    this.#bytes += part.length;
    if (this.#bytes <= this.#bytesMax()) return;
    const all = Buffer.concat(this.#parts);
    this.#head = all.subarray(0, KEPT_CHARS).toString("latin1");
    this.#tail = all.subarray(-KEPT_CHARS).toString("latin1");
    this.#parts = [];
    this.#bytes = 0;
  }

  #finish(): void {
    const head = this.#head;
    const text = Buffer.concat(this.#parts).toString("utf8").replace(/\r$/, "");
    const tail = this.#tail;
    this.#parts = [];
    this.#bytes = 0;
    this.#head = null;
    this.#tail = "";
    if (head !== null) this.#sink.tooLong(head, tail);
    else if (text !== "") this.#sink.line(text);
  }
}

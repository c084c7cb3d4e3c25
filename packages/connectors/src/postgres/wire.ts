// A connection that is open already, in the form that the driver wants: it opens nothing itself, and gives up
// when the server sends more than allowed.
import { Duplex } from "node:stream";

export class Wire extends Duplex {
  readonly #inner: Duplex;
  #bytesLeft: number;

  constructor(inner: Duplex, bytesMax: number) {
    super();
    this.#inner = inner;
    this.#bytesLeft = bytesMax;
    inner.on("data", (part: Buffer) => {
      this.#bytesLeft -= part.length;
      if (this.#bytesLeft < 0) this.destroy(new TooMuch());
      else if (!this.push(part)) inner.pause();
    });
    inner.once("end", () => this.push(null));
    inner.once("error", (error) => this.destroy(error));
    inner.once("close", () => this.destroy());
  }

  /** The driver asks for what `dial` has done. */
  connect(): this {
    setImmediate(() => this.emit("connect"));
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  override _read(): void {
    this.#inner.resume();
  }

  override _write(part: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#inner.write(part, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#inner.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#inner.destroy();
    done(error);
  }
}

export class TooMuch extends Error {
  override readonly name = "TooMuch";
}

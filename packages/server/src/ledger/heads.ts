// Where streams end, as far as this process knows: spares an append the question. Never trusted:
// the database refuses an append that chains to anything but a stream's true end.
import type { Receipt } from "./event.ts";

const HEADS_MAX = 10_000;

export interface Head {
  readonly seq: number;
  readonly hash: string;
}

export class Heads {
  readonly #known = new Map<string, Head>();
  readonly #turns = new Map<string, Promise<unknown>>();

  of(stream: string): Head | undefined {
    return this.#known.get(stream);
  }

  remember({ stream, to, head }: Pick<Receipt, "stream" | "to" | "head">): void {
    this.#known.delete(stream);
    this.#known.set(stream, { seq: to, hash: head });
    if (this.#known.size <= HEADS_MAX) return;
    for (const oldest of this.#known.keys()) {
      this.#known.delete(oldest);
      break;
    }
  }

  forget(stream: string): void {
    this.#known.delete(stream);
  }

  /** Work on one stream, one after the other. */
  async inTurn<T>(stream: string, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(stream) ?? Promise.resolve();
    const own = before.then(work, work);
    this.#turns.set(stream, own);
    try {
      return await own;
    } finally {
      if (this.#turns.get(stream) === own) this.#turns.delete(stream);
    }
  }
}

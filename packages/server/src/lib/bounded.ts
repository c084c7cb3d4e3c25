// Bounds as things: a slot counter with a fair queue, and a promise with a time limit.

/** At most `size` holders at once, at most `queueMax` waiting, first come first served. */
export class Slots {
  readonly #size: number;
  readonly #queueMax: number;
  readonly #waiting: (() => void)[] = [];
  #held = 0;

  constructor(size: number, queueMax: number) {
    this.#size = size;
    this.#queueMax = queueMax;
  }

  get free(): number {
    return this.#size - this.#held;
  }

  /** Resolves to a release function, or to undefined when the queue is full. */
  async acquire(): Promise<(() => void) | undefined> {
    if (this.#held >= this.#size) {
      if (this.#waiting.length >= this.#queueMax) return undefined;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#held++;
    }
    let released = false;
    return () => {
      if (released) return;
      released = true;
      const next = this.#waiting.shift();
      if (next) next();
      else this.#held--;
    };
  }
}

/** Cuts text to `charsMax` and says how much was left out. */
export function clip(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  return `${text.slice(0, charsMax)}… [${text.length - charsMax} characters left out]`;
}

/** Does `work` for each, at most `atOnce` at a time; the results in the order of what was given. */
export async function inParallel<T, R>(
  given: readonly T[],
  atOnce: number,
  work: (each: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const entries = given.entries();
  const lane = async (): Promise<void> => {
    for (const [i, each] of entries) results[i] = await work(each);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return results;
}

// Questions of one kind, asked one by one and answered together: fewer round trips, never an older answer.

const KEYS_MAX = 500;

interface Asked<T> {
  readonly resolve: (answer: T | undefined) => void;
  readonly reject: (error: unknown) => void;
}

export class Together<T> {
  readonly #look: (keys: readonly string[]) => Promise<ReadonlyMap<string, T>>;
  #waiting = new Map<string, Asked<T>[]>();
  #going = false;

  /** `look` answers many keys at once; a key that is not in its answer has none. */
  constructor(look: (keys: readonly string[]) => Promise<ReadonlyMap<string, T>>) {
    this.#look = look;
  }

  /** The answer of a look-up that begins after this call. */
  ask(key: string): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const others = this.#waiting.get(key);
      if (others) others.push({ resolve, reject });
      else this.#waiting.set(key, [{ resolve, reject }]);
      if (this.#going) return;
      this.#going = true;
      // What is asked in the same turn of the event loop goes together.
      setImmediate(() => void this.#run());
    });
  }

  async #run(): Promise<void> {
    while (this.#waiting.size > 0) {
      const batch = this.#take();
      try {
        const answers = await this.#look([...batch.keys()]);
        for (const [key, asked] of batch)
          for (const { resolve } of asked) resolve(answers.get(key));
      } catch (error) {
        for (const asked of batch.values()) for (const { reject } of asked) reject(error);
      }
    }
    this.#going = false;
  }

  #take(): Map<string, Asked<T>[]> {
    const all = [...this.#waiting];
    this.#waiting = new Map(all.slice(KEYS_MAX));
    return new Map(all.slice(0, KEYS_MAX));
  }
}

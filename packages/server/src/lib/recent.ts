// Answers that many ask for at once: looked up once, kept for a moment, never when they failed.
import type { Result } from "./result.ts";

export interface RecentOptions {
  /** How old an answer may be, in milliseconds. */
  readonly forMs: number;
  readonly entriesMax: number;
  readonly now: () => number;
}

interface Entry<T> {
  readonly at: number;
  readonly answer: Promise<Result<T>>;
}

export class Recent<T> {
  readonly #look: (key: string) => Promise<Result<T>>;
  readonly #options: RecentOptions;
  readonly #entries = new Map<string, Entry<T>>();

  constructor(look: (key: string) => Promise<Result<T>>, options: RecentOptions) {
    this.#look = look;
    this.#options = options;
  }

  async get(key: string): Promise<Result<T>> {
    const { forMs, entriesMax, now } = this.#options;
    const known = this.#entries.get(key);
    if (known && now() - known.at < forMs) return known.answer;
    const entry = { at: now(), answer: this.#look(key) };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    if (this.#entries.size > entriesMax) this.#dropOldest();
    const forget = (): void => {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
    };
    try {
      const answer = await entry.answer;
      if (!answer.ok) forget();
      return answer;
    } catch (error) {
      forget();
      throw error;
    }
  }

  #dropOldest(): void {
    for (const key of this.#entries.keys()) {
      this.#entries.delete(key);
      return;
    }
  }
}

// Answers that never change: looked up once, the most recently used kept; none that failed.
import type { Result } from "./result.ts";

export class Lasting<T> {
  readonly #look: (key: string) => Promise<Result<T>>;
  readonly #entriesMax: number;
  readonly #known = new Map<string, Result<T>>();

  constructor(look: (key: string) => Promise<Result<T>>, entriesMax: number) {
    this.#look = look;
    this.#entriesMax = entriesMax;
  }

  async get(key: string): Promise<Result<T>> {
    const found = this.#known.get(key) ?? (await this.#look(key));
    this.#known.delete(key);
    if (found.ok) this.#known.set(key, found);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= this.#entriesMax) break;
      this.#known.delete(oldest);
    }
    return found;
  }
}

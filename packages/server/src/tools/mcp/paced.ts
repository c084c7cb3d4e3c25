// Work that others may ask for at any rate: one at a time, with a rest after each, and once more when
// it was asked for meanwhile.

/** After a look at a server's list, however often it says that there is another: each is a request. */
export const LOOK_REST_MS = 500;

export class Paced {
  readonly #work: () => Promise<unknown>;
  readonly #restMs: number;
  #busy = false;
  #again = false;

  /** `work` never rejects. */
  constructor(work: () => Promise<unknown>, restMs: number) {
    this.#work = work;
    this.#restMs = restMs;
  }

  ask(): void {
    this.#again = true;
    if (!this.#busy) this.#begin();
  }

  #begin(): void {
    this.#busy = this.#again;
    if (!this.#again) return;
    this.#again = false;
    void this.#work().finally(() => {
      setTimeout(() => this.#begin(), this.#restMs).unref();
    });
  }
}

// How fast one source may be asked: requests at once and in a minute, and a rest that it asks for.
import type { Clock } from "../../lib/clock.ts";
import { Slots } from "../../lib/bounded.ts";

export interface PaceLimits {
  readonly requestsPerMinute?: number;
  readonly concurrent: number;
}

const QUEUE_MAX = 100_000;

export class Pace {
  readonly #clock: Clock;
  readonly #slots: Slots;
  readonly #everyMs: number;
  #nextMs = 0;
  #restUntilMs = 0;

  constructor(clock: Clock, { requestsPerMinute, concurrent }: PaceLimits) {
    this.#clock = clock;
    this.#slots = new Slots(Math.max(1, concurrent), QUEUE_MAX);
    this.#everyMs = requestsPerMinute === undefined ? 0 : 60_000 / requestsPerMinute;
  }

  /** Resolves when it is this one's turn, to what gives the place back; undefined when called off. */
  async turn(signal: AbortSignal): Promise<(() => void) | undefined> {
    const release = await this.#slots.acquire();
    // Once more where a rest was asked for while this one slept.
    do {
      const nowMs = this.#clock.monotonicMs();
      const atMs = Math.max(nowMs, this.#nextMs, this.#restUntilMs);
      this.#nextMs = atMs + this.#everyMs;
      if (atMs > nowMs) await this.#clock.sleep(atMs - nowMs, signal);
    } while (!signal.aborted && this.#clock.monotonicMs() < this.#restUntilMs);
    if (!signal.aborted) return release;
    release?.();
    return undefined;
  }

  /** The source asks for a rest: for all of its requests, not for the one alone. */
  rest(ms: number): void {
    this.#restUntilMs = Math.max(this.#restUntilMs, this.#clock.monotonicMs() + ms);
  }
}

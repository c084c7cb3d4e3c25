// Stops asking a model that keeps failing: closed, open for a while, then one probe at a time.
import type { Clock } from "../lib/clock.ts";

const FAILURES_MAX = 5;
const OPEN_MS = 10_000;
const OPEN_MS_MAX = 120_000;

interface State {
  failures: number;
  /** How often it opened without a success between. */
  opened: number;
  openUntilMs: number;
  probing: boolean;
}

export class Breakers {
  readonly #clock: Clock;
  readonly #states = new Map<string, State>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds to wait before this model may be asked; 0: now. The one who is let in must `leave`. */
  enter(model: string): number {
    const state = this.#states.get(model);
    if (!state || state.failures < FAILURES_MAX) return 0;
    const leftMs = state.openUntilMs - this.#clock.monotonicMs();
    if (leftMs > 0) return leftMs;
    if (state.probing) return OPEN_MS;
    state.probing = true;
    return 0;
  }

  /** `undefined`: the attempt says nothing about the model's health (a cancel, a refusal, a limit). */
  leave(model: string, healthy: boolean | undefined): void {
    const state = this.#states.get(model);
    if (healthy === true) return void this.#states.delete(model);
    if (healthy === undefined) {
      if (state) state.probing = false;
      return;
    }
    const next = state ?? { failures: 0, opened: 0, openUntilMs: 0, probing: false };
    next.failures++;
    next.probing = false;
    if (next.failures >= FAILURES_MAX) {
      const openMs = Math.min(OPEN_MS * 2 ** next.opened, OPEN_MS_MAX);
      next.openUntilMs = this.#clock.monotonicMs() + openMs;
      next.opened++;
    }
    this.#states.set(model, next);
  }

  isOpen(model: string): boolean {
    return (this.#states.get(model)?.failures ?? 0) >= FAILURES_MAX;
  }
}

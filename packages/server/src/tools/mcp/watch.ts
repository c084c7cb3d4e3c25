// Hears at once that a server over HTTP has changed its tools: one stream a server, in the name of the
// administrator who connected it, for the streams of calls end with their calls. Without it a change is
// still found by listing again.
import type { Clock } from "../../lib/clock.ts";
import type { Session } from "./session.ts";
import type { Way } from "./way.ts";

/** The way of a watcher, minted afresh; undefined while nobody may watch. */
export type WatchWay = () => Promise<Way | undefined>;

export interface WatchOptions {
  readonly clock: Clock;
  readonly way: WatchWay;
  readonly session: Session;
}

const STREAM_MS = 10 * 60_000;
/** A server that nobody has used for so long is not watched. */
const IN_USE_MS = 10 * 60_000;
const WAIT_MS = 500;
const WAIT_MAX_MS = 60_000;
/** However often a server says that its list is another: each look is a request on record. */
const LOOK_EVERY_MS = 500;
/** A stream that stood for so long had not failed. */
const HEALTHY_MS = 10_000;

export class Watch {
  readonly #options: WatchOptions;
  #busy = false;
  #again = false;
  #resting = false;
  #open = false;
  #closed = false;
  #timer: NodeJS.Timeout | null = null;
  #failures = 0;
  #usedMs = 0;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** Called with each use of the server: opens the stream when it is not open. */
  keep(): void {
    this.#usedMs = this.#options.clock.monotonicMs();
    if (!this.#timer) this.#listen();
  }

  /** The server says that its list is another: look at once. */
  look(): void {
    if (this.#busy || this.#resting) this.#again = true;
    else if (this.#open && !this.#closed) {
      this.#rest();
      this.#along(async (way) => void (await this.#options.session.ready(way)));
    }
  }

  #rest(): void {
    this.#resting = true;
    const timer = setTimeout(() => {
      this.#resting = false;
      this.#lookAgain();
    }, LOOK_EVERY_MS);
    timer.unref();
  }

  #lookAgain(): void {
    if (!this.#again || this.#busy || this.#resting) return;
    this.#again = false;
    this.look();
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#options.session.close();
  }

  #listen(): void {
    if (this.#open || this.#closed) return;
    const { clock, session } = this.#options;
    this.#along(async (way) => {
      this.#open = true;
      const openedMs = clock.monotonicMs();
      const ended = (): void => this.#ended(openedMs);
      const ready = await session.ready({ ...way, stream: { timeoutMs: STREAM_MS, ended } });
      if (this.#closed) await session.close();
      else if (!ready.ok) ended();
    });
  }

  /** Opened again while the server is in use, soon at first, then less and less eagerly. */
  #ended(openedMs: number): void {
    if (!this.#open) return;
    this.#open = false;
    void this.#options.session.close();
    const nowMs = this.#options.clock.monotonicMs();
    this.#failures = nowMs - openedMs < HEALTHY_MS ? this.#failures + 1 : 0;
    if (this.#closed || nowMs - this.#usedMs > IN_USE_MS) return;
    const waitMs = Math.min(WAIT_MS * 2 ** this.#failures, WAIT_MAX_MS);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#listen();
    }, waitMs);
    this.#timer.unref();
  }

  #along(work: (way: Way) => Promise<void>): void {
    if (this.#busy) return;
    this.#busy = true;
    void this.#options
      .way()
      .then(async (way) => way && (await work(way)))
      .finally(() => {
        this.#busy = false;
        this.#lookAgain();
      });
  }
}

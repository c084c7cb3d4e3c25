// Hears at once that a server over HTTP has changed its tools: one stream a server, in the name of the
// administrator who connected it, for the streams of calls end with their calls. Without it a change is
// still found by listing again.
import type { Clock } from "../../lib/clock.ts";
import { LOOK_REST_MS, Paced } from "./paced.ts";
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
/** A stream that stood for so long had not failed. */
const HEALTHY_MS = 10_000;

export class Watch {
  readonly #options: WatchOptions;
  readonly #looks: Paced;
  /** Settles when the last thing done here is done. */
  #last = Promise.resolve();
  #opening = false;
  #open = false;
  #closed = false;
  #timer: NodeJS.Timeout | null = null;
  #failures = 0;
  #usedMs = 0;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#looks = new Paced(() => this.#look(), LOOK_REST_MS);
  }

  /** Called with each use of the server: opens the stream when it is not open. */
  keep(): void {
    this.#usedMs = this.#options.clock.monotonicMs();
    if (!this.#timer) this.#listen();
  }

  /** The server says that its list is another: look at once. */
  look(): void {
    this.#looks.ask();
  }

  async #look(): Promise<void> {
    const { session } = this.#options;
    await this.#inTurn(async (way) => {
      if (this.#open && !this.#closed) await session.ready(way);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#options.session.close();
  }

  #listen(): void {
    if (this.#opening || this.#open || this.#closed) return;
    this.#opening = true;
    const { clock, session } = this.#options;
    const opened = this.#inTurn(async (way) => {
      this.#open = true;
      const openedMs = clock.monotonicMs();
      const ended = (): void => this.#ended(openedMs);
      const ready = await session.ready({ ...way, stream: { timeoutMs: STREAM_MS, ended } });
      if (this.#closed) await session.close();
      else if (!ready.ok) ended();
    });
    void opened.finally(() => (this.#opening = false));
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

  async #inTurn(work: (way: Way) => Promise<void>): Promise<void> {
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = promise;
    try {
      await before;
      const way = await this.#options.way();
      if (way) await work(way);
    } finally {
      resolve();
    }
  }
}

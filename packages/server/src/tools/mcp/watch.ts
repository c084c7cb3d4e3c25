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
/** A server that ends its streams, or has none, is asked again no sooner than this. */
const AGAIN_MS = 30_000;

export class Watch {
  readonly #options: WatchOptions;
  #busy = false;
  #again = false;
  #open = false;
  #notBeforeMs = 0;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** Called with each use of the server: opens the stream when it is not open. */
  keep(): void {
    const { clock, session } = this.#options;
    if (this.#open || clock.monotonicMs() < this.#notBeforeMs) return;
    this.#along(async (way) => {
      this.#notBeforeMs = clock.monotonicMs() + AGAIN_MS;
      this.#open = true;
      const ended = (): void => {
        this.#open = false;
        void session.close();
      };
      const ready = await session.ready({ ...way, stream: { timeoutMs: STREAM_MS, ended } });
      if (!ready.ok) this.#open = false;
    });
  }

  /** The server says that its list is another: look at once. */
  look(): void {
    if (this.#busy) this.#again = true;
    else if (this.#open) this.#along(async (way) => void (await this.#options.session.ready(way)));
  }

  #along(work: (way: Way) => Promise<void>): void {
    if (this.#busy) return;
    this.#busy = true;
    void this.#options
      .way()
      .then(async (way) => way && (await work(way)))
      .finally(() => {
        this.#busy = false;
        const again = this.#again;
        this.#again = false;
        if (again) this.look();
      });
  }
}

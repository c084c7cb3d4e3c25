// Keeps the keys of this process at hand for as long as the key service confirms them: it is asked at the start
// and again and again, never in a call. Away, they stay for a bounded time; refused, they go at once.
import type { KeyFile } from "../../ledger/key-file.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Log } from "../../lib/log.ts";
import { ok, type Failure, type Result } from "../../lib/result.ts";
import type { Transit } from "./transit.ts";

export interface KeyService {
  /** Asks for the keys: without its answer nothing starts. */
  open(): Promise<Result<void>>;
  /** In a few words, for the server's health. */
  state(): string;
  close(): Promise<void>;
}

export interface ServiceDeps {
  readonly file: KeyFile;
  readonly transit: Transit;
  /** Closes the connections to it. */
  readonly hangUp: () => Promise<void>;
  readonly clock: Pick<Clock, "monotonicMs" | "sleep">;
  readonly log: Log;
  /** How long keys are kept in memory after the service confirmed them last. */
  readonly cacheMs: number;
}

const ASK_MAX_MS = 5 * 60_000;
/** While it is away or refuses, and where another process has changed the file. */
const AGAIN_MS = 5_000;

/** Keys in a file of their own need nobody. */
export const NO_SERVICE: KeyService = {
  open: async () => ok(),
  state: () => "ok",
  close: async () => undefined,
};

export class KeptByService implements KeyService {
  readonly #deps: ServiceDeps;
  readonly #stopping = new AbortController();
  #early = new AbortController();
  #going: Promise<void> | undefined;
  #trouble: Failure | undefined;
  #confirmedMs = 0;

  constructor(deps: ServiceDeps) {
    this.#deps = deps;
    deps.file.onUnknown = () => this.#early.abort();
  }

  async open(): Promise<Result<void>> {
    const { file, transit, log, clock, cacheMs } = this.#deps;
    const opened = await file.open(transit, cacheMs);
    if (!opened.ok) return opened;
    this.#confirmedMs = clock.monotonicMs();
    const renewed = await file.renew();
    if (!renewed.ok) return renewed;
    if (renewed.value > 0)
      log("info", "the file of keys was wrapped anew", { keys: renewed.value });
    this.#going ??= this.#go();
    return ok();
  }

  state(): string {
    return this.#trouble?.detail ?? "ok";
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#going;
    await this.#deps.hangUp();
  }

  async #go(): Promise<void> {
    const { clock, cacheMs } = this.#deps;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const waitMs = this.#trouble ? AGAIN_MS : Math.min(cacheMs / 4, ASK_MAX_MS);
      this.#early = new AbortController();
      await clock.sleep(waitMs, AbortSignal.any([signal, this.#early.signal]));
      if (!signal.aborted) await this.#ask();
      // Asked early, and no wiser: others' changes are not followed faster than this.
      if (this.#early.signal.aborted) await clock.sleep(AGAIN_MS / 10, signal);
    }
  }

  async #ask(): Promise<void> {
    const { file, transit, log, clock, cacheMs } = this.#deps;
    const before = this.#trouble;
    const done = await file.open(transit, cacheMs);
    if (done.ok) {
      this.#trouble = undefined;
      this.#confirmedMs = clock.monotonicMs();
      if (before) log("info", "the key service answers again", {});
      const renewed = await transit.renewToken();
      if (!renewed.ok) log("warn", "the token was not renewed", { detail: renewed.failure.detail });
      return;
    }
    this.#trouble = done.failure;
    const isAway = done.failure.code === "store.unavailable";
    const leftMs = isAway ? this.#confirmedMs + cacheMs - clock.monotonicMs() : 0;
    if (leftMs <= 0)
      file.shut(`${done.failure.detail} Nothing that is sealed opens until it does.`);
    if (before?.detail === done.failure.detail && leftMs > 0) return;
    log("error", "the key service does not confirm the keys", {
      detail: done.failure.detail,
      leftMs: Math.max(0, Math.round(leftMs)),
    });
  }
}

// One attempt at a request: dispatches it, watches its times, counts its bytes, hands it on.
import type { Dispatcher } from "undici";
import type { Clock } from "../lib/clock.ts";
import { fail, ok, type Failure, type Result } from "../lib/result.ts";
import { failureOf } from "./failure.ts";
import type { Lane } from "./lane.ts";
import type { OutRequest, Target } from "./request.ts";

export interface Head {
  readonly status: number;
  readonly headers: Record<string, string>;
}

/** How an exchange ended, told once. */
export interface Ending {
  readonly failure: Failure | null;
  readonly status: number | null;
  readonly bytes: number;
  /** True when the answer was read to its end, so that the connection can carry another. */
  readonly whole: boolean;
}

/** Chunks waiting beyond this pause the socket. */
const QUEUED_BYTES_MAX = 262_144;
/** What is read away after a reader has enough, before the connection is given up. */
const DISCARDED_BYTES_MAX = 65_536;
const DISCARD_MS = 1000;

export interface ExchangeOptions {
  readonly clock: Clock;
  readonly target: Target;
  readonly request: OutRequest;
  readonly startedMs: number;
  readonly onEnd: (ending: Ending) => void;
}

export class Exchange implements Dispatcher.DispatchHandler {
  readonly head: Promise<Result<Head>>;
  readonly #options: ExchangeOptions;
  readonly #chunks: Buffer[] = [];
  #queuedBytes = 0;
  #bytes = 0;
  #discardedMax = 0;
  #lastMs: number;
  #begun = false;
  #status: number | null = null;
  #ended = false;
  #failure: Failure | null = null;
  #controller: Dispatcher.DispatchController | null = null;
  #timer: NodeJS.Timeout | null = null;
  #wake: (() => void) | null = null;
  #answerHead: (head: Result<Head>) => void = () => {};
  readonly #onAbort = (): void => this.#stop(cancelled().failure);

  constructor(options: ExchangeOptions) {
    this.#options = options;
    this.#lastMs = options.startedMs;
    this.head = new Promise((resolve) => (this.#answerHead = resolve));
  }

  /** True once a byte of the answer's head was understood: from here on nothing is repeated. */
  get begun(): boolean {
    return this.#begun;
  }

  start(lane: Lane, headers: Record<string, string>): void {
    const { request, target } = this.#options;
    if (request.signal?.aborted) return this.#stop(cancelled().failure);
    request.signal?.addEventListener("abort", this.#onAbort, { once: true });
    this.#watch();
    lane.client.dispatch(
      {
        path: target.url.pathname + target.url.search,
        method: request.method,
        headers,
        body: request.body ?? null,
      },
      this,
    );
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#ended) controller.abort(new Error("stopped"));
  }

  onResponseStarted(): void {
    this.#begun = true;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.#begun = true;
    this.#lastMs = this.#options.clock.monotonicMs();
    if (status < 200) return;
    this.#status = status;
    const flat: Record<string, string> = {};
    for (const [name, value] of Object.entries(headers))
      if (value !== undefined && name !== "set-cookie")
        flat[name] = typeof value === "string" ? value : value.join(", ");
    this.#answerHead(ok({ status, headers: flat }));
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#lastMs = this.#options.clock.monotonicMs();
    this.#bytes += chunk.length;
    if (this.#bytes > this.#options.request.bytesMax)
      return this.#stop(tooLarge(this.#options.request.bytesMax).failure);
    if (this.#discardedMax > 0) {
      if (this.#bytes > this.#discardedMax) this.#stop(null);
      return;
    }
    this.#chunks.push(chunk);
    this.#queuedBytes += chunk.length;
    if (this.#queuedBytes > QUEUED_BYTES_MAX) controller.pause();
    this.#wakeReader();
  }

  onResponseEnd(): void {
    this.#end(null);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#end(failureOf(error, this.#options.target));
  }

  /** Stops the exchange: the peer sees its connection go. */
  #stop(failure: Failure | null): void {
    if (this.#ended) return;
    this.#end(failure, true);
    this.#controller?.abort(new Error("stopped"));
  }

  #end(failure: Failure | null, broken = failure !== null): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#failure = failure;
    if (this.#timer) clearTimeout(this.#timer);
    this.#options.request.signal?.removeEventListener("abort", this.#onAbort);
    if (failure) this.#answerHead({ ok: false, failure });
    this.#options.onEnd({ failure, status: this.#status, bytes: this.#bytes, whole: !broken });
    this.#wakeReader();
  }

  #wakeReader(): void {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }

  /** One timer for all limits: it looks when the nearest could be due, and sets itself again. */
  #watch(): void {
    const { request, clock, startedMs } = this.#options;
    const now = clock.monotonicMs();
    const firstByteMs = request.firstByteTimeoutMs ?? request.timeoutMs;
    const due = [{ at: startedMs + request.timeoutMs, what: `within ${request.timeoutMs} ms` }];
    if (!this.#begun)
      due.push({ at: startedMs + firstByteMs, what: `at all within ${firstByteMs} ms` });
    else if (this.#queuedBytes === 0)
      due.push({ at: this.#lastMs + request.idleTimeoutMs, what: "any further" });
    const late = due.find(({ at }) => now >= at);
    if (late) return this.#stop(timedOut(this.#options.target, late.what).failure);
    // Until the head is there, an idle limit shorter than the rest may begin at any moment.
    const next = Math.min(...due.map(({ at }) => at - now), Math.max(request.idleTimeoutMs, 1));
    this.#timer = setTimeout(() => this.#watch(), Math.ceil(next));
  }

  /** The body's chunks, for one reader. Ends early on a failure, which `failure` then names. */
  chunks(): AsyncIterator<Buffer, void> {
    return {
      next: () => this.#next(),
      return: () => {
        this.#discard();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }

  #next(): Promise<IteratorResult<Buffer, void>> {
    const chunk = this.#chunks.shift();
    if (chunk !== undefined) {
      this.#queuedBytes -= chunk.length;
      if (this.#queuedBytes === 0 && this.#controller?.paused) {
        this.#lastMs = this.#options.clock.monotonicMs();
        this.#controller.resume();
      }
      return Promise.resolve({ done: false, value: chunk });
    }
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise<void>((resolve) => (this.#wake = resolve)).then(() => this.#next());
  }

  /** The reader has enough: a short rest is read away, so that the connection can carry another. */
  #discard(): void {
    if (this.#ended) return;
    this.#chunks.length = 0;
    this.#queuedBytes = 0;
    this.#discardedMax = this.#bytes + DISCARDED_BYTES_MAX;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#stop(null), DISCARD_MS);
    this.#controller?.resume();
  }

  get failure(): Failure | null {
    return this.#failure;
  }
}

function cancelled(): Result<never> & { ok: false } {
  return fail("run.cancelled", "the request was called off before it was answered");
}

export function tooLarge(bytesMax: number): Result<never> & { ok: false } {
  return fail("egress.too_large", `the answer is larger than ${bytesMax} bytes`);
}

function timedOut(target: Target, what: string): Result<never> & { ok: false } {
  return fail("egress.timeout", `${target.destination} did not answer ${what}`);
}

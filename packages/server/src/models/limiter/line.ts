// One process' line before one credential: who waits, what is in hand, and when to ask for more.
import { fail, ok, type Result } from "../../lib/result.ts";
import type { ProviderLimits } from "../provider.ts";
import { burstOf, grant, type Ask, type Grant } from "./bucket.ts";
import { FairQueue } from "./fair-queue.ts";
import type { Lease, LimitRequest } from "./limiter.ts";
import { changeLimit } from "./queries.ts";
import type { SharedLimiterOptions } from "./shared.ts";

const WAITING_MAX = 10_000;
/** A block is at most this share of what may go at once, so that other processes find some. */
const BLOCK_SHARE = 1 / 8;
/** What is in hand for longer goes stale: the bucket has filled again meanwhile. */
const BLOCK_MS = 2000;
const RENEW_MS = 5000;
const IDLE_MS = 500;
const STORE_RETRY_MS = 250;
/** So that two calls of nothing still take turns. */
const COST_OF_CALL = 200;

interface Waiter {
  readonly personId: string;
  readonly cost: number;
  readonly tokens: number;
  readonly settle: (result: Result<Lease>) => void;
}

export class Line {
  readonly #options: SharedLimiterOptions;
  readonly #credential: string;
  readonly #limits: ProviderLimits;
  readonly #queue = new FairQueue<Waiter>();
  #requests = 0;
  #tokens = 0;
  #tokensBack = 0;
  #blockUntilMs = 0;
  #slots = 0;
  #used = 0;
  #pauseMs = 0;
  #pausedUntilMs = 0;
  #pumping = false;
  #closed = false;
  #lost = false;
  #timer: NodeJS.Timeout | null = null;
  #wake: (() => void) | null = null;

  constructor(options: SharedLimiterOptions, { credential, limits }: LimitRequest) {
    this.#options = options;
    this.#credential = credential;
    this.#limits = limits;
  }

  acquire(request: LimitRequest): Promise<Result<Lease>> {
    if (this.#queue.size >= WAITING_MAX) return Promise.resolve(full());
    if (request.signal.aborted) return Promise.resolve(cancelled());
    if (this.#queue.size === 0 && this.#ready(request.tokens))
      return Promise.resolve(ok(this.#take(request.tokens)));
    return new Promise((resolve) => {
      const settle = (result: Result<Lease>): void => {
        clearTimeout(timer);
        request.signal.removeEventListener("abort", onAbort);
        this.#queue.drop(waiter);
        resolve(result);
      };
      const onAbort = (): void => settle(cancelled());
      const timer = setTimeout(() => settle(tooLate(this.#lost)), Math.max(0, request.waitMsMax));
      const { personId, tokens } = request;
      const waiter: Waiter = { personId, tokens, cost: tokens + COST_OF_CALL, settle };
      request.signal.addEventListener("abort", onAbort, { once: true });
      this.#queue.push(waiter);
      void this.#pump();
    });
  }

  pause(ms: number): void {
    this.#pauseMs = Math.max(this.#pauseMs, ms);
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, this.#now() + ms);
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    for (const waiter of this.#queue) waiter.settle(cancelled());
    if (this.#slots > 0) await this.#sync({ giveBack: true });
  }

  #now(): number {
    return this.#options.clock.monotonicMs();
  }

  #ready(tokens: number): boolean {
    const { requestsPerMinute, tokensPerMinute, concurrent } = this.#limits;
    const now = this.#now();
    if (this.#pausedUntilMs > now) return false;
    if (now > this.#blockUntilMs && (requestsPerMinute ?? tokensPerMinute) !== undefined) {
      // Stale permits are let go; what answers owed or gave back still counts.
      this.#requests = 0;
      this.#tokensBack += Math.min(0, this.#tokens);
      this.#tokens = 0;
    }
    return (
      (requestsPerMinute === undefined || this.#requests >= 1) &&
      (tokensPerMinute === undefined || this.#tokens >= tokens) &&
      (concurrent === undefined || this.#used < this.#slots)
    );
  }

  #take(tokens: number): Lease {
    if (this.#limits.requestsPerMinute !== undefined) this.#requests--;
    if (this.#limits.tokensPerMinute !== undefined) this.#tokens -= tokens;
    this.#used++;
    let released = false;
    return {
      release: (tokensUsed) => {
        if (released) return;
        released = true;
        this.#used--;
        this.#tokensBack += tokens - tokensUsed;
        this.#wake?.();
        this.#watch();
      },
    };
  }

  /** Serves who waits, in turn; asks for more when nothing is in hand. One at a time. */
  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      for (let head = this.#queue.peek(); head && !this.#closed; head = this.#queue.peek()) {
        if (this.#ready(head.tokens)) {
          this.#queue.shift();
          head.settle(ok(this.#take(head.tokens)));
          continue;
        }
        const waitMs = await this.#sync({ giveBack: false });
        if (this.#queue.peek() && !this.#ready(this.#queue.peek()?.tokens ?? 0))
          await this.#pausedFor(Math.max(waitMs, 5));
      }
    } finally {
      this.#pumping = false;
    }
    this.#watch();
  }

  /** A slot that is given back here ends the wait. */
  async #pausedFor(ms: number): Promise<void> {
    const early = new AbortController();
    this.#wake = () => early.abort();
    await this.#options.clock.sleep(ms, early.signal);
    this.#wake = null;
  }

  /** Talks to the others: what is given back, what is wanted; returns how long to wait for more. */
  async #sync({ giveBack }: { giveBack: boolean }): Promise<number> {
    const ask = this.#ask(giveBack);
    const { orgId, db, log } = this.#options;
    const beganMs = this.#now();
    try {
      const granted = await changeLimit(
        db,
        { orgId, credential: this.#credential },
        (state, nowMs) => grant({ state, limits: this.#limits, ask, nowMs }),
      );
      this.#lost = false;
      this.#receive(ask, granted, beganMs);
      return granted.waitMs;
    } catch (error) {
      this.#lost = true;
      const cause = error instanceof Error ? error.message : "unknown";
      log("warn", "the shared limits can't be reached", { cause });
      return STORE_RETRY_MS;
    }
  }

  #ask(giveBack: boolean): Ask {
    const want = giveBack ? 0 : this.#queue.size;
    const head = this.#queue.peek();
    const { requestsPerMinute, tokensPerMinute, concurrent } = this.#limits;
    const spare = Math.ceil((concurrent ?? 0) * BLOCK_SHARE);
    return {
      processId: this.#options.processId,
      requests: want === 0 ? 0 : Math.max(0, blockOf(requestsPerMinute, want) - this.#requests),
      tokens: head && !giveBack ? Math.max(0, head.tokens - Math.max(0, this.#tokens)) : 0,
      tokensBlock: want === 0 ? 0 : blockOf(tokensPerMinute, 0),
      tokensBack: this.#tokensBack,
      slots: this.#used + (want === 0 || concurrent === undefined ? 0 : Math.max(want, spare)),
      slotsUsed: this.#used,
      pauseMs: this.#pauseMs,
    };
  }

  #receive(ask: Ask, granted: Grant, beganMs: number): void {
    this.#requests += granted.requests;
    this.#tokens += granted.tokens;
    this.#tokensBack -= ask.tokensBack;
    this.#pauseMs = 0;
    this.#slots = granted.slots;
    this.#blockUntilMs = beganMs + BLOCK_MS;
  }

  /** Slots in use are renewed; those that lie idle are given back. */
  #watch(): void {
    if (this.#timer || this.#closed || this.#slots === 0) return;
    const idle = this.#used < this.#slots && this.#queue.size === 0;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        void this.#tend();
      },
      idle ? IDLE_MS : RENEW_MS,
    );
    this.#timer.unref();
  }

  async #tend(): Promise<void> {
    if (this.#closed || this.#pumping) return;
    await this.#sync({ giveBack: this.#queue.size === 0 });
    if (this.#queue.size > 0) void this.#pump();
    else this.#watch();
  }
}

function blockOf(perMinute: number | undefined, atLeast: number): number {
  const block = perMinute === undefined ? 1 : Math.ceil(burstOf(perMinute) * BLOCK_SHARE);
  return Math.max(block, atLeast);
}

function full(): Result<Lease> {
  return fail("model.rate_limited", "has too many calls waiting for it already");
}

function cancelled(): Result<Lease> {
  return fail("run.cancelled", "was not asked: the call was called off");
}

function tooLate(lost: boolean): Result<Lease> {
  return lost
    ? fail("store.unavailable", "was not asked: the shared limits can't be reached")
    : fail("model.rate_limited", "has no room left within its limits");
}

// One question to one live source as one person, bounded in time: whatever its connector does, the asker is
// answered.
import { SourceError, type SourceErrorCode } from "@stead/sdk";
import { Slots } from "../../lib/bounded.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import type { Errand, LiveDeps, LiveHosted, LiveSource } from "./live.ts";

const TIMEOUT_MS = 4_000;
/** Per source: one that hangs holds up itself alone. */
const AT_ONCE = 8;
const WAITING_MAX = 64;

const WORDS: Readonly<Record<SourceErrorCode, string>> = {
  reconnect: "your account there has to be linked again",
  forbidden: "it does not let you in",
  missing: "it has nothing there",
  busy: "it is too busy just now",
  unavailable: "it can't be reached just now",
  malformed: "its answer could not be read",
  too_large: "it answered with more than is taken",
  settings: "it is not set up as it should be",
};

export interface Question<T> extends Errand {
  readonly source: LiveSource;
  readonly personId: string;
  readonly ask: (hosted: LiveHosted) => Promise<T>;
}

export class Asker {
  readonly #deps: LiveDeps;
  readonly #slots = new Map<string, Slots>();

  constructor(deps: LiveDeps) {
    this.#deps = deps;
  }

  async ask<T>(question: Question<T>): Promise<Result<T>> {
    const { ctx, timeoutMs = TIMEOUT_MS } = this.#deps;
    const over = new AbortController();
    const signals = question.signal ? [over.signal, question.signal] : [over.signal];
    const signal = AbortSignal.any(signals);
    const late = ctx.clock
      .sleep(timeoutMs, signal)
      .then(() => fail("egress.timeout", "it did not answer in time"));
    try {
      return await Promise.race([this.#inTurn(question, signal), late]);
    } finally {
      over.abort();
    }
  }

  /** The turn is over when the connector is done, also when nobody waits for it any more. */
  async #inTurn<T>(question: Question<T>, signal: AbortSignal): Promise<Result<T>> {
    const release = await this.#slotsOf(question.source.id).acquire();
    if (!release) return fail("source.failed", WORDS.busy);
    try {
      return signal.aborted
        ? fail("egress.timeout", "it did not answer in time")
        : await this.#put(question, signal);
    } finally {
      release();
    }
  }

  async #put<T>(
    { source, personId, ask, way }: Question<T>,
    signal: AbortSignal,
  ): Promise<Result<T>> {
    try {
      const who = { sourceId: source.id, personId, ...(way ? { way } : {}) };
      const hosted = await this.#deps.host(who, signal);
      return hosted.ok ? ok(await ask(hosted.value)) : hosted;
    } catch (error) {
      // An administrator reads what went wrong; to others a source's words may say too much.
      const known = error instanceof SourceError ? error : undefined;
      const { log } = this.#deps.ctx;
      if (!signal.aborted)
        log("warn", "a live source could not be asked", {
          source: source.id,
          code: known?.code ?? "unknown",
          why: known?.message ?? (error instanceof Error ? error.name : "not an error"),
        });
      if (known?.code === "missing" || known?.code === "forbidden")
        return fail("resource.not_found", WORDS[known.code]);
      const code = known?.code === "reconnect" ? "source.reconnect" : "source.failed";
      return fail(code, WORDS[known?.code ?? "malformed"]);
    }
  }

  #slotsOf(sourceId: string): Slots {
    const known = this.#slots.get(sourceId);
    if (known) return known;
    const slots = new Slots(AT_ONCE, WAITING_MAX);
    this.#slots.set(sourceId, slots);
    return slots;
  }
}

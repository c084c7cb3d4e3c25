// Asks a chain of models for an answer: attempts, waits, the next model, and who gave up why.
import type { Attempt } from "@stead/protocol";
import { fail, ok, type Failure, type Result } from "../lib/result.ts";
import { checkPermit, type Permit } from "../policy/permit.ts";
import { tryOnce } from "./attempt.ts";
import { blame, type Tried } from "./blame.ts";
import type { FoundModel, Models } from "./models.ts";
import type { ModelAnswer, ModelCall, ModelSink } from "./model.ts";
import { retryInMs } from "./retry.ts";

/** A permit for each model that policy allows; one without is not asked. */
export type ModelPermits = ReadonlyMap<string, Permit>;

// oxlint-disable-next-line max-params -- what is asked, and who listens, are two things
export async function complete(
  models: Models,
  permits: ModelPermits,
  call: ModelCall,
  sink: ModelSink,
): Promise<Result<ModelAnswer>> {
  return new Chain({ models, permits, call, sink }).run();
}

interface ChainOptions {
  readonly models: Models;
  readonly permits: ModelPermits;
  readonly call: ModelCall;
  readonly sink: ModelSink;
}

class Chain {
  readonly #models: Models;
  readonly #permits: ModelPermits;
  readonly #call: ModelCall;
  readonly #sink: ModelSink;
  readonly #attempts: Attempt[] = [];
  readonly #tried: Tried[] = [];
  readonly #untilMs: number;
  #begun = 0;

  constructor({ models, permits, call, sink }: ChainOptions) {
    this.#models = models;
    this.#permits = permits;
    this.#call = call;
    this.#sink = sink;
    this.#untilMs = models.clock.monotonicMs() + models.deadlineMs;
  }

  get #leftMs(): number {
    return this.#untilMs - this.#models.clock.monotonicMs();
  }

  async run(): Promise<Result<ModelAnswer>> {
    for (const [i, name] of this.#call.chain.entries()) {
      const found = this.#models.find(name);
      if (!found) {
        this.#skip(name, fail("model.refused", "is not configured").failure);
        continue;
      }
      const answer = await this.#ask(found, i < this.#call.chain.length - 1);
      if (answer) return answer;
      if (this.#call.signal.aborted) return cancelled();
      if (this.#leftMs <= 0) break;
    }
    return blame(this.#tried);
  }

  /** Attempts at one model; undefined: on to the next. */
  async #ask(found: FoundModel, others: boolean): Promise<Result<ModelAnswer> | undefined> {
    const { clock, ids, breakers } = this.#models;
    let waitedMs = 0;
    for (let attempts = 1; ; attempts++) {
      if (this.#call.signal.aborted) return cancelled();
      const cleared = await this.#cleared(found);
      if (!cleared.ok) return this.#skip(found.name, cleared.failure);
      const openMs = breakers.enter(found.name);
      if (openMs > 0) return this.#skip(found.name, resting(openMs));
      const permit = this.#permitFor(found.name);
      if (!permit.ok) {
        breakers.leave(found.name, undefined);
        return this.#skip(found.name, permit.failure);
      }
      const outcome = await tryOnce({
        models: this.#models,
        found,
        permit: permit.value,
        call: this.#call,
        leftMs: this.#leftMs,
        sink: this.#sink,
        number: this.#begun + 1,
      });
      if (outcome.sent) this.#begun++;
      breakers.leave(found.name, outcome.healthy);
      this.#note({ ...outcome.attempt, waitedMs: Math.round(outcome.attempt.waitedMs + waitedMs) });
      if (outcome.ok) return ok({ ...outcome.answer, attempts: this.#attempts });
      if (this.#call.signal.aborted) return cancelled();
      const { failed } = outcome;
      this.#tried[this.#position(found.name)] = {
        model: found.name,
        times: attempts,
        failure: failed.failure,
      };
      if (failed.retryAfterMs !== null)
        this.#models.limiter.pause(found.credential, failed.retryAfterMs);
      const { times } = found.provider;
      const fraction = ids.fraction();
      const waitMs = retryInMs({ failed, attempts, times, leftMs: this.#leftMs, others, fraction });
      if (waitMs === undefined) return undefined;
      await clock.sleep(waitMs, this.#call.signal);
      waitedMs = waitMs;
    }
  }

  /** Whether the labels of the context let it go there: looked up each time, for it may change. */
  async #cleared({ provider, destination }: FoundModel): Promise<Result<void>> {
    const { gate } = this.#models;
    const ready = (await gate?.ready()) ?? ok();
    if (!ready.ok) return ready;
    const kind = provider.wire === "offline" ? "local" : "model";
    const { classes } = this.#call.label;
    const place = { kind, name: provider.id, destination } as const;
    return gate?.admits(place, classes, this.#call.journal) ?? ok();
  }

  #permitFor(model: string): Result<Permit> {
    const permit = this.#permits.get(model);
    if (!permit) return fail("policy.denied", "may not be asked: policy does not allow it");
    const expected = { kind: "model" as const, content: model };
    const valid = checkPermit(permit, expected, this.#models.clock.now());
    return valid.ok
      ? ok(permit)
      : fail("policy.denied", `may not be asked: ${valid.failure.detail}`);
  }

  #position(model: string): number {
    const at = this.#tried.findIndex((each) => each.model === model);
    return at < 0 ? this.#tried.length : at;
  }

  /** A model that was not asked at all. */
  #skip(model: string, failure: Failure): undefined {
    this.#tried[this.#position(model)] = { model, times: 0, failure };
    const destination = this.#models.find(model)?.destination ?? "";
    const { code } = failure;
    this.#note({ model, destination, status: null, code, durationMs: 0, waitedMs: 0 });
    return undefined;
  }

  #note(attempted: Attempt): void {
    this.#attempts.push(attempted);
    this.#sink.attempted(attempted);
  }
}

function resting(openMs: number): Failure {
  const seconds = Math.max(1, Math.ceil(openMs / 1000));
  return fail("model.unavailable", `kept failing and is left alone for ${seconds} s`, {
    hint: `Try again in ${seconds} s.`,
  }).failure;
}

function cancelled(): Result<never> {
  return fail("run.cancelled", "The run was cancelled before the model had answered.");
}

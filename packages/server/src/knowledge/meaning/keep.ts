// Keeps the vectors in step with the documents, in one process at a time, behind everything else:
// search goes on with words alone where they are not there yet, or their model does not answer.
import type { Listener } from "../../store/listen.ts";
import type { Failure } from "../../lib/result.ts";
import { INDEX_CHANNEL } from "../index/live.ts";
import type { MeaningDeps } from "./deps.ts";
import { makeSome, readyToMake } from "./make.ts";
import { claimWork, lastChange, leaveWork, selectChosen, writeWaiting } from "./queries.ts";

const POLL_MS = 10_000;
/** Also where nothing seems to have changed: what was refused is tried again. */
const LOOK_MS = 60_000;
const DOCUMENTS = 32;
/** More than one request may take, with all its attempts. */
const CLAIM_MS = 300_000;
const BACK_OFF_MS = 2_000;
const BACK_OFF_MS_MAX = 60_000;

export interface Keeping {
  readonly workerId: string;
  readonly listener: Listener;
}

export async function keepVectors(
  deps: MeaningDeps,
  { workerId, listener }: Keeping,
): Promise<{ stop(): Promise<void> }> {
  const keeper = new Keeper(deps, workerId);
  const stopListening = await listener.on(INDEX_CHANNEL, () => keeper.wake());
  const running = keeper.run();
  return {
    stop: async () => {
      stopListening();
      keeper.stop();
      await running;
    },
  };
}

export class Keeper {
  readonly #deps: MeaningDeps;
  readonly #worker: string;
  readonly #stopping = new AbortController();
  #napping = new AbortController();
  /** The last document of this round. */
  #after = "";
  #failures = 0;
  #seen: { readonly change: string; readonly atMs: number } | undefined;

  constructor(deps: MeaningDeps, worker: string) {
    this.#deps = deps;
    this.#worker = worker;
  }

  wake(): void {
    if (this.#failures === 0) this.#napping.abort();
  }

  stop(): void {
    this.#stopping.abort();
    this.#napping.abort();
  }

  async run(): Promise<void> {
    const { ctx } = this.#deps;
    while (!this.#stopping.signal.aborted) {
      this.#napping = new AbortController();
      let waitMs = POLL_MS;
      try {
        waitMs = await this.step();
      } catch (error) {
        if (!this.#stopping.signal.aborted)
          ctx.log("warn", "making vectors was interrupted", { cause: String(error) });
      }
      if (waitMs > 0 && !this.#stopping.signal.aborted)
        await ctx.clock.sleep(waitMs, this.#napping.signal);
    }
    await leaveWork(ctx, this.#worker).catch(() => undefined);
  }

  /** One bounded piece of work; how long to wait before the next, unless woken. */
  async step(): Promise<number> {
    const { ctx } = this.#deps;
    const chosen = await selectChosen(ctx);
    const claim = { worker: this.#worker, forMs: CLAIM_MS };
    if (!chosen || !(await claimWork(ctx, claim))) return POLL_MS;
    const change = `${chosen.key} ${await lastChange(ctx)}`;
    const nowMs = ctx.clock.monotonicMs();
    if (this.#seen?.change === change && nowMs - this.#seen.atMs < LOOK_MS) return POLL_MS;
    const ready = await readyToMake(this.#deps, chosen, this.#stopping.signal);
    if (!ready.ok) return this.#wait(ready.failure);
    // In trouble one at a time, and on to the next: should it be a document, it holds up no other.
    const limit = this.#failures === 0 ? DOCUMENTS : 1;
    const { last, failure } = await makeSome(ready.value, { after: this.#after, limit });
    if (failure) {
      if (limit === 1) this.#after = last ?? "";
      return this.#wait(failure);
    }
    this.#failures = 0;
    await writeWaiting(ctx, "");
    if (last !== null) {
      this.#after = last;
      return 0;
    }
    // A round from the first document on that found nothing due.
    if (this.#after === "") this.#seen = { change, atMs: nowMs };
    const isOver = this.#after === "";
    this.#after = "";
    return isOver ? POLL_MS : 0;
  }

  async #wait({ detail, hint }: Failure): Promise<number> {
    const { ctx } = this.#deps;
    if (this.#stopping.signal.aborted) return 0;
    const why = hint === undefined ? detail : `${detail} ${hint}`;
    await writeWaiting(ctx, why);
    ctx.log("warn", "no vectors can be made", { cause: why });
    return Math.min(BACK_OFF_MS * 2 ** this.#failures++, BACK_OFF_MS_MAX);
  }
}

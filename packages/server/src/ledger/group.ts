// Group commit: appends that arrive while a statement is under way go together in the next one. A
// stream that can't be appended to fails alone: the group is halved until the culprit stands apart.
import { DatabaseError, type Pool } from "pg";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { isUnavailable } from "../store/available.ts";
import { appendValues, type Batch } from "./batch.ts";
import { hashAt, insertEvents } from "./queries.ts";

/** Statements under way at once; more would make the groups smaller, not the commits faster. */
const LANES = 2;
const BATCHES_MAX = 64;
const BYTES_MAX = 8_000_000;
const WAITING_MAX = 10_000;
const RETRIES_MAX = 20;
const PAUSE_MIN_MS = 20;
const PAUSE_MAX_MS = 500;

interface Waiting {
  readonly batch: Batch;
  readonly bytes: number;
  readonly done: (outcome: Result<void>) => void;
  readonly failed: (error: unknown) => void;
}

export interface AppenderOptions {
  readonly pool: Pool;
  readonly orgId: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly patienceMs: number;
}

export class Appender {
  readonly #options: AppenderOptions;
  #waiting: Waiting[] = [];
  #lanes = 0;
  #due = false;
  /** Events appended by this process. */
  appended = 0;
  /** Told of each change of `appended`: the checkpointer's. */
  watch: (appended: number) => void = () => undefined;

  constructor(options: AppenderOptions) {
    this.#options = options;
  }

  /** Resolves when the batch is committed, or refused. */
  commit(batch: Batch): Promise<Result<void>> {
    if (this.#waiting.length >= WAITING_MAX)
      return Promise.resolve(fail("store.unavailable", "too many appends are waiting"));
    let bytes = 0;
    for (const row of batch.rows) bytes += row.length;
    for (const { body } of batch.bodies) bytes += body.sealed.length;
    return new Promise((done, failed) => {
      this.#waiting.push({ batch, bytes, done, failed });
      if (this.#due) return;
      this.#due = true;
      // What is appended in the same turn of the event loop shares a statement.
      setImmediate(() => {
        this.#due = false;
        this.#fill();
      });
    });
  }

  #fill(): void {
    while (this.#lanes < LANES && this.#waiting.length > 0) {
      const group = this.#take();
      this.#lanes++;
      void this.#run(group).finally(() => {
        this.#lanes--;
        this.#fill();
      });
    }
  }

  /** The oldest that fit in one statement, each stream once: a second one must see the first. */
  #take(): Waiting[] {
    const group: Waiting[] = [];
    const left: Waiting[] = [];
    const streams = new Set<string>();
    let bytes = 0;
    for (const one of this.#waiting) {
      const { stream } = one.batch.receipt;
      const fits =
        group.length < BATCHES_MAX && (group.length === 0 || bytes + one.bytes <= BYTES_MAX);
      if (fits && !streams.has(stream)) {
        group.push(one);
        streams.add(stream);
        bytes += one.bytes;
      } else {
        left.push(one);
      }
    }
    this.#waiting = left;
    return group;
  }

  async #run(group: readonly Waiting[]): Promise<void> {
    const batches = group.map(({ batch }) => batch);
    try {
      const outcome = await this.#insert(batches);
      if (outcome === "refused" && group.length > 1) {
        const middle = group.length >> 1;
        await this.#run(group.slice(0, middle));
        await this.#run(group.slice(middle));
        return;
      }
      if (outcome === "refused") await this.#settle(group);
      else for (const { batch, done } of group) this.#give(batch, done, outcome);
    } catch (error) {
      for (const { failed } of group) failed(error);
    }
  }

  /** A seq that is taken by this very event is no conflict: the answer to its insert was lost. */
  async #settle(group: readonly Waiting[]): Promise<void> {
    for (const { batch, done } of group)
      this.#give(batch, done, (await this.isIn(batch)) ? ok() : moved(batch));
  }

  #give(batch: Batch, done: Waiting["done"], outcome: Result<void>): void {
    if (outcome.ok) this.count(batch);
    done(outcome);
  }

  count(batch: Batch): void {
    this.appended += batch.rows.length;
    this.watch(this.appended);
  }

  async isIn({ receipt }: Batch): Promise<boolean> {
    const { pool, orgId } = this.#options;
    const place = { orgId, stream: receipt.stream, seq: receipt.to };
    return (await hashAt(pool, place)) === receipt.head;
  }

  /**
   * Inserts, waiting out a database that is away. Whether a statement whose connection broke was
   * committed is not known; it is sent again, and the events that are in already say so.
   */
  async #insert(batches: readonly Batch[]): Promise<Result<void> | "refused"> {
    const { pool, orgId, clock, log, patienceMs } = this.#options;
    const values = appendValues(orgId, batches);
    const giveUpAt = clock.monotonicMs() + patienceMs;
    let pauseMs = PAUSE_MIN_MS;
    for (let retries = 0; ; retries++) {
      try {
        await insertEvents(pool, values);
        return ok();
      } catch (error) {
        const kind = kindOf(error);
        if (kind === "refused") return "refused";
        if (kind === "bug") {
          if (batches.length > 1) return "refused";
          throw error;
        }
        const late = clock.monotonicMs() + pauseMs > giveUpAt;
        if (late || (kind === "again" && retries >= RETRIES_MAX)) return away();
        log("warn", "append waits for the database", { retries });
        await clock.sleep(pauseMs);
        pauseMs = Math.min(pauseMs * 2, PAUSE_MAX_MS);
      }
    }
  }
}

export function moved({ receipt }: Batch): Result<never> {
  return fail("ledger.conflict", `stream ${receipt.stream} has moved on from ${receipt.from - 1}`);
}

export function away(): Result<never> {
  return fail("store.unavailable", "The database does not answer.", {
    hint: "Try again in a moment; whether this was written shows when it is back.",
  });
}

/**
 * A body is named by its event's place, so whoever comes second may trip over either. A body's key has an id of
 * its own: who trips over that has sent the same statement before.
 */
function isPlace(constraint: string | undefined): boolean {
  return ["event_pkey", "body_pkey", "data_key_pkey"].includes(constraint ?? "");
}

/** `refused`: a seq is taken or the chain stands elsewhere. `again`: a deadlock or a cancel. */
export function kindOf(error: unknown): "refused" | "away" | "again" | "bug" {
  if (isUnavailable(error)) return "away";
  if (!(error instanceof DatabaseError)) return "bug";
  if (error.code === "ST409" || isPlace(error.constraint)) return "refused";
  return error.code === "40P01" || error.code === "40001" || error.code === "57014"
    ? "again"
    : "bug";
}

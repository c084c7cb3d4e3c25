// Who works on which run now: pg-boss says, this process takes as many as it has free slots.
import { PgBoss, type JobWithMetadata } from "pg-boss";
import type { Pool } from "pg";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import { ok, type Failure, type Result } from "../lib/result.ts";
import { Together } from "../lib/together.ts";
import type { DriveEnd } from "../runs/deps.ts";
import { isUnavailable, untilAvailable } from "../store/available.ts";
import type { Tx } from "../store/tx.ts";
import { bossDatabase, bossTransaction } from "./queries.ts";

const RUNS = "runs";
const EXPIRIES = "run-expiries";
/** pg-boss allows no less; a dead worker's runs are taken over soon after. */
const HEARTBEAT_SECONDS = 10;
const TOUCH_MS = 3000;
const POLL_MS = 2000;
const BATCH_MAX = 50;
/** A run that throws this often is ended, so that a fault of ours can't loop for ever. */
const TRIES_MAX = 5;
const RETRY_DELAY_SECONDS = 2;
/** How often runs that have no job are looked for; there should be none. */
const SWEEP_MS = 30_000;
/** A job of a run that has been driven is settled in spite of a short outage. */
const SETTLE_TRIES_MAX = 40;
const SETTLE_WAIT_MS = 250;

export interface DispatchOptions {
  readonly pool: Pool;
  readonly clock: Clock;
  readonly log: Log;
  /** Runs that this process drives at once; 0: none (it only enqueues). */
  readonly slots: number;
  readonly drive: (runId: string, stopping: AbortSignal) => Promise<Result<DriveEnd>>;
  /** Runs that should be driven and have no job: none, unless a worker died at a bad moment. */
  readonly orphans: () => Promise<readonly string[]>;
  /** Ends a run that can't be driven. */
  readonly abandon: (runId: string, failure: Failure) => Promise<Result<void>>;
}

type Job = JobWithMetadata<{ runId: string }>;

export class Dispatcher {
  readonly #options: DispatchOptions;
  readonly #boss: PgBoss;
  /** By run: this process never drives one twice at the same time. */
  readonly #active = new Map<string, { job: Job; done: Promise<void> }>();
  /** Runs that end at once are completed at once. */
  readonly #completed = new Together<void>(async (ids) => {
    await this.#boss.complete(RUNS, [...ids]);
    return new Map();
  });
  readonly #stopping = new AbortController();
  #fetching = false;
  #again = false;
  #timers: NodeJS.Timeout[] = [];

  constructor(options: DispatchOptions) {
    this.#options = options;
    this.#boss = new PgBoss({
      db: bossDatabase(options.pool),
      superviseIntervalSeconds: 2,
      monitorIntervalSeconds: 2,
      schedule: false,
      monitorVacuum: false,
    });
    this.#boss.on("error", (error) => options.log("warn", "dispatch", { cause: error.message }));
  }

  async start(): Promise<void> {
    const opened = await untilAvailable(() => this.#openQueues(), this.#options);
    if (!opened.ok) throw new Error(opened.failure.detail);
    if (this.#options.slots === 0) return;
    const every = (ms: number, work: () => void) => this.#timers.push(setInterval(work, ms));
    every(TOUCH_MS, () => void this.#touch());
    every(POLL_MS, () => this.kick());
    every(POLL_MS, () => void this.#expire());
    every(SWEEP_MS, () => void this.#sweep());
    this.kick();
  }

  async #openQueues(): Promise<Result<void>> {
    await this.#boss.start();
    // One job a run waits and one is worked on, never two: a run has one driver.
    await this.#boss.createQueue(RUNS, {
      policy: "stately",
      heartbeatSeconds: HEARTBEAT_SECONDS,
      retryLimit: 1000,
      retryDelay: RETRY_DELAY_SECONDS,
      expireInSeconds: 86_000,
    });
    await this.#boss.createQueue(EXPIRIES, { retryLimit: 1000, retryDelay: 5 });
    return ok();
  }

  /** Makes a run ready, in the transaction that made it so. */
  async enqueue(tx: Tx, runId: string): Promise<void> {
    const db = bossTransaction(tx);
    await this.#boss.send(RUNS, { runId }, { singletonKey: runId, db });
  }

  /** There may be work: take what fits. Cheap, and safe to call too often. */
  kick(): void {
    if (this.#options.slots === 0 || this.#stopping.signal.aborted) return;
    this.#again = true;
    if (!this.#fetching) void this.#fetch();
  }

  get activeCount(): number {
    return this.#active.size;
  }

  /** Takes nothing new, lets acts that have begun end, and hands the rest to others. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.all([...this.#active.values()].map(({ done }) => done));
    await this.#boss.stop({ graceful: false, close: false });
  }

  async #fetch(): Promise<void> {
    this.#fetching = true;
    try {
      while (this.#again && !this.#stopping.signal.aborted) {
        this.#again = false;
        const free = this.#options.slots - this.#active.size;
        if (free <= 0) break;
        const batchSize = Math.min(free, BATCH_MAX);
        const jobs = await this.#boss.fetch<{ runId: string }>(RUNS, {
          batchSize,
          includeMetadata: true,
        });
        for (const job of jobs) this.#take(job);
        if (jobs.length === batchSize) this.#again = true;
      }
    } catch (error) {
      this.#options.log("warn", "fetching runs failed", { cause: String(error) });
    } finally {
      this.#fetching = false;
    }
  }

  #take(job: Job): void {
    const { runId } = job.data;
    const before = this.#active.get(runId);
    // Its heartbeats were late, so the job was handed out again, to the one who has it still.
    if (before?.job.id === job.id) return;
    const work = before ? before.done.then(() => this.#work(job)) : this.#work(job);
    const entry = { job, done: Promise.resolve() };
    entry.done = work.finally(() => {
      if (this.#active.get(runId) === entry) this.#active.delete(runId);
      this.kick();
    });
    this.#active.set(runId, entry);
  }

  async #work(job: Job): Promise<void> {
    const { runId } = job.data;
    const { drive, log } = this.#options;
    try {
      const end = await drive(runId, this.#stopping.signal);
      if (!end.ok) return await this.#settleFailure(job, end.failure);
      const { value } = end;
      if (value.kind === "left") {
        await this.#boss.fail(RUNS, job.id, { code: "stopping" });
        return;
      }
      if (value.kind === "waiting")
        await this.#patiently(() => this.#expireAt(runId, value.untilMs));
      await this.#patiently(() => this.#completed.ask(job.id));
    } catch (error) {
      if (isUnavailable(error)) return log("warn", "a job could not be settled", { runId });
      const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
      log("error", "a run's worker threw", { runId, cause });
      await this.#settleFailure(job, { code: "internal.bug", detail: "The run could not go on." });
    }
  }

  async #settleFailure(job: Job, failure: Failure): Promise<void> {
    const { runId } = job.data;
    const { log, abandon } = this.#options;
    log("warn", "a run was put back", { runId, code: failure.code, detail: failure.detail });
    // Another worker has it, and the job with it: to fail the job would take the run from that one.
    if (failure.code === "run.lease_lost") return;
    try {
      const ours = failure.code !== "store.unavailable";
      if (ours && job.retryCount + 1 >= TRIES_MAX) {
        await abandon(runId, failure);
        await this.#boss.complete(RUNS, job.id);
        return;
      }
      await this.#patiently(() => this.#boss.fail(RUNS, job.id, { code: failure.code }));
    } catch (error) {
      // The database is away: the job's heartbeat runs out, and the run is taken up again.
      log("warn", "a job could not be settled", { runId, cause: String(error) });
    }
  }

  async #expireAt(runId: string, untilMs: number): Promise<void> {
    const startAfter = new Date(untilMs + 500);
    await this.#boss.send(EXPIRIES, { runId }, { startAfter });
  }

  /** The run has gone as far as it goes; only saying so is left. */
  async #patiently(settle: () => Promise<unknown>): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        await settle();
        return;
      } catch (error) {
        if (!isUnavailable(error) || tries >= SETTLE_TRIES_MAX) throw error;
        await this.#options.clock.sleep(SETTLE_WAIT_MS, this.#stopping.signal);
      }
    }
  }

  async #sweep(): Promise<void> {
    try {
      for (const runId of await this.#options.orphans()) {
        this.#options.log("warn", "a run had no job", { runId });
        await this.#boss.send(RUNS, { runId }, { singletonKey: runId });
        this.kick();
      }
    } catch (error) {
      this.#options.log("warn", "looking for runs without a job failed", { cause: String(error) });
    }
  }

  async #touch(): Promise<void> {
    const ids = [...this.#active.values()].map(({ job }) => job.id);
    if (ids.length === 0) return;
    await this.#boss.touch(RUNS, ids).catch((error: unknown) => {
      this.#options.log("warn", "heartbeat failed", { cause: String(error) });
    });
  }

  /** Questions that nobody answered in time: their runs go on, with no for an answer. */
  async #expire(): Promise<void> {
    try {
      const due = await this.#boss.fetch<{ runId: string }>(EXPIRIES, { batchSize: BATCH_MAX });
      for (const job of due) {
        await this.#boss.send(RUNS, job.data, { singletonKey: job.data.runId });
        await this.#boss.complete(EXPIRIES, job.id);
      }
      if (due.length > 0) this.kick();
    } catch (error) {
      this.#options.log("warn", "expiring approvals failed", { cause: String(error) });
    }
  }
}

// The run's pen: events are folded at once, committed in order, and never by two writers.
// `later` waits for the next commit (or 10 ms); `now` resolves when committed.
import type { NewRunEvent, RunEvent } from "@stead/protocol";
import { together } from "../ledger/append.ts";
import type { Also, NewBody } from "../ledger/event.ts";
import { asJsonObject, canonical } from "../lib/json.ts";
import { fail, ok, type Failure, type Result } from "../lib/result.ts";
import { apply, fold } from "./fold.ts";
import type { RunState } from "./run.ts";

const LATER_MS = 10;
/** A person's event (cancel, approval) may come between; more than this many in a row is a fault. */
const CONFLICTS_MAX = 20;
/** How long an outcome is held while Postgres is away: two minutes. */
const OUTAGE_TRIES_MAX = 480;
const OUTAGE_TRIES_HURRIED = 20;
const OUTAGE_WAIT_MS = 250;

/** How the journal reaches the log; the ledger in the product. */
export interface RunLog {
  append(
    after: number,
    events: readonly NewRunEvent[],
    also?: Also,
  ): Promise<Result<{ at: number }>>;
  /** Events after a seq, oldest first; `limit`: only so many. */
  read(after: number, limit?: number): Promise<Result<RunEvent[]>>;
  /** Nothing is appended for now: what is remembered to append faster can go. */
  rest?(): void;
}

export interface JournalOptions {
  readonly runId: string;
  readonly workerId: string;
  readonly log: RunLog;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** True when the process wants to end: an outage is not waited out for long. */
  readonly hurried?: () => boolean;
  /** Called for each event, committed or not yet, in order: feeds live streams. */
  readonly onEvent?: (event: RunEvent) => void;
}

/** What one append was asked to write; a later one may have more, for events come while it waits. */
interface Attempt {
  readonly events: readonly NewRunEvent[];
  readonly alsos: readonly Also[];
}

export class RunJournal {
  readonly #options: JournalOptions;
  readonly #committed: RunEvent[] = [];
  #state: RunState;
  #pending: NewRunEvent[] = [];
  /** What must be written together with what is pending, whichever commit takes it. */
  #alsos: Also[] = [];
  #last: Promise<Result<void>> = Promise.resolve(ok());
  #timer: NodeJS.Timeout | null = null;
  #lost: { readonly ok: false; readonly failure: Failure } | null = null;
  #foreign: (() => void) | null = null;

  constructor(options: JournalOptions, events: readonly RunEvent[]) {
    this.#options = options;
    this.#committed.push(...events);
    this.#state = fold(options.runId, events);
  }

  /** The state with everything folded in, also what is not committed yet. */
  get state(): RunState {
    return this.#state;
  }

  /** Events known to be in the log. */
  get committed(): readonly RunEvent[] {
    return this.#committed;
  }

  /** Why nothing can be written any more: the lease was lost, or the store stayed away. */
  get lost(): { readonly ok: false; readonly failure: Failure } | null {
    return this.#lost;
  }

  /** Set once: called when somebody else's event (a cancel, an approval) was found in the log. */
  onForeign(listener: () => void): void {
    this.#foreign = listener;
  }

  later(events: readonly NewRunEvent[]): void {
    for (const event of events) {
      this.#pending.push(event);
      apply(this.#state, this.#stamp(event, this.#state.seq + 1));
    }
    this.#timer ??= setTimeout(() => void this.flush(), LATER_MS);
  }

  async now(events: readonly NewRunEvent[], also?: Also): Promise<Result<void>> {
    if (also) this.#alsos.push(also);
    this.later(events);
    return this.#inTurn(() => this.#commit());
  }

  /** Commits everything pending; calls made meanwhile share the commit that follows. */
  flush(): Promise<Result<void>> {
    return this.#inTurn(() => this.#commit());
  }

  /** Reads what others wrote since; true when there was something. No commit goes on meanwhile. */
  async refresh(): Promise<Result<boolean>> {
    let wasNew = false;
    const read = await this.#inTurn(async () => {
      const settled = await this.#commit();
      if (!settled.ok) return settled;
      const found = await this.#options.log.read(this.#seq);
      if (!found.ok) return found;
      wasNew = found.value.length > 0;
      return wasNew ? this.#adopt(found.value) : ok();
    });
    return read.ok ? ok(wasNew) : read;
  }

  /** A run that waits costs no memory. */
  rest(): void {
    this.#options.log.rest?.();
  }

  get #seq(): number {
    return this.#committed.at(-1)?.seq ?? 0;
  }

  /** One commit at a time; whoever finds nothing left to write was served by the one before. */
  #inTurn(work: () => Promise<Result<void>>): Promise<Result<void>> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const turn = this.#last.then(() => this.#lost ?? work());
    this.#last = turn;
    return turn;
  }

  #stamp(event: NewRunEvent, seq: number, at = this.#options.now()): RunEvent {
    return { ...event, seq, at, bodies: event.bodies ?? {} };
  }

  async #commit(): Promise<Result<void>> {
    if (this.#pending.length === 0) return ok();
    let outages = 0;
    let tried: Attempt[] = [];
    for (let conflicts = 0; conflicts < CONFLICTS_MAX;) {
      // A copy: what is added while this commit is under way belongs to the next one.
      const attempt = { events: [...this.#pending], alsos: [...this.#alsos] };
      const { events, alsos } = attempt;
      const done = await this.#options.log.append(this.#seq, events, together(alsos));
      if (done.ok) {
        this.#settle(attempt);
        this.#record(events, done.value.at);
        return ok();
      }
      tried.push(attempt);
      const { code } = done.failure;
      if (code === "store.unavailable" && outages++ < this.#outageTries()) {
        await this.#options.sleep(OUTAGE_WAIT_MS);
        continue;
      }
      if (code !== "ledger.conflict") return this.#give(done);
      const others = await this.#options.log.read(this.#seq);
      if (!others.ok) {
        if (others.failure.code !== "store.unavailable" || outages++ >= this.#outageTries())
          return this.#give(others);
        await this.#options.sleep(OUTAGE_WAIT_MS);
        continue;
      }
      conflicts++;
      const adopted = this.#adoptConflict(tried, others.value);
      if (!adopted.ok || this.#pending.length === 0) return adopted;
      tried = [];
    }
    return this.#give(fail("ledger.conflict", "the run's log kept moving on"));
  }

  #outageTries(): number {
    return this.#options.hurried?.() ? OUTAGE_TRIES_HURRIED : OUTAGE_TRIES_MAX;
  }

  #settle({ events, alsos }: Attempt): void {
    this.#pending = this.#pending.slice(events.length);
    this.#alsos = this.#alsos.slice(alsos.length);
  }

  /** A conflict is somebody else's event, or a commit of our own whose answer was lost on the way. */
  #adoptConflict(tried: readonly Attempt[], others: readonly RunEvent[]): Result<void> {
    const ours = tried.findLast(({ events }) => isOurs(others, events));
    if (!ours) return this.#adopt(others);
    const { length } = ours.events;
    this.#settle(ours);
    for (const event of others.slice(0, length)) this.#keep(event);
    return others.length === length ? ok() : this.#adopt(others.slice(length));
  }

  #keep(event: RunEvent): void {
    this.#committed.push(event);
    this.#options.onEvent?.(event);
  }

  #record(events: readonly NewRunEvent[], at: number): void {
    for (const event of events) this.#keep(this.#stamp(event, this.#seq + 1, at));
  }

  /** Takes over what others wrote: a person's events are folded in, another worker's end this one. */
  #adopt(others: readonly RunEvent[]): Result<void> {
    const taken = others.find(
      (event) => event.type === "run.claimed" && event.data.workerId !== this.#options.workerId,
    );
    if (taken) return this.#give(fail("run.lease_lost", "another worker has taken this run over"));
    for (const event of others) this.#keep(event);
    this.#state = fold(this.#options.runId, this.#committed);
    for (const event of this.#pending) apply(this.#state, this.#stamp(event, this.#state.seq + 1));
    this.#foreign?.();
    return ok();
  }

  #give(failed: { readonly ok: false; readonly failure: Failure }): Result<void> {
    this.#lost = failed;
    return failed;
  }
}

function isOurs(others: readonly RunEvent[], events: readonly NewRunEvent[]): boolean {
  if (events.length === 0 || others.length < events.length) return false;
  return events.every((event, i) => {
    const other = others[i];
    if (other === undefined || other.type !== event.type) return false;
    return canonical(asJsonObject(other.data)) === canonical(asJsonObject(event.data));
  });
}

/** A body as the ledger takes it: the value, and whom it names. */
export function bodiesFor(
  event: NewRunEvent,
  subjects: readonly string[],
): Record<string, NewBody> | undefined {
  if (!event.bodies) return undefined;
  const bodies: Record<string, NewBody> = {};
  for (const [name, value] of Object.entries(asJsonObject(event.bodies)))
    if (value !== undefined) bodies[name] = { value, subjects };
  return bodies;
}

// One run in a worker's hands: its journal, whose stead it acts in, and its window with token counts.
import { createHmac } from "node:crypto";
import type { AgentTool, AgentVersion, Label, Principal, SpanReceipt } from "@stead/protocol";
import { fail, type Failure, type Result } from "../lib/result.ts";
import type { Permit } from "../policy/permit.ts";
import { whileAvailable } from "../store/available.ts";
import type { Facts } from "./advance.ts";
import { plain } from "./body.ts";
import { planCompaction, type CompactionPlan } from "./compact.ts";
import type { RunDeps } from "./deps.ts";
import type { RunJournal } from "./journal.ts";
import type { PastRun, RunState } from "./run.ts";
import { labelOf, windowOf, type Span } from "./window.ts";

/** Room kept in the model's window for its answer and the tools' schemas. */
const WINDOW_SHARE = 0.7;
/** What a message costs beyond its text. */
const SPAN_TOKENS = 4;
/** A database that is away is waited for: two minutes. */
const OUTAGE_TRIES_MAX = 480;
const OUTAGE_WAIT_MS = 250;

export interface DrivingOptions {
  readonly deps: RunDeps;
  readonly runId: string;
  readonly journal: RunJournal;
  readonly version: AgentVersion;
  readonly principal: Principal;
  readonly past: readonly PastRun[];
  /** Aborts when the worker is stopping. */
  readonly stopping: AbortSignal;
}

export class Driving {
  readonly deps: RunDeps;
  readonly runId: string;
  readonly journal: RunJournal;
  readonly version: AgentVersion;
  readonly stopping: AbortSignal;
  /** Permits of this worker's own decisions; never stored, so a resumed run decides again. */
  readonly permits = new Map<string, Permit>();
  principal: Principal;
  readonly #past: readonly PastRun[];
  readonly #tokens = new Map<string, number>();
  #receipted = new Map<string, SpanReceipt>();
  #receiptKey = "";
  #effects = new AbortController();
  interrupted = false;
  /** Why the person can no longer act, once they can't: the run ends. */
  gone: Failure | null = null;

  constructor(options: DrivingOptions) {
    this.deps = options.deps;
    this.runId = options.runId;
    this.journal = options.journal;
    this.version = options.version;
    this.principal = options.principal;
    this.stopping = options.stopping;
    this.stopping.addEventListener("abort", this.#stop, { once: true });
    this.#past = options.past;
    for (const event of options.journal.committed)
      if (event.type === "run.started") this.#receiptKey = plain(event.bodies, "receiptKey");
      else if (event.type === "model.requested") this.#recall(event.data.spans, event.data.dropped);
  }

  /** Aborts what can be left off without harm: a model's answer, a reading tool. */
  get signal(): AbortSignal {
    return this.#effects.signal;
  }

  readonly #stop = (): void => this.#effects.abort();

  /** A person has written something: leave off and look. */
  interrupt(): void {
    this.interrupted = true;
    this.#effects.abort();
  }

  /** Reads what the interruption was about; effects can be waited for again. */
  async heed(): Promise<Result<boolean>> {
    this.interrupted = false;
    if (!this.stopping.aborted) this.#effects = new AbortController();
    return this.journal.refresh();
  }

  close(): void {
    this.stopping.removeEventListener("abort", this.#stop);
  }

  get state(): RunState {
    return this.journal.state;
  }

  window(): Span[] {
    const { state, version, principal } = this;
    return windowOf({ state, version, principal, past: this.#past });
  }

  /** The join of everything that the model has seen so far. */
  label(): Label {
    return labelOf(this.window());
  }

  tokensOf = (span: Span): number => {
    const known = this.#tokens.get(span.id);
    if (known !== undefined) return known;
    const text = `${span.text}${span.calls ? JSON.stringify(span.calls) : ""}`;
    const tokens = this.deps.models.countTokens(text) + SPAN_TOKENS;
    this.#tokens.set(span.id, tokens);
    return tokens;
  };

  tokensMax(): number {
    const first = this.version.spec.models[0] ?? "";
    return Math.floor(this.deps.models.contextTokens(first) * WINDOW_SHARE);
  }

  compaction(): CompactionPlan | undefined {
    return planCompaction(this.window(), this.tokensOf, this.tokensMax());
  }

  facts(): Facts {
    const spans = this.window();
    const windowTokens = spans.reduce((sum, span) => sum + this.tokensOf(span), 0);
    const windowTokensMax = this.tokensMax();
    return {
      nowMs: this.deps.ctx.clock.now(),
      windowTokens,
      windowTokensMax,
      compactable: windowTokens > windowTokensMax && this.compaction() !== undefined,
    };
  }

  /** The lines of a receipt that are new since the request before, and the ids that went. */
  receipt(spans: readonly Span[]): { spans: SpanReceipt[]; dropped: string[] } {
    const added: SpanReceipt[] = [];
    const now = new Map<string, SpanReceipt>();
    for (const span of spans) {
      const known = this.#receipted.get(span.id);
      const line = known ?? this.#line(span);
      now.set(span.id, line);
      if (!known) added.push(line);
    }
    const dropped = [...this.#receipted.keys()].filter((id) => !now.has(id));
    this.#receipted = now;
    return { spans: added, dropped };
  }

  /** Receipt lines of spans on their own. */
  lines(spans: readonly Span[]): SpanReceipt[] {
    return spans.map((span) => this.#line(span));
  }

  /** The agent's grant of this tool, if it has one. */
  granted(tool: string): AgentTool | undefined {
    return this.version.spec.tools.find((granted) => granted.name === tool);
  }

  /**
   * Rights as they are at this moment, or, to decide what will be decided again at execution, as
   * they were a moment ago. False: the person has none any more, or can't be asked.
   */
  async refreshPrincipal(how: "now" | "recent"): Promise<boolean> {
    const { clock } = this.deps.ctx;
    const { principalOf, recentPrincipalOf } = this.deps;
    const look = how === "now" ? principalOf : recentPrincipalOf;
    const { personId } = this.principal;
    for (let tries = 1; ; tries++) {
      const asked = await whileAvailable(() => look(personId));
      if (asked.ok && asked.value.ok) {
        this.principal = asked.value.value;
        return true;
      }
      if (asked.ok) {
        this.gone = fail(
          "policy.denied",
          "The person this run acts for can no longer act.",
        ).failure;
        return false;
      }
      if (tries >= OUTAGE_TRIES_MAX || this.stopping.aborted) return false;
      await clock.sleep(OUTAGE_WAIT_MS, this.stopping);
    }
  }

  #line(span: Span): SpanReceipt {
    const hash = createHmac("sha256", this.#receiptKey).update(span.text).digest("hex");
    const { id, origin, label } = span;
    return { id, origin, label, tokens: this.tokensOf(span), hash };
  }

  #recall(spans: readonly SpanReceipt[], dropped: readonly string[]): void {
    for (const span of spans) this.#receipted.set(span.id, span);
    for (const id of dropped) this.#receipted.delete(id);
  }
}

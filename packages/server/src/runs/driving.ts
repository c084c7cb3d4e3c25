// One run in a worker's hands: its journal, whose stead it acts in, and its window with token counts.
import { createHmac } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { AgentTool, AgentVersion, Label, Principal, SpanReceipt } from "@stead/protocol";
import { readableOf } from "../access/readable.ts";
import { fail, type Failure } from "../lib/result.ts";
import type { Permit } from "../policy/permit.ts";
import { whileAvailable } from "../store/available.ts";
import type { Facts } from "./advance.ts";
import { plain } from "./body.ts";
import { planCompaction, type CompactionPlan } from "./compact.ts";
import type { RunDeps } from "./deps.ts";
import type { RunJournal } from "./journal.ts";
import { hasReadAlone, type PastRun, type RunState } from "./run.ts";
import { labelOf, windowOf, type Span } from "./window.ts";

/** Room kept in the model's window for its answer and the tools' schemas. */
const WINDOW_SHARE = 0.7;
/** What a message costs beyond its text. */
const SPAN_TOKENS = 4;
/** How long an act that is under way may go on in a run that was cancelled. */
const GRACE_MS = 1000;
const LEFT_OFF = "left off";
/** How long rights that were looked up stand: a decision and the act that follows it at once. */
const RIGHTS_MS = 5;
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

interface Window {
  readonly state: RunState;
  readonly seq: number;
  readonly principal: Principal;
  readonly spans: readonly Span[];
  readonly tokens: number;
  readonly label: Label;
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
  readonly past: readonly PastRun[];
  readonly #tokens = new Map<string, number>();
  #window: Window | null = null;
  #rightsAtMs = Number.NEGATIVE_INFINITY;
  #receipted = new Map<string, SpanReceipt>();
  #receiptKey = "";
  readonly #readings = new AbortController();
  readonly #acts = new AbortController();
  #grace: NodeJS.Timeout | null = null;
  /** Of the classes in the window, those that the person can't read any more. */
  #unreadable: ReadonlySet<string> = new Set();
  /** Whether the person may use this agent still; without it nothing is granted. */
  mayUseAgent = true;
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
    this.journal.onForeign(this.#heed);
    this.past = options.past;
    for (const event of options.journal.committed)
      if (event.type === "run.started") this.#receiptKey = plain(event.bodies, "receiptKey");
      else if (event.type === "model.requested") this.#recall(event.data.spans, event.data.dropped);
    const key = createHmac("sha256", this.#receiptKey).update("placeholders").digest();
    this.deps.models.gate?.open(this.journal, { key, groups: () => this.principal.groups });
  }

  /** Aborts what can be left off without harm: a model's answer, a reading tool. */
  get signal(): AbortSignal {
    return this.#readings.signal;
  }

  /** Aborts an act only when its run was cancelled and it has had time to end by itself. */
  get actSignal(): AbortSignal {
    return this.#acts.signal;
  }

  readonly #stop = (): void => this.#readings.abort(LEFT_OFF);

  /** A person may have written something: looks, also while an effect is under way. */
  readonly look = (): void => void this.journal.refresh();

  /** Somebody else's event was found in the log. */
  readonly #heed = (): void => {
    if (this.state.cancelledBy === null) return;
    this.#readings.abort(LEFT_OFF);
    this.#grace ??= setTimeout(() => this.#acts.abort(LEFT_OFF), GRACE_MS);
  };

  close(): void {
    this.stopping.removeEventListener("abort", this.#stop);
    if (this.#grace) clearTimeout(this.#grace);
  }

  get state(): RunState {
    return this.journal.state;
  }

  window(): readonly Span[] {
    return this.#windowNow().spans;
  }

  /** The join of everything that the model has seen so far. */
  label(): Label {
    return this.#windowNow().label;
  }

  /** Built once for each state of the log. */
  #windowNow(): Window {
    const { state, version, principal } = this;
    const known = this.#window;
    if (known?.state === state && known.seq === state.seq && known.principal === principal)
      return known;
    const spans = windowOf({ state, version, principal, past: this.past });
    const tokens = spans.reduce((sum, span) => sum + this.tokensOf(span), 0);
    const { seq } = state;
    return (this.#window = { state, seq, principal, spans, tokens, label: labelOf(spans) });
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
    const windowTokens = this.#windowNow().tokens;
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
    return this.grants().find((granted) => granted.name === tool);
  }

  /** The agent's grants; of a sub-run, those that it was given of them. */
  grants(): readonly AgentTool[] {
    const { tools } = this.version.spec;
    const given = this.state.started?.subRunOf?.tools;
    return given ? tools.filter(({ name }) => given.includes(name)) : tools;
  }

  /**
   * Looks the person's rights up, before each model call and each tool call; what came in a moment
   * ago is as good as what another round trip would bring. False: there are none any more, or the
   * database can't be asked.
   */
  async refreshPrincipal(): Promise<boolean> {
    const { clock } = this.deps.ctx;
    if (clock.monotonicMs() - this.#rightsAtMs <= RIGHTS_MS) return true;
    const { personId } = this.principal;
    for (let tries = 1; ; tries++) {
      const trial = this.state.started?.trial ?? false;
      const asked = await whileAvailable(() =>
        Promise.all([
          this.deps.principalOf(personId),
          this.deps.usableBy(this.version.agentId, trial),
          this.#unreadableNow(),
        ]),
      );
      if (asked.ok && asked.value[0].ok) {
        const [{ value }, usable, unreadable] = asked.value;
        this.#unreadable = unreadable;
        this.mayUseAgent = usable(value);
        if (!isDeepStrictEqual(value, this.principal)) this.principal = value;
        this.#rightsAtMs = clock.monotonicMs();
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

  /** Spans that the person may no longer read what they were made from. */
  lost(): readonly Span[] {
    return this.window().filter(({ label }) => this.hasLost(label));
  }

  /** Of what the model had seen at this step, something is for the asker alone. */
  hasReadAlone(step: number): boolean {
    const { subRunOf, share } = this.state.started ?? {};
    const isBefore =
      subRunOf !== undefined || share !== undefined || this.past.some(({ readAlone }) => readAlone);
    return isBefore || hasReadAlone(this.state, step);
  }

  hasLost({ audience }: Label): boolean {
    return audience.some((classId) => this.#unreadable.has(classId));
  }

  async #unreadableNow(): Promise<ReadonlySet<string>> {
    const classes = new Set(this.window().flatMap(({ label }) => label.audience));
    const readable = await readableOf(this.deps.ctx, this.principal.personId, [...classes]);
    return new Set([...classes].filter((classId) => !readable.has(classId)));
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

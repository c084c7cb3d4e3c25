// What runs are doing at this moment, for the streams of this process; other processes read the
// `live_text` table, which is written a few times a second while one of them says that it watches.
import type { RunEvent } from "@stead/protocol";

export interface LiveText {
  readonly step: number;
  readonly attempt: number;
  readonly text: string;
  readonly reasoning: string;
}

export type LiveSignal =
  | { readonly kind: "event"; readonly event: RunEvent }
  | { readonly kind: "reset"; readonly step: number; readonly attempt: number }
  | {
      readonly kind: "delta";
      readonly step: number;
      readonly attempt: number;
      readonly part: "text" | "reasoning";
      readonly offset: number;
      readonly text: string;
    };

const SAVE_MS = 500;
/** How long a word that somebody watches stands; watchers repeat it. */
export const WATCHED_MS = 15_000;

interface Entry {
  step: number;
  attempt: number;
  text: string;
  reasoning: string;
  listeners: Set<(signal: LiveSignal) => void>;
  timer: NodeJS.Timeout | null;
  /** This process drives the run. */
  driven: boolean;
  /** Another process watches, as far as it has said. */
  watchedUntilMs: number;
}

export class Live {
  readonly #entries = new Map<string, Entry>();
  readonly #save: (runId: string, live: LiveText) => void;
  readonly #now: () => number;

  /** `save` is called at most every 500 ms a run, and only while another process watches it. */
  constructor(save: (runId: string, live: LiveText) => void, now: () => number) {
    this.#save = save;
    this.#now = now;
  }

  /** Called when this process begins or ends driving a run. */
  open(runId: string): void {
    this.#entry(runId).driven = true;
  }

  close(runId: string): void {
    const entry = this.#entries.get(runId);
    if (!entry) return;
    if (entry.timer) clearTimeout(entry.timer);
    Object.assign(entry, { driven: false, timer: null, step: 0, text: "", reasoning: "" });
    if (entry.listeners.size === 0) this.#entries.delete(runId);
  }

  event(runId: string, event: RunEvent): void {
    const entry = this.#entries.get(runId);
    if (!entry) return;
    // By the time that this one is committed, the next step's text may be under way.
    const over = event.type === "model.answered" || event.type === "model.failed";
    if (over && event.data.step === entry.step)
      Object.assign(entry, { text: "", reasoning: "", step: 0 });
    for (const listener of entry.listeners) listener({ kind: "event", event });
  }

  reset(runId: string, step: number, attempt: number): void {
    const entry = this.#entries.get(runId);
    if (!entry) return;
    Object.assign(entry, { step, attempt, text: "", reasoning: "" });
    for (const listener of entry.listeners) listener({ kind: "reset", step, attempt });
  }

  delta(runId: string, part: "text" | "reasoning", text: string): void {
    const entry = this.#entries.get(runId);
    if (!entry) return;
    const offset = entry[part].length;
    entry[part] += text;
    const { step, attempt } = entry;
    for (const listener of entry.listeners)
      listener({ kind: "delta", step, attempt, part, offset, text });
    if (entry.watchedUntilMs > 0) this.#saveSoon(runId, entry);
  }

  /** Another process watches this run: if it is driven here, its text is saved for a while. */
  watched(runId: string): void {
    const entry = this.#entries.get(runId);
    if (!entry?.driven) return;
    entry.watchedUntilMs = this.#now() + WATCHED_MS;
    this.#saveSoon(runId, entry, 0);
  }

  #saveSoon(runId: string, entry: Entry, inMs = SAVE_MS): void {
    if (this.#now() > entry.watchedUntilMs) entry.watchedUntilMs = 0;
    else
      entry.timer ??= setTimeout(() => {
        entry.timer = null;
        if (entry.step > 0) this.#save(runId, this.#text(entry));
      }, inMs);
  }

  /** True while this process drives the run, so that its events come as signals. */
  drives(runId: string): boolean {
    return this.#entries.get(runId)?.driven ?? false;
  }

  /** The text of the model call under way here; undefined when there is none. */
  current(runId: string): LiveText | undefined {
    const entry = this.#entries.get(runId);
    return entry && entry.step > 0 ? this.#text(entry) : undefined;
  }

  subscribe(runId: string, listener: (signal: LiveSignal) => void): () => void {
    const entry = this.#entry(runId);
    entry.listeners.add(listener);
    return () => {
      entry.listeners.delete(listener);
      if (entry.listeners.size === 0 && !entry.driven) this.#entries.delete(runId);
    };
  }

  #text({ step, attempt, text, reasoning }: Entry): LiveText {
    return { step, attempt, text, reasoning };
  }

  #entry(runId: string): Entry {
    let entry = this.#entries.get(runId);
    if (!entry) {
      const none = { step: 0, attempt: 0, text: "", reasoning: "" };
      entry = { ...none, listeners: new Set(), timer: null, driven: false, watchedUntilMs: 0 };
      this.#entries.set(runId, entry);
    }
    return entry;
  }
}

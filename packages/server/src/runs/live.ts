// What runs are doing at this moment, for the streams of this process; other processes read the
// `live_text` table, which is written a few times a second while a model is slow enough to watch.
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

const SAVE_MS = 200;

interface Entry {
  step: number;
  attempt: number;
  text: string;
  reasoning: string;
  listeners: Set<(signal: LiveSignal) => void>;
  timer: NodeJS.Timeout | null;
}

export class Live {
  readonly #entries = new Map<string, Entry>();
  readonly #save: (runId: string, live: LiveText) => void;

  /** `save` is called at most every 200 ms a run, and only while its model streams. */
  constructor(save: (runId: string, live: LiveText) => void) {
    this.#save = save;
  }

  /** Called when this process begins or ends driving a run. */
  open(runId: string): void {
    this.#entry(runId);
  }

  close(runId: string): void {
    const entry = this.#entries.get(runId);
    if (!entry) return;
    if (entry.timer) clearTimeout(entry.timer);
    entry.timer = null;
    if (entry.listeners.size === 0) this.#entries.delete(runId);
  }

  event(runId: string, event: RunEvent): void {
    const entry = this.#entries.get(runId);
    if (!entry) return;
    if (event.type === "model.answered" || event.type === "model.failed")
      Object.assign(entry, { text: "", reasoning: "", step: 0 });
    for (const listener of entry.listeners) listener({ kind: "event", event });
  }

  reset(runId: string, step: number, attempt: number): void {
    const entry = this.#entry(runId);
    Object.assign(entry, { step, attempt, text: "", reasoning: "" });
    for (const listener of entry.listeners) listener({ kind: "reset", step, attempt });
  }

  delta(runId: string, part: "text" | "reasoning", text: string): void {
    const entry = this.#entry(runId);
    const offset = entry[part].length;
    entry[part] += text;
    const { step, attempt } = entry;
    for (const listener of entry.listeners)
      listener({ kind: "delta", step, attempt, part, offset, text });
    entry.timer ??= setTimeout(() => {
      entry.timer = null;
      if (entry.step > 0) this.#save(runId, this.#text(entry));
    }, SAVE_MS);
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
      if (entry.listeners.size === 0 && entry.timer === null && entry.step === 0)
        this.#entries.delete(runId);
    };
  }

  #text({ step, attempt, text, reasoning }: Entry): LiveText {
    return { step, attempt, text, reasoning };
  }

  #entry(runId: string): Entry {
    let entry = this.#entries.get(runId);
    if (!entry) {
      entry = { step: 0, attempt: 0, text: "", reasoning: "", listeners: new Set(), timer: null };
      this.#entries.set(runId, entry);
    }
    return entry;
  }
}

// What the scanner gives out: its events in order, with neighbouring texts (and reasonings) joined.
import type { ScanEvent } from "./types.ts";

type TextKind = "text" | "reasoning";

/** Neighbouring texts (and reasonings) as one: where they were cut says nothing. */
export function joinText(events: readonly ScanEvent[]): ScanEvent[] {
  const output = new Output();
  for (const event of events)
    if (event.type === "call" || event.type === "malformed") output.add(event);
    else output.text(event.type, event.text, { from: 0, to: event.text.length });
  return output.drain();
}

/** A stretch of some text. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Pieces that follow each other in one string leave as one slice of it, without copies between. */
export class Output {
  #events: ScanEvent[] = [];
  #kind: TextKind = "text";
  #parts: string[] = [];
  #source = "";
  #from = 0;
  #to = 0;

  text(kind: TextKind, source: string, { from, to }: Span): void {
    if (from >= to) return;
    if (kind !== this.#kind) this.#close();
    this.#kind = kind;
    if (from !== this.#to || source !== this.#source) {
      this.#cut();
      this.#source = source;
      this.#from = from;
    }
    this.#to = to;
  }

  add(event: ScanEvent): void {
    this.#close();
    this.#events.push(event);
  }

  drain(): ScanEvent[] {
    this.#close();
    if (this.#events.length === 0) return [];
    const events = this.#events;
    this.#events = [];
    return events;
  }

  #cut(): void {
    if (this.#from < this.#to) this.#parts.push(this.#source.slice(this.#from, this.#to));
    this.#from = 0;
    this.#to = 0;
  }

  #close(): void {
    if (this.#from < this.#to && this.#parts.length === 0) {
      const text = this.#source.slice(this.#from, this.#to);
      this.#events.push({ type: this.#kind, text });
      this.#from = 0;
      this.#to = 0;
      return;
    }
    this.#cut();
    if (this.#parts.length === 0) return;
    this.#events.push({ type: this.#kind, text: this.#parts.join("") });
    this.#parts = [];
  }
}

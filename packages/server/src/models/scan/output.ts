// What the scanner gives out: its events in order, with neighbouring texts (and reasonings) joined.
import { FOUND_MAX, type Found, type ScanEvent } from "./types.ts";

type TextKind = "text" | "reasoning";

const NO_CALL: Found = { why: "No complete call was found, or too many." };

/** Neighbouring texts (and reasonings) as one: where they were cut says nothing. */
export function joinText(events: readonly ScanEvent[]): ScanEvent[] {
  const output = new Output();
  for (const event of events)
    if (event.type === "call" || event.type === "malformed") output.add(event);
    else {
      output.isReasoning = event.type === "reasoning";
      output.text(event.text, 0, event.text.length);
    }
  return output.drain();
}

/** Pieces that follow each other in one string leave as one slice of it, without copies between. */
export class Output {
  /** What comes now is the model's reasoning. */
  isReasoning = false;
  /** How many calls there were, whole and broken. */
  found = 0;
  private events: ScanEvent[] = [];
  private kind: TextKind = "text";
  /** Pieces of earlier strings, joined. */
  private joined = "";
  private source = "";
  private from = 0;
  private to = 0;

  text(source: string, from: number, to: number): void {
    if (from >= to) return;
    const kind = this.isReasoning ? "reasoning" : "text";
    if (kind !== this.kind) {
      this.close();
      this.kind = kind;
    }
    if (from !== this.to || source !== this.source) {
      this.cut();
      this.source = source;
      this.from = from;
    }
    this.to = to;
  }

  add(event: ScanEvent): void {
    this.close();
    this.events.push(event);
  }

  report(found: readonly Found[], raw: string, format: string): void {
    this.found += Math.max(found.length, 1);
    const isSound = found.length > 0 && found.length <= FOUND_MAX;
    for (const one of isSound ? found : [NO_CALL])
      if ("why" in one) this.add({ type: "malformed", raw, format, why: one.why });
      else this.add({ type: "call", name: one.name, arguments: one.args, raw, format });
  }

  drain(): ScanEvent[] {
    const text = this.takeText();
    const { events } = this;
    if (events.length === 0) return text === "" ? [] : [{ type: this.kind, text }];
    if (text !== "") events.push({ type: this.kind, text });
    this.events = [];
    return events;
  }

  private cut(): void {
    if (this.from < this.to) this.joined += this.source.slice(this.from, this.to);
    this.from = 0;
    this.to = 0;
  }

  private close(): void {
    const text = this.takeText();
    if (text !== "") this.events.push({ type: this.kind, text });
  }

  private takeText(): string {
    this.cut();
    const text = this.joined;
    this.joined = "";
    return text;
  }
}

// Checks that the sends to each destination are numbered without a gap, in the order of the leaves.
import { Finding } from "./finding.ts";
import type { RecordOf } from "./record.ts";

type Numbered = RecordOf<"number">;

export class Numbering {
  readonly #open = new Map<string, Numbered>();
  #last: Numbered | null = null;

  take(record: Numbered): void {
    const last = this.#last;
    const same = last?.destination === record.destination;
    const after = same ? last.leaf - record.leaf || last.seq - record.seq : -1;
    const ordered =
      same ||
      Buffer.compare(Buffer.from(last?.destination ?? ""), Buffer.from(record.destination)) < 0;
    const next = same ? last.number + 1 : 1;
    if ((last !== null && !ordered) || after >= 0 || record.number !== next)
      this.#fail(record, `number ${next} of ${record.destination} is missing or out of place`);
    const key = `${record.stream}/${record.seq}`;
    if (this.#open.has(key)) this.#fail(record, "a send has two numbers");
    this.#open.set(key, record);
    this.#last = record;
  }

  /** A send under a leaf has its number. */
  send(event: RecordOf<"event">, leaf: number): void {
    const key = `${event.stream}/${event.seq}`;
    const numbered = this.#open.get(key);
    if (numbered?.leaf !== leaf || numbered.destination !== event.data["destination"])
      this.#fail(event, "the send has no number, or that of another");
    this.#open.delete(key);
  }

  end(): void {
    for (const left of this.#open.values())
      this.#fail(left, `number ${left.number} of ${left.destination} belongs to no send`);
  }

  #fail({ stream, seq }: { stream: string; seq: number }, why: string): never {
    throw new Finding({ stream, seq, why });
  }
}

// Whose turn it is: each person's calls advance a clock of their own by what they cost, and the one
// who is furthest behind goes first. A hundred calls of one person delay another's by one call.

export interface Waiting {
  readonly personId: string;
  readonly cost: number;
}

interface Tagged<T> {
  readonly item: T;
  readonly start: number;
}

export class FairQueue<T extends Waiting> {
  readonly #lines = new Map<string, Tagged<T>[]>();
  readonly #finish = new Map<string, number>();
  #clock = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(item: T): void {
    const start = Math.max(this.#clock, this.#finish.get(item.personId) ?? 0);
    this.#finish.set(item.personId, start + item.cost);
    const line = this.#lines.get(item.personId);
    if (line) line.push({ item, start });
    else this.#lines.set(item.personId, [{ item, start }]);
    this.#size++;
  }

  peek(): T | undefined {
    return this.#first()?.item;
  }

  shift(): T | undefined {
    const first = this.#first();
    if (!first) return undefined;
    this.#clock = Math.max(this.#clock, first.start);
    this.#drop(first.item);
    return first.item;
  }

  /** For one that waits no longer. */
  drop(item: T): void {
    this.#drop(item);
  }

  *[Symbol.iterator](): Iterator<T> {
    for (const line of this.#lines.values()) for (const { item } of line) yield item;
  }

  #first(): Tagged<T> | undefined {
    let first: Tagged<T> | undefined;
    for (const [head] of this.#lines.values())
      if (head && (!first || head.start < first.start)) first = head;
    return first;
  }

  #drop(item: T): void {
    const line = this.#lines.get(item.personId);
    const at = line?.findIndex((tagged) => tagged.item === item) ?? -1;
    if (!line || at < 0) return;
    line.splice(at, 1);
    this.#size--;
    if (line.length > 0) return;
    this.#lines.delete(item.personId);
    // Kept while it still counts: who comes straight back does not start anew.
    for (const [personId, finish] of this.#finish)
      if (finish <= this.#clock && !this.#lines.has(personId)) this.#finish.delete(personId);
  }
}

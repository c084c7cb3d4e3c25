// What was found in a text, for the next time that it is sent: a run sends the same messages again and again.
import type { KnownFinding } from "./finding.ts";

const CHARS_MAX = 8_000_000;

export class Remembered {
  readonly #find: (text: string) => readonly KnownFinding[];
  #found = new Map<string, readonly KnownFinding[]>();
  #chars = 0;

  constructor(find: (text: string) => readonly KnownFinding[]) {
    this.#find = find;
  }

  of(text: string): readonly KnownFinding[] {
    const known = this.#found.get(text);
    if (known) return known;
    const found = this.#find(text);
    if (text.length > CHARS_MAX / 4) return found;
    if (this.#chars + text.length > CHARS_MAX) {
      this.#found = new Map();
      this.#chars = 0;
    }
    this.#found.set(text, found);
    this.#chars += text.length;
    return found;
  }
}

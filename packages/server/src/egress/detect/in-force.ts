// The organisation's own patterns as this process last read them: asked for before each send, and read again
// when old.
import type { Ledger } from "../../ledger/append.ts";
import { digest } from "../../lib/json.ts";
import { ok, type Result } from "../../lib/result.ts";
import { detect } from "./detect.ts";
import { DETECTOR, type Finding, type OwnPattern } from "./finding.ts";
import { readPatterns } from "./patterns.ts";

/** What another process has saved is known here so soon. */
const FRESH_MS = 1_000;
const DIGEST_CHARS = 12;

export class PatternsInForce {
  readonly #ledger: Ledger;
  #patterns: readonly OwnPattern[] = [];
  #detector = DETECTOR;
  #atMs = Number.NEGATIVE_INFINITY;
  #reading: Promise<Result<void>> | undefined;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** What finds, as records name it: with a digest of the patterns, if there are any. */
  get detector(): string {
    return this.#detector;
  }

  find(text: string): readonly Finding[] {
    return detect(text, { patterns: this.#patterns });
  }

  /** A pattern that can't be read, or not be used any more: nothing leaves. */
  async ready(): Promise<Result<void>> {
    if (this.#ledger.clock.monotonicMs() - this.#atMs <= FRESH_MS) return ok();
    return this.reload();
  }

  async reload(): Promise<Result<void>> {
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  async #read(): Promise<Result<void>> {
    const atMs = this.#ledger.clock.monotonicMs();
    const read = await readPatterns(this.#ledger);
    if (!read.ok) return read;
    this.#patterns = read.value;
    const told = read.value.map(({ name, class: of, re }) => ({
      name,
      class: of,
      source: re.pattern(),
    }));
    this.#detector =
      told.length === 0 ? DETECTOR : `${DETECTOR} own:${digest(told).slice(0, DIGEST_CHARS)}`;
    this.#atMs = atMs;
    return ok();
  }
}

// The built-in model of embeddings: small, English and old (Universal Sentence Encoder lite), in a
// thread of its own, so that searching by meaning can be tried where no text may leave. Slow: some
// four passages a second.
import { Worker } from "node:worker_threads";
import { fail } from "../../lib/result.ts";
import type { TextKind } from "../embedding.ts";
import type { EmbeddingSpec } from "../provider.ts";
import type { VectorsResult } from "../wire/openai-embeddings.ts";
import { unreadable } from "../wire/status.ts";

export interface SentencesCall {
  readonly id: number;
  readonly texts: readonly string[];
}

export interface SentencesAnswer {
  readonly id: number;
  readonly vectors: readonly Float32Array[];
  readonly problem?: string;
}

export const SENTENCES: Partial<EmbeddingSpec> & { readonly id: string } = {
  id: "sentences-1",
  inputTokens: 400,
  textsMax: 16,
};
const DIMENSIONS = 512;
/** A question waits for no more than these. */
const TEXTS_AT_ONCE = 2;
const HEAP_MB = 1_024;

interface Piece {
  readonly texts: readonly string[];
  readonly settle: (answer: Omit<SentencesAnswer, "id">) => void;
}

const GONE = { vectors: [], problem: "its thread has ended" };

/** One for all in the process: started when first asked, and the questions go first. */
export class Sentences {
  readonly #waiting: Record<TextKind, Piece[]> = { query: [], document: [] };
  #worker: Worker | undefined;
  #current: Piece | undefined;
  #id = 0;

  async embed(
    texts: readonly string[],
    kind: TextKind,
    signal: AbortSignal,
  ): Promise<VectorsResult> {
    const vectors: Float32Array[] = [];
    for (let at = 0; at < texts.length; at += TEXTS_AT_ONCE) {
      if (signal.aborted) return stopped();
      // Without a word in it the model has nothing to look at.
      const piece = texts.slice(at, at + TEXTS_AT_ONCE).map((text) => text.trim() || ".");
      const made = await new Promise<Omit<SentencesAnswer, "id">>((settle) => {
        this.#waiting[kind].push({ texts: piece, settle });
        this.#next();
      });
      const { problem } = made;
      if (problem !== undefined || !made.vectors.every(isSound))
        return { ok: false, ...unreadable(problem ?? "a vector of no direction", 200) };
      vectors.push(...made.vectors);
    }
    if (vectors.length !== texts.length)
      return { ok: false, ...unreadable("vectors are missing", 200) };
    return { ok: true, vectors, tokens: undefined };
  }

  #next(): void {
    if (this.#current) return;
    const piece = this.#waiting.query.shift() ?? this.#waiting.document.shift();
    if (!piece) return;
    this.#current = piece;
    this.#worker ??= this.#start();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    this.#worker.postMessage({ id: ++this.#id, texts: piece.texts } satisfies SentencesCall);
  }

  #settle(answer: Omit<SentencesAnswer, "id">): void {
    const piece = this.#current;
    this.#current = undefined;
    piece?.settle(answer);
    this.#next();
  }

  #start(): Worker {
    const made = new Worker(new URL("sentences-worker.ts", import.meta.url), {
      execArgv: [],
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    });
    made.unref();
    made.on("message", ({ id, ...answer }: SentencesAnswer) => {
      if (id === this.#id) this.#settle(answer);
    });
    // The exit that follows says the same.
    made.on("error", () => undefined);
    made.on("exit", () => {
      if (this.#worker !== made) return;
      this.#worker = undefined;
      this.#settle(GONE);
    });
    return made;
  }
}

function isSound(vector: Float32Array): boolean {
  return (
    vector.length === DIMENSIONS && vector.some((value) => value !== 0 && !Number.isNaN(value))
  );
}

function stopped(): VectorsResult {
  const { failure } = fail("model.timeout", "did not get to it in time");
  return { ok: false, failure, status: null, retryAfterMs: null, again: false };
}

// The search index in a thread of its own: searching and indexing never hold up the process.
import { Worker } from "node:worker_threads";
import type { IndexChange, IndexHit, IndexQuery, IndexStats, SearchIndex } from "./search-index.ts";

export type IndexCall = { readonly id: number } & (
  | { readonly kind: "apply"; readonly changes: readonly IndexChange[] }
  | { readonly kind: "search"; readonly query: IndexQuery }
  | { readonly kind: "stamps" }
  | { readonly kind: "stats" }
);

export type IndexAnswer = { readonly id: number } & (
  | { readonly kind: "done" }
  | { readonly kind: "hits"; readonly hits: readonly IndexHit[] }
  | { readonly kind: "stamps"; readonly stamps: ReadonlyMap<string, string> }
  | { readonly kind: "stats"; readonly stats: IndexStats }
);

interface Settle {
  readonly resolve: (answer: IndexAnswer) => void;
  readonly reject: (error: Error) => void;
}
type WithoutId<T> = T extends unknown ? Omit<T, "id"> : never;

const HEAP_MB = 8_192;

/** `onLost` is called when the thread ended by itself: what it knew is gone, and has to be given again. */
export function openThreadIndex(onLost: () => void): SearchIndex {
  const waiting = new Map<number, Settle>();
  let worker: Worker | undefined;
  let next = 0;
  let isClosed = false;

  const start = (): Worker => {
    const made = new Worker(new URL("index-worker.ts", import.meta.url), {
      execArgv: [],
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    });
    made.unref();
    made.on("message", (answer: IndexAnswer) => {
      waiting.get(answer.id)?.resolve(answer);
      waiting.delete(answer.id);
    });
    // The exit that follows says the same.
    made.on("error", () => undefined);
    made.on("exit", () => {
      if (worker === made) worker = undefined;
      for (const { reject } of waiting.values()) reject(new Error("the index's thread has ended"));
      waiting.clear();
      if (!isClosed) onLost();
    });
    return made;
  };

  const call = async (given: WithoutId<IndexCall>): Promise<IndexAnswer> => {
    if (isClosed) throw new Error("the index is closed");
    worker ??= start();
    const id = next++;
    const target = worker;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      // oxlint-disable-next-line unicorn/require-post-message-target-origin
      target.postMessage({ id, ...given });
    });
  };

  return {
    apply: async (changes) => {
      await call({ kind: "apply", changes });
    },
    search: async (query) => {
      const answer = await call({ kind: "search", query });
      return answer.kind === "hits" ? answer.hits : [];
    },
    stamps: async () => {
      const answer = await call({ kind: "stamps" });
      return answer.kind === "stamps" ? answer.stamps : new Map();
    },
    stats: async () => {
      const answer = await call({ kind: "stats" });
      if (answer.kind !== "stats") throw new Error("the index gave another answer");
      return answer.stats;
    },
    close: async () => {
      isClosed = true;
      await worker?.terminate();
    },
  };
}

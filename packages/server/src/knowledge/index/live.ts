// A search index that follows the database by itself, woken when something changed.
import type { Ctx } from "../../store/context.ts";
import type { Listener } from "../../store/listen.ts";
import { Follower, type Progress } from "./follow.ts";
import type { IndexHit, IndexQuery, IndexStats, SearchIndex } from "./search-index.ts";
import { openThreadIndex } from "./thread.ts";

export const INDEX_CHANNEL = "stead_index";
/** How long a search waits for changes that were there before it; afterwards it takes what there is. */
const WAIT_MS = 2_000;
const POLL_MS = 5_000;

export interface LiveIndex {
  /** Resolves when what was committed before the call is in the index, or after two seconds. */
  catchUp(): Promise<void>;
  search(query: IndexQuery): Promise<readonly IndexHit[]>;
  stats(): Promise<IndexStats & Progress>;
  /** Begins to follow by itself. */
  start(listener: Listener): Promise<void>;
  close(): Promise<void>;
}

export interface LiveDeps {
  readonly ctx: Ctx;
  /** In a thread unless given. */
  readonly index?: SearchIndex;
}

export function openLiveIndex({ ctx, index: given }: LiveDeps): LiveIndex {
  const index =
    given ??
    openThreadIndex(() => {
      follower.forget();
      void pull();
    });
  const follower = new Follower({ ctx, index });
  const closing = new AbortController();
  let running: Promise<void> | undefined;
  let due: Promise<void> | undefined;

  const step = async (): Promise<void> => {
    if (closing.signal.aborted) return;
    try {
      await follower.step();
    } catch (error) {
      if (!closing.signal.aborted)
        ctx.log("warn", "the search index could not be brought up to date", {
          cause: error instanceof Error ? error.message : "",
        });
    }
  };
  /** One step that begins after the call; those who ask meanwhile share the next. */
  const pull = (): Promise<void> => {
    if (!running) return (running = step().finally(() => (running = undefined)));
    return (due ??= running.then(() => {
      due = undefined;
      return pull();
    }));
  };
  const poll = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      await pull();
      await ctx.clock.sleep(POLL_MS, closing.signal);
    }
  };
  let stopListening: (() => void) | undefined;

  return {
    catchUp: async () => {
      const enough = new AbortController();
      const wait = ctx.clock.sleep(WAIT_MS, enough.signal);
      await Promise.race([pull(), wait]);
      enough.abort();
    },
    search: (query) => index.search(query),
    stats: async () => ({ ...(await index.stats()), ...follower.progress }),
    start: async (listener) => {
      void poll();
      stopListening = await listener.on(INDEX_CHANNEL, () => void pull());
    },
    close: async () => {
      closing.abort();
      stopListening?.();
      await index.close();
      await running;
    },
  };
}

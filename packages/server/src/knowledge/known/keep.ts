// What goes on beside sync: sources that feed the registry are read when they are due, and imports that
// nobody ended are deleted.
import { sweepAbandoned } from "../../egress/known/kept/upload/upload.ts";
import type { SourcesCtx } from "../source/context.ts";
import { readDueFeed } from "./read.ts";

const EVERY_MS = 2_000;
const SWEEP_MS = 60_000;

export function keepFeeds(sources: SourcesCtx): { stop(): Promise<void> } {
  const { clock, log } = sources.ctx;
  const stopping = new AbortController();
  const { signal } = stopping;
  let sweptMs = Number.NEGATIVE_INFINITY;
  const work = async (): Promise<void> => {
    if (clock.monotonicMs() - sweptMs > SWEEP_MS) {
      sweptMs = clock.monotonicMs();
      await sweepAbandoned(sources.ledger);
    }
    while (!signal.aborted && (await readDueFeed(sources, signal)));
  };
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- one at a time
        await work();
      } catch (error) {
        log("warn", "feeding the registry was interrupted", { cause: String(error) });
      }
      // oxlint-disable-next-line no-await-in-loop
      await clock.sleep(EVERY_MS, signal);
    }
  };
  const running = run();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

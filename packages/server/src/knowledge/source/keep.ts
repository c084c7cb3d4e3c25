// What goes on beside sync: states that have come about, disconnects that were interrupted, and the
// directories of live sources.
import type { SourcesCtx } from "./context.ts";
import { readDirectory } from "./directory.ts";
import { finishLeaving } from "./disconnect.ts";
import { selectSources } from "./queries.ts";
import { settleStates } from "./view/queries.ts";

const EVERY_MS = 2_000;
/** Whoever disconnects a source is at it themselves, as a rule. */
const PATIENCE_MS = 60_000;

export function keepSources(sources: SourcesCtx): { stop(): Promise<void> } {
  const { clock, log } = sources.ctx;
  const stopping = new AbortController();
  const readAtMs = new Map<string, number>();
  const seenAtMs = new Map<string, number>();
  const work = async (): Promise<void> => {
    await settleStates(sources.ctx);
    await finishLeaving(sources, (id) => {
      const nowMs = clock.monotonicMs();
      const sinceMs = seenAtMs.get(id) ?? nowMs;
      seenAtMs.set(id, sinceMs);
      return nowMs - sinceMs >= PATIENCE_MS;
    });
    await readDirectories(sources, readAtMs, stopping.signal);
  };
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await work();
      } catch (error) {
        log("warn", "looking after sources was interrupted", { cause: String(error) });
      }
      await clock.sleep(EVERY_MS, stopping.signal);
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

async function readDirectories(
  { ctx, host, hosts }: SourcesCtx,
  readAtMs: Map<string, number>,
  signal: AbortSignal,
): Promise<void> {
  for (const { id, state, connector: name } of await selectSources(ctx)) {
    const connector = host.connectors.get(name);
    if (state !== "live" || !connector?.live?.users) continue;
    const nowMs = ctx.clock.monotonicMs();
    if (nowMs - (readAtMs.get(id) ?? -Infinity) < connector.manifest.freshness.pollMs) continue;
    readAtMs.set(id, nowMs);
    const hosted = await hosts.crawl(id, signal);
    if (!hosted.ok) continue;
    try {
      await readDirectory(ctx, hosted.value);
    } catch (error) {
      ctx.log("warn", "a directory could not be read", { sourceId: id, cause: String(error) });
    }
  }
}

// What goes on beside sync: states that have come about, disconnects that were interrupted, and the
// directories of live sources.
import type { Connector } from "@stead/sdk";
import type { SourcesCtx } from "./context.ts";
import { readDirectory } from "./directory.ts";
import { finishLeaving } from "./disconnect.ts";
import { selectSources, toolEndings } from "./queries.ts";
import { settleStates } from "./view/queries.ts";

const EVERY_MS = 2_000;
/** Whoever disconnects a source is at it themselves, as a rule. */
const PATIENCE_MS = 60_000;

export interface Keeping {
  /** Only in processes that do the work. */
  readonly works: boolean;
  /** Told which sources are in use, for example for the tools that they bring. */
  readonly onSources: (inUse: readonly InUse[]) => void;
}

export interface InUse {
  readonly id: string;
  readonly name: string;
  readonly connector: Connector;
  /** Ends the names of its tools; empty: they are called as the connector calls them. */
  readonly toolsAs: string;
}

const UNUSED = new Set(["new", "paused", "leaving"]);

export async function sourcesInUse({ ctx, host }: SourcesCtx): Promise<InUse[]> {
  const rows = await selectSources(ctx);
  const endings = await toolEndings(ctx);
  return rows.flatMap(({ id, name, state, connector: kind }) => {
    const connector = host.connectors.get(kind);
    if (!connector || UNUSED.has(state)) return [];
    return [{ id, name, connector, toolsAs: endings.get(id) ?? id }];
  });
}

export function keepSources(
  sources: SourcesCtx,
  { works, onSources }: Keeping,
): { stop(): Promise<void> } {
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
        onSources(await sourcesInUse(sources));
        if (works) await work();
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

// The sources in use, told to this process at once when any process changes them.
import type { Connector } from "@stead/sdk";
import type { Listener } from "../../store/listen.ts";
import type { SourcesCtx } from "./context.ts";
import { selectSources, SOURCES_CHANNEL, toolEndings } from "./queries.ts";
import { isInUse } from "./source.ts";

const AGAIN_MS = 2_000;

export interface InUse {
  readonly id: string;
  readonly name: string;
  readonly connector: Connector;
  /** Ends the names of its tools; empty: they are called as the connector calls them. */
  readonly toolsAs: string;
}

/** Told which sources are in use, for example for the tools that they bring. */
export type OnSources = (inUse: readonly InUse[]) => void;

export async function sourcesInUse({ ctx, host }: SourcesCtx): Promise<InUse[]> {
  const rows = await selectSources(ctx);
  const endings = await toolEndings(ctx);
  return rows.flatMap(({ id, name, state, connector: kind }) => {
    const connector = host.connectors.get(kind);
    if (!connector || !isInUse(state)) return [];
    return [{ id, name, connector, toolsAs: endings.get(id) ?? id }];
  });
}

/** Changes that come while they are being read are read once more, after. */
export async function followSources(
  sources: SourcesCtx,
  { listener, onSources }: { readonly listener: Listener; readonly onSources: OnSources },
): Promise<{ stop(): Promise<void> }> {
  const { clock, log } = sources.ctx;
  const stopping = new AbortController();
  let isDue = false;
  let telling: Promise<void> | undefined;
  const tell = async (): Promise<void> => {
    while (isDue && !stopping.signal.aborted) {
      isDue = false;
      try {
        onSources(await sourcesInUse(sources));
      } catch (error) {
        log("warn", "the sources in use could not be read", { cause: String(error) });
        isDue = true;
        await clock.sleep(AGAIN_MS, stopping.signal);
      }
    }
  };
  const wake = (): void => {
    isDue = true;
    telling ??= tell().finally(() => (telling = undefined));
  };
  const off = await listener.on(SOURCES_CHANNEL, wake);
  wake();
  return {
    stop: async () => {
      stopping.abort();
      off();
      await telling;
    },
  };
}

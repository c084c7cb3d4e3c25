// Sources and vectors, kept in step beside everything else; a process without slots only watches.
import { keepFeeds } from "../knowledge/known/keep.ts";
import { keepVectors } from "../knowledge/meaning/keep.ts";
import type { MeaningDeps } from "../knowledge/meaning/deps.ts";
import type { SourcesCtx } from "../knowledge/source/context.ts";
import { followSources, type OnSources } from "../knowledge/source/in-use.ts";
import { keepSources } from "../knowledge/source/keep.ts";
import type { Listener } from "../store/listen.ts";
import { startSync } from "./sync.ts";

export interface KnowledgeParts {
  readonly sources: SourcesCtx;
  readonly meaning: MeaningDeps;
  readonly offer: OnSources;
}

export interface KnowledgeWork {
  readonly workerId: string;
  readonly listener: Listener;
  /** Of each lane of sync. */
  readonly slots: number;
}

export async function keepKnowledge(
  { sources, meaning, offer }: KnowledgeParts,
  work: KnowledgeWork,
): Promise<{ stop(): Promise<void> }> {
  const works = work.slots > 0;
  const syncing = await startSync(sources.sync, work);
  const following = await followSources(sources, { listener: work.listener, onSources: offer });
  const keeping = works ? keepSources(sources) : undefined;
  const feeding = works ? keepFeeds(sources) : undefined;
  const making = works ? await keepVectors(meaning, work) : undefined;
  return {
    stop: async () => {
      await following.stop();
      await keeping?.stop();
      await feeding?.stop();
      await making?.stop();
      await syncing.stop();
    },
  };
}

// Sources and vectors, kept in step beside everything else; a process without slots only watches.
import { keepVectors } from "../knowledge/meaning/keep.ts";
import type { MeaningDeps } from "../knowledge/meaning/deps.ts";
import type { SourcesCtx } from "../knowledge/source/context.ts";
import { keepSources, type Keeping } from "../knowledge/source/keep.ts";
import type { Listener } from "../store/listen.ts";
import { startSync } from "./sync.ts";

export interface KnowledgeParts {
  readonly sources: SourcesCtx;
  readonly meaning: MeaningDeps;
  readonly offer: Keeping["onSources"];
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
  const keeping = keepSources(sources, { works, onSources: offer });
  const making = works ? await keepVectors(meaning, work) : undefined;
  return {
    stop: async () => {
      await keeping.stop();
      await making?.stop();
      await syncing.stop();
    },
  };
}

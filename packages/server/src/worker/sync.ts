// Does the work of sync: takes due jobs, rights apart from contents, and a dead worker's when its lease ends.
import type { SyncDeps, SyncKind } from "../knowledge/sync/deps.ts";
import { keepPromises } from "../knowledge/sync/freshness.ts";
import { backoffMs } from "../knowledge/sync/job/job.ts";
import {
  claimJob,
  extendLeases,
  putOff,
  releaseJob,
  SYNC_CHANNEL,
  type Claim,
} from "../knowledge/sync/job/queries.ts";
import { syncStep } from "../knowledge/sync/step.ts";
import type { Listener } from "../store/listen.ts";

export interface SyncWork {
  /** Jobs of each lane at once; 0: none (role `api`). */
  readonly slots: number;
  readonly workerId: string;
  readonly listener: Listener;
  /** How long a job stays with a worker that is not heard of. */
  readonly leaseMs?: number;
}

/** Contents never hold up rights, nor whole listings what has just changed: each has slots of its own. */
const LANES: readonly (readonly SyncKind[])[] = [
  ["changes"],
  ["access", "people", "items"],
  ["content"],
];
const LEASE_MS = 15_000;
const POLL_MS = 1_000;
const PROMISES_MS = 2_000;
/** Then another source has its turn. */
const SLICE_MS = 2_000;

export async function startSync(
  deps: SyncDeps,
  work: SyncWork,
): Promise<{ stop(): Promise<void> }> {
  if (work.slots === 0) return { stop: async () => undefined };
  const { clock, db, orgId, log } = deps.ctx;
  const { workerId, leaseMs = LEASE_MS } = work;
  const stopping = new AbortController();
  const idle = new Set<() => void>();
  const wakeAll = (): void => {
    for (const wake of idle) wake();
    idle.clear();
  };
  const pause = async (ms: number): Promise<void> => {
    const woken = new AbortController();
    const wake = () => woken.abort();
    idle.add(wake);
    await clock.sleep(ms, AbortSignal.any([woken.signal, stopping.signal]));
    idle.delete(wake);
  };
  const unlisten = await work.listener.on(SYNC_CHANNEL, wakeAll);
  const every = async (ms: number, act: () => Promise<unknown>): Promise<void> => {
    while (!stopping.signal.aborted) {
      await attempt(act);
      await clock.sleep(ms, stopping.signal);
    }
  };
  const attempt = async <T>(act: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await act();
    } catch (error) {
      log("warn", "the work of sync was interrupted", { cause: String(error) });
      return undefined;
    }
  };
  const slot = async (kinds: readonly SyncKind[]): Promise<void> => {
    while (!stopping.signal.aborted) {
      const by = { workerId, kinds, leaseMs };
      const claim = await attempt(() => claimJob(db, orgId, by));
      if (claim) {
        await attempt(() => slice(deps, claim, stopping.signal));
        await attempt(() => releaseJob(db, orgId, { ...claim, workerId }));
      } else await pause(POLL_MS);
    }
  };
  const running = [
    every(leaseMs / 5, () => extendLeases(db, orgId, { workerId, leaseMs })),
    every(PROMISES_MS, () => keepPromises(deps)),
    ...LANES.flatMap((kinds) => Array.from({ length: work.slots }, () => slot(kinds))),
  ];
  return {
    stop: async () => {
      stopping.abort();
      unlisten();
      await Promise.all(running);
    },
  };
}

async function slice(deps: SyncDeps, claim: Claim, signal: AbortSignal): Promise<void> {
  const { ctx } = deps;
  const untilMs = ctx.clock.monotonicMs() + SLICE_MS;
  try {
    for (;;) {
      const done = await syncStep(deps, claim, signal);
      if (!done.ok || !done.value.more || signal.aborted) return;
      if (ctx.clock.monotonicMs() > untilMs) return;
    }
  } catch (error) {
    const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
    ctx.log("error", "a step of sync threw", { ...claim, cause });
    const scope = { db: ctx.db, orgId: ctx.orgId, sourceId: claim.sourceId };
    const why = { state: "waiting" as const, code: "internal.bug", detail: "Stead stumbled." };
    await putOff(scope, claim.kind, { ...why, dueMs: backoffMs(6, ctx.ids.fraction()) });
  }
}

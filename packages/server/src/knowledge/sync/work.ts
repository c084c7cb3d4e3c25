// One step under way: what it asks, and how its effects and its checkpoint are committed together.
import { fail, type Result } from "../../lib/result.ts";
import { withTx } from "../../store/tx.ts";
import type { SyncBounds, SyncDeps, SyncHosted } from "./deps.ts";
import type { Checkpoint, Job } from "./job/job.ts";
import {
  checkpoint,
  isUnderWay,
  lockSource,
  nextReading,
  type SourceScope,
} from "./job/queries.ts";
import type { Mirror, TxScope } from "./rights.ts";

export interface Work {
  readonly deps: SyncDeps;
  readonly hosted: SyncHosted;
  readonly mirror: Mirror;
  readonly job: Job;
  readonly bounds: SyncBounds;
  readonly scope: SourceScope;
}

export type StepEnd = Result<{ more: boolean }>;

/** Before anything is asked of the source. */
export function beginReading(work: Work): Promise<{ no: number; at: Date }> {
  return nextReading(work.scope.db);
}

/**
 * One transaction: nothing of it counts when another worker has come further meanwhile. Contents change no
 * rights, so what changes rights need not wait for them: they hold their items alone.
 */
export async function commit(
  work: Work,
  change: Checkpoint,
  effects: (scope: TxScope) => Promise<void>,
): Promise<Result<void>> {
  return withTx(work.deps.ctx.db, async (tx): Promise<Result<void>> => {
    const scope = { ...work.scope, db: tx };
    if (work.job.kind !== "content") await lockSource(scope);
    if (!(await checkpoint(scope, work.job, change)))
      return fail("request.conflict", "Another worker has come further.");
    await effects(scope);
    return { ok: true, value: undefined };
  });
}

/**
 * A transaction of its own beside the job's way, such as of one item. Nothing happens when the job is not the
 * one that it was: the source may be another place by now, or be gone.
 */
export async function apart(work: Work, effects: (scope: TxScope) => Promise<void>): Promise<void> {
  await withTx(work.deps.ctx.db, async (tx) => {
    const scope = { ...work.scope, db: tx };
    await lockSource(scope);
    if (await isUnderWay(scope, work.job)) await effects(scope);
  });
}

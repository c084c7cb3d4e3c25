// How the sync of a source is: what is under way, how fast, what failed, and how old what is known is.
import { fail, ok, type Result } from "../../lib/result.ts";
import { whileAvailable } from "../../store/available.ts";
import type { Ctx } from "../../store/context.ts";
import { jobsOf, type JobView } from "./job/queries.ts";
import {
  countItems,
  failedItems,
  freshnessOf,
  type FailureRow,
  type ItemCounts,
} from "./view/queries.ts";

export interface SyncStatus {
  readonly jobs: readonly JobView[];
  readonly items: ItemCounts;
  /** Contents read per second in the last minutes; null when none was. */
  readonly rate: number | null;
  /** Null when it can't be told. */
  readonly timeLeftMs: number | null;
  readonly failures: number;
  readonly lastChangeAt: Date | null;
  /** Age of what is known: nothing that happened before this long ago is missing. */
  readonly lagMs: number | null;
  /** From the receipt of a change to its force, of the newest thousand. */
  readonly freshness: {
    readonly p50Ms: number;
    readonly p99Ms: number;
    readonly count: number;
  } | null;
  readonly closed: boolean;
}

export async function syncStatus(ctx: Ctx, sourceId: string): Promise<Result<SyncStatus>> {
  const scope = { db: ctx.db, orgId: ctx.orgId, sourceId };
  return whileAvailable(async () => {
    const jobs = await jobsOf(scope);
    const items = await countItems(scope);
    const { lastChangeAt, freshAt, p50Ms, p99Ms, count, closed, rate } = await freshnessOf(scope);
    const left = items.pending;
    return {
      jobs,
      items,
      rate,
      timeLeftMs: left === 0 ? 0 : rate === null ? null : Math.round((left / rate) * 1000),
      failures: items.failed + items.skipped + items.withoutReaders,
      lastChangeAt,
      lagMs: freshAt === null ? null : Math.max(0, ctx.clock.now() - freshAt.getTime()),
      freshness: p50Ms === null || p99Ms === null ? null : { p50Ms, p99Ms, count },
      closed,
    };
  });
}

const FAILURES_MAX = 200;

/** Items that could not be read, or whose readers could not be told, in the order of their ids. */
export async function failuresOf(
  ctx: Ctx,
  sourceId: string,
  { after = "", limit = 50 }: { after?: string; limit?: number } = {},
): Promise<Result<readonly FailureRow[]>> {
  if (limit < 1 || limit > FAILURES_MAX) return fail("request.invalid", "The limit is 1 to 200.");
  const scope = { db: ctx.db, orgId: ctx.orgId, sourceId };
  const found = await whileAvailable(() => failedItems(scope, { after, limit }));
  return found.ok ? ok(found.value) : found;
}

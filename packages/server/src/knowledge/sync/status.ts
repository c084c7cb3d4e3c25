// How the sync of a source is: what is under way, how fast, what failed, and how old what is known is.
import { fail, ok, type Result } from "../../lib/result.ts";
import { whileAvailable } from "../../store/available.ts";
import type { Ctx } from "../../store/context.ts";
import { jobsOf, type JobView } from "./job/queries.ts";
import {
  countItems,
  freshnessOf,
  itemsOf,
  progressOf,
  type FailureRow,
  type ItemCounts,
  type JobProgress,
  type Which,
} from "./view/queries.ts";

export interface JobStatus extends JobView {
  /** Per second, of the pass under way or the last one. */
  readonly rate: number | null;
  /** Null where the source does not say how much there is. */
  readonly left: number | null;
  readonly timeLeftMs: number | null;
  readonly errors: number;
}

export interface SyncStatus {
  readonly jobs: readonly JobStatus[];
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
    const progress = new Map((await progressOf(scope)).map((each) => [each.kind, each]));
    const left = items.pending;
    return {
      jobs: jobs.map((job) => withProgress(job, progress.get(job.kind), rate)),
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

/** Users, groups, items, changes and files alike: what a pass has done counts one by one. */
const DONE = ["users", "groups", "listed", "changes", "recomputed", "reread", "read"];

function withProgress(
  job: JobView,
  known: JobProgress | undefined,
  contentRate: number | null,
): JobStatus {
  const { left = null, errors = 0, seconds = null } = known ?? {};
  const done = DONE.reduce((sum, name) => sum + (job.counts[name] ?? 0), 0);
  const whole = seconds === null || done === 0 ? null : done / Math.max(seconds, 0.001);
  // Contents have no end of their own while files come in: the last minutes tell more.
  const rate = job.kind === "content" ? (contentRate ?? whole) : whole;
  const timeLeftMs =
    left === 0 ? 0 : left === null || rate === null ? null : Math.round((left / rate) * 1000);
  return { ...job, rate, left, timeLeftMs, errors };
}

const PAGE_MAX = 200;

/** Those items of a source, in the order of their ids. */
export async function itemsPage(
  ctx: Ctx,
  sourceId: string,
  { which, after = "", limit = 50 }: { which: Which; after?: string; limit?: number },
): Promise<Result<readonly FailureRow[]>> {
  if (limit < 1 || limit > PAGE_MAX) return fail("request.invalid", "The limit is 1 to 200.");
  const scope = { db: ctx.db, orgId: ctx.orgId, sourceId };
  const found = await whileAvailable(() => itemsOf(scope, { which, after, limit }));
  return found.ok ? ok(found.value) : found;
}

/** Items that could not be read, or whose readers could not be told. */
export function failuresOf(
  ctx: Ctx,
  sourceId: string,
  page: { after?: string; limit?: number } = {},
): Promise<Result<readonly FailureRow[]>> {
  return itemsPage(ctx, sourceId, { which: "unread", ...page });
}

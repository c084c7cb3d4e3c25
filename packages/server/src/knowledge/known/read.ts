// Reads one source that feeds the registry: what is there now takes the place of what was, as a whole.
import { SourceError } from "@stead/sdk";
import { feedKnown, knownIdOf } from "../../egress/known/kept/feed.ts";
import { registryOf } from "../../egress/known/kept/registry.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import type { SourcesCtx } from "../source/context.ts";
import { isSamePlace, selectSource } from "../source/queries.ts";
import { isInUse } from "../source/source.ts";
import { backoffMs } from "../sync/job/job.ts";
import type { SyncHosted } from "../sync/deps.ts";
import { claimFeed, endFeed, holdsFeed, putOffFeed, type FeedRow } from "./queries.ts";
import { columnsOf, recordsOf } from "./records.ts";

const LEASE_MS = 120_000;
const REST_MIN_MS = 60_000;
/** So long a stamp is believed. */
const BELIEVED_MS = 24 * 3_600_000;

type Claimed = FeedRow & { readonly generation: string };

/** False: none is due. */
export async function readDueFeed(sources: SourcesCtx, signal: AbortSignal): Promise<boolean> {
  const { ctx } = sources;
  const generation = ctx.ids.next("gen");
  const row = await claimFeed(ctx, { generation, leaseMs: LEASE_MS });
  if (!row) return false;
  const claim = { ...row, generation };
  const failure = await tried(() => readFeed(sources, claim, signal), ctx.log);
  if (!failure) return true;
  if (signal.aborted) {
    await putOffFeed(ctx, claim, { ...STOPPED, nextMs: 0 });
    return true;
  }
  const { code, detail, retryAfterMs } = failure;
  const nextMs = backoffMs(Math.max(row.tries, 4), ctx.ids.fraction(), retryAfterMs);
  await putOffFeed(ctx, claim, { code, detail: detail.slice(0, 1_000), nextMs });
  return true;
}

const STOPPED = { code: "source.busy", detail: "Stead was stopped while it read." };

interface Trouble {
  readonly code: string;
  readonly detail: string;
  readonly retryAfterMs?: number | undefined;
}

/** Whatever a connector throws is the trouble of its source alone. */
async function tried(
  work: () => Promise<Result<void>>,
  log: SourcesCtx["ctx"]["log"],
): Promise<Trouble | undefined> {
  try {
    const done = await work();
    return done.ok ? undefined : done.failure;
  } catch (error) {
    if (error instanceof SourceError) {
      const { code, message: detail, retryAfterMs } = error;
      return { code: `source.${code}`, detail, retryAfterMs };
    }
    // What it says may hold a value.
    const cause = error instanceof Error ? error.name : "unknown";
    log("error", "known values could not be read", { cause });
    return { code: "internal.bug", detail: "Stead stumbled over what the source answered." };
  }
}

async function readFeed(
  sources: SourcesCtx,
  claim: Claimed,
  signal: AbortSignal,
): Promise<Result<void>> {
  const { ctx, ledger } = sources;
  const { sourceId, lists, generation } = claim;
  const row = await selectSource(ctx, sourceId);
  if (!row || !isInUse(row.state))
    return fail(
      "source.reconnect",
      "The source is not in use just now: it is not connected, or rests.",
    );
  const hosted = await sources.sync.host(sourceId, signal);
  if (!hosted.ok) return hosted;
  const { connector, source } = hosted.value;
  const { known, manifest } = connector;
  if (!known) return fail("resource.not_found", "This connector has no fields of known values.");
  const nextMs = Math.max(manifest.freshness.pollMs, REST_MIN_MS);
  const stamp = await stampOf(hosted.value, claim);
  if (stamp !== null && stamp === claim.stamp && isBelieved(claim, ctx.clock.now())) {
    await endFeed(ctx, claim, { stamp, nextMs, leftOut: null });
    return ok();
  }
  let leftOut = 0;
  const goesOn = async (): Promise<void> => {
    signal.throwIfAborted();
    if (!(await holdsFeed(ctx, claim, LEASE_MS))) throw new SourceError("busy", "It was set anew.");
  };
  const records = recordsOf({ source, known, lists, goesOn }, (values) => (leftOut = values));
  const fed = await feedKnown(
    ledger,
    {
      id: knownIdOf(sourceId),
      name: row.name,
      kind: "connector",
      columns: columnsOf(lists),
      by: claim.by,
      generation,
      also: async (tx) => {
        const scope = { db: tx, orgId: ctx.orgId };
        const holds = await holdsFeed(scope, claim, LEASE_MS);
        return holds && (await isSamePlace(scope, row)) ? ok() : CHANGED;
      },
    },
    records,
  );
  if (!fed.ok) return fed;
  await endFeed(ctx, claim, { stamp, nextMs, leftOut });
  await registryOf(ledger).reload();
  return ok();
}

const CHANGED = fail("request.conflict", "It was changed while it was read.");

/** Asked before anything is read: what changes meanwhile is read again. */
async function stampOf(
  { connector, source }: SyncHosted,
  { lists }: FeedRow,
): Promise<string | null> {
  const stamp = connector.known?.stamp;
  if (!stamp) return null;
  const stamps: string[] = [];
  for (const list of lists) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other, within the limits
    stamps.push(await stamp(source, list));
  }
  return JSON.stringify(stamps);
}

/** Its records are there, and not too old. A changed list has no stamp. */
function isBelieved({ readAt }: FeedRow, nowMs: number): boolean {
  return readAt !== null && nowMs - readAt.getTime() < BELIEVED_MS;
}

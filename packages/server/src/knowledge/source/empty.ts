// Takes away everything that came from a source: first who may read it, then piece by piece what there was.
import { closeSource, forgetSource } from "../../access/source/state.ts";
import { ok, type Result } from "../../lib/result.ts";
import { withTx } from "../../store/tx.ts";
import { removeItems } from "../sync/remove.ts";
import { endWatch, readWatch } from "../sync/push/queries.ts";
import { watchOf } from "../sync/push/watch.ts";
import type { SourcesCtx } from "./context.ts";
import { failureOf } from "./trouble.ts";

const STOP_MS = 10_000;
type PushCtx = Pick<SourcesCtx, "hosts" | "sync"> & { readonly ctx: SourcesCtx["sync"]["ctx"] };

/** May break off at any point and be called again. */
export async function emptySource(sources: SourcesCtx, sourceId: string): Promise<void> {
  const { ctx } = sources;
  await withTx(ctx.db, (tx) => closeSource(ctx, tx, sourceId));
  for (let more = true; more;)
    ({ more } = await withTx(ctx.db, (tx) => removeItems(ctx, tx, sourceId)));
  await withTx(ctx.db, (tx) => forgetSource(ctx, tx, sourceId));
}

/** Asks the source to send no more events; it may be away, and what it then sends is refused. */
export async function stopPush(sources: PushCtx, sourceId: string): Promise<Result<void>> {
  const { ctx, hosts, sync } = sources;
  const watch = await watchOf(sync, { db: ctx.db, orgId: ctx.orgId, sourceId });
  if (!watch.ok || watch.value === undefined) return ok();
  const hosted = await hosts.crawl(sourceId, AbortSignal.timeout(STOP_MS));
  if (!hosted.ok) return hosted;
  try {
    await hosted.value.connector.mirror?.push?.stop(hosted.value.source, watch.value);
    return ok();
  } catch (error) {
    return failureOf(error);
  }
}

/**
 * Nothing is to come while a source rests. A subscription that was entered by hand stays, for none would
 * enter it again; what it tells waits.
 */
export async function restPush(sources: PushCtx, sourceId: string): Promise<void> {
  const { ctx } = sources;
  const scope = { db: ctx.db, orgId: ctx.orgId, sourceId };
  const known = await readWatch(scope);
  if (!known?.expiresAt) return;
  const stopped = await stopPush(sources, sourceId);
  if (!stopped.ok)
    ctx.log("warn", "a subscription ends by itself", { sourceId, detail: stopped.failure.detail });
  // Whatever is still sent is refused from now on.
  await endWatch(scope);
}

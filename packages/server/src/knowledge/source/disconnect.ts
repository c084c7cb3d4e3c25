// Disconnects a source: withdrawn at the provider, then everything that came from it, then itself. Whatever
// interrupts it, the next call or the next start goes on.
import type { Principal } from "@stead/protocol";
import { closeSource } from "../../access/source/state.ts";
import { knownIdOf } from "../../egress/known/kept/feed.ts";
import { deleteSource as deleteKnown } from "../../egress/known/kept/queries.ts";
import { ok, type Result } from "../../lib/result.ts";
import { whileAvailable } from "../../store/available.ts";
import { revokeConnections } from "../connection/revoke.ts";
import { lockSource } from "../sync/job/queries.ts";
import { ALREADY, NO_SOURCE, record, type SourcesCtx } from "./context.ts";
import { emptySource, stopPush } from "./empty.ts";
import { deleteSource, selectSource, selectSources, updateSource } from "./queries.ts";
import { SOURCE_STATES } from "./source.ts";

export async function disconnectSource(
  sources: SourcesCtx,
  { principal, sourceId }: { principal: Principal; sourceId: string },
): Promise<Result<{ left: string[] }>> {
  const { ctx } = sources;
  const found = await whileAvailable(() => selectSource(ctx, sourceId));
  if (!found.ok) return found;
  const row = found.value;
  if (!row) return NO_SOURCE;
  const data = { sourceId, name: row.name, connector: row.connector };
  const fact = { type: "source.leaving" as const, by: principal, data };
  // From here on nobody reads anything of it.
  const begun = await record(sources, fact, async (tx) => {
    const from = SOURCE_STATES.filter((state) => state !== "leaving");
    const change = { state: "leaving" as const, stateReason: "It is being disconnected.", from };
    if (!(await updateSource({ db: tx, orgId: ctx.orgId }, sourceId, change))) return ALREADY;
    await closeSource(ctx, tx, sourceId);
    return ok();
  });
  if (!begun.ok) return begun;
  const left = await leave(sources, sourceId, principal);
  return left.ok ? ok({ left: left.value }) : left;
}

/** Those that somebody began to disconnect and that are still there. */
export async function finishLeaving(
  sources: SourcesCtx,
  isDue: (sourceId: string) => boolean,
): Promise<void> {
  for (const { id, state } of await selectSources(sources.ctx))
    if (state === "leaving" && isDue(id)) await leave(sources, id, null);
}

async function leave(
  sources: SourcesCtx,
  sourceId: string,
  by: Principal | null,
): Promise<Result<string[]>> {
  const { ctx, host } = sources;
  const left: string[] = [];
  const silenced = await stopPush(sources, sourceId);
  if (!silenced.ok) left.push(silenced.failure.detail);
  left.push(...(await revokeConnections(host, sourceId)));
  await emptySource(sources, sourceId);
  const data = { sourceId, left: left.length };
  const done = await record(sources, { type: "source.disconnected", by, data }, async (tx) => {
    const scope = { db: tx, orgId: ctx.orgId };
    await lockSource({ ...scope, sourceId });
    // Another process may have gone on with it, too.
    if (!(await selectSource(scope, sourceId))) return ALREADY;
    await deleteSource(scope, sourceId);
    await deleteKnown(scope, knownIdOf(sourceId));
    return ok();
  });
  return done.ok ? ok(left) : done;
}

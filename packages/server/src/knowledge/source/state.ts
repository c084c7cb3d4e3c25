// Begins, pauses and goes on reading a source.
import type { Principal } from "@stead/protocol";
import { fail, ok, type Result } from "../../lib/result.ts";
import { whileAvailable } from "../../store/available.ts";
import { requestSync } from "../sync/request.ts";
import { ALREADY, NO_SOURCE, record, sourceOf, type SourcesCtx } from "./context.ts";
import { readDirectory } from "./directory.ts";
import { restPush } from "./empty.ts";
import { updateSource } from "./queries.ts";
import type { SourceState } from "./source.ts";
import { failureOf } from "./trouble.ts";
import { showSource, type SourceShown } from "./view.ts";

interface Asked {
  readonly principal: Principal;
  readonly sourceId: string;
  readonly signal: AbortSignal;
}

export async function pauseSource(
  sources: SourcesCtx,
  { principal, sourceId }: Asked,
): Promise<Result<SourceShown>> {
  const found = await sourceOf(sources, sourceId);
  if (!found.ok) return found;
  const from = ["new", "syncing", "live", "reconnect", "failed"] as const;
  const fact = { type: "source.paused" as const, by: principal, data: { sourceId } };
  const done = await record(sources, fact, async (tx) => {
    const change = { state: "paused" as const, stateReason: "", from };
    const scope = { db: tx, orgId: sources.ctx.orgId };
    return (await updateSource(scope, sourceId, change)) ? ok() : ALREADY;
  });
  if (!done.ok) return done;
  const rested = await whileAvailable(() => restPush(sources, sourceId));
  return rested.ok ? showSource(sources, sourceId) : rested;
}

/** From now on it is read on the decision of whoever resumes it. */
export async function resumeSource(
  sources: SourcesCtx,
  asked: Asked,
): Promise<Result<SourceShown>> {
  const from = ["new", "paused", "reconnect", "failed"] as const;
  return readAgain(sources, asked, { type: "source.resumed", from });
}

export async function resyncSource(
  sources: SourcesCtx,
  asked: Asked,
): Promise<Result<SourceShown>> {
  const found = await sourceOf(sources, asked.sourceId);
  if (!found.ok) return found;
  const { state } = found.value;
  if (state === "new" || state === "paused")
    return fail("request.conflict", "It is not being read just now.", { hint: "Resume it first." });
  const from = ["syncing", "live", "failed", "reconnect"] as const;
  return readAgain(sources, asked, { type: "source.resynced", from });
}

async function readAgain(
  sources: SourcesCtx,
  { principal, sourceId, signal }: Asked,
  { type, from }: { type: "source.resumed" | "source.resynced"; from: readonly SourceState[] },
): Promise<Result<SourceShown>> {
  const found = await sourceOf(sources, sourceId);
  if (!found.ok) return found;
  const hosted = await sources.hosts.crawl(sourceId, signal);
  if (!hosted.ok) return hosted;
  const { connector } = hosted.value;
  if (connector.live?.users)
    try {
      await readDirectory(sources.ctx, hosted.value);
    } catch (error) {
      return failureOf(error);
    }
  const state = connector.mirror ? ("syncing" as const) : ("live" as const);
  const change = { state, stateReason: "", createdBy: principal.personId, from };
  const fact = { type, by: principal, data: { sourceId } };
  const done = await record(sources, fact, async (tx) => {
    const scope = { db: tx, orgId: sources.ctx.orgId };
    if (!(await updateSource(scope, sourceId, change))) return ALREADY;
    return connector.mirror ? requestSync(sources, tx, { sourceId }) : ok();
  });
  if (!done.ok) return done;
  const now = await showSource(sources, sourceId);
  return now.ok ? now : NO_SOURCE;
}

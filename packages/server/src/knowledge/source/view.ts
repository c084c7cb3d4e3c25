// Sources as they are shown: the row, how its sync is, and what is still missing.
import { sourceSchema, type EndpointReply, type Endpoints } from "@stead/protocol";
import { ok, type Result } from "../../lib/result.ts";
import { whileAvailable } from "../../store/available.ts";
import { selectApp, selectConnection } from "../connection/queries.ts";
import { syncStatus, type SyncStatus } from "../sync/status.ts";
import { sourceOf, type SourcesCtx } from "./context.ts";
import { intervalsOf, pushOf } from "./hearing.ts";
import { selectSources } from "./queries.ts";
import type { SourceRow } from "./source.ts";

export type SourceShown = EndpointReply<Endpoints["source.list"]>["items"][number];
export type SourceView = EndpointReply<Endpoints["source.get"]>;

const settingsSchema = sourceSchema.shape.settings;

export function shown(row: SourceRow): SourceShown {
  const { trustedDomains, createdAt, settings, ...rest } = row;
  return {
    ...rest,
    settings: settingsSchema.parse(settings),
    trustedDomains: [...trustedDomains],
    createdAt: createdAt.toISOString(),
  };
}

export async function listSources({ ctx }: SourcesCtx): Promise<Result<SourceShown[]>> {
  const found = await whileAvailable(() => selectSources(ctx));
  return found.ok ? ok(found.value.map(shown)) : found;
}

export async function showSource(
  sources: SourcesCtx,
  sourceId: string,
): Promise<Result<SourceShown>> {
  const found = await sourceOf(sources, sourceId);
  return found.ok ? ok(shown(found.value)) : found;
}

export async function viewSource(
  sources: SourcesCtx,
  sourceId: string,
): Promise<Result<SourceView>> {
  const { ctx, host } = sources;
  const found = await sourceOf(sources, sourceId);
  if (!found.ok) return found;
  const row = found.value;
  const status = await syncStatus(ctx, sourceId);
  if (!status.ok) return status;
  const at = { db: ctx.db, orgId: ctx.orgId, sourceId };
  const connector = host.connectors.get(row.connector);
  const scheme = connector?.manifest.crawl.kind ?? "none";
  return whileAvailable(async () => {
    const registered: ("crawl" | "acting")[] = [];
    for (const purpose of ["crawl", "acting"] as const)
      if (await selectApp(at, purpose)) registered.push(purpose);
    const connection = scheme === "none" ? undefined : await selectConnection(at, "");
    return {
      ...shown(row),
      health: { ...healthOf(status.value), intervals: intervalsOf(connector, sources, sourceId) },
      connected: scheme === "none" || connection?.state === "good",
      registered,
      push: pushOf(connector, sources, sourceId),
    };
  });
}

function healthOf({ jobs, lastChangeAt, items, freshness, ...rest }: SyncStatus) {
  return {
    ...rest,
    items: { ...items },
    freshness: freshness && { ...freshness },
    lastChangeAt: timeOf(lastChangeAt),
    jobs: jobs.map(({ freshAt: _fresh, errorCode, error, counts, ...job }) => ({
      ...job,
      counts: { ...counts },
      code: errorCode,
      detail: error,
      dueAt: timeOf(job.dueAt),
      beganAt: timeOf(job.beganAt),
      endedAt: timeOf(job.endedAt),
    })),
  };
}

function timeOf(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}

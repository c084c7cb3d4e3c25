// The rows behind the numbers of a source's health: its items, what failed, and the changes it told of.
import type { EndpointReply, EndpointRequest, Endpoints, Principal } from "@stead/protocol";
import { fail, ok, type Result } from "../../lib/result.ts";
import { whileAvailable } from "../../store/available.ts";
import { failuresOf, itemsPage } from "../sync/status.ts";
import {
  changesOf,
  type ChangePlace,
  type ChangeRow,
  type FailureRow,
} from "../sync/view/queries.ts";
import { record, sourceOf, type SourcesCtx } from "./context.ts";
import { whatToDo } from "./what-to-do.ts";

type Items = EndpointReply<Endpoints["source.items"]>;
type Changes = EndpointReply<Endpoints["source.changes"]>;
type ItemsAsked = EndpointRequest<Endpoints["source.items"]>["query"];
type ChangesAsked = EndpointRequest<Endpoints["source.changes"]>["query"];
type Of = { readonly sourceId: string };

export async function failuresOfSource(
  sources: SourcesCtx,
  { sourceId, after, limit }: Of & Omit<ItemsAsked, "which">,
): Promise<Result<Items>> {
  const found = await sourceOf(sources, sourceId);
  if (!found.ok) return found;
  const page = { limit, ...(after === undefined ? {} : { after }) };
  return pageOf(await failuresOf(sources.ctx, sourceId, page), limit);
}

/** Titles that the one who looks may not be allowed to read: the looking is written down first. */
export async function itemsOfSource(
  sources: SourcesCtx,
  { principal, sourceId, which, after, limit }: Of & ItemsAsked & { principal: Principal },
): Promise<Result<Items>> {
  const found = await sourceOf(sources, sourceId);
  if (!found.ok) return found;
  const fact = { type: "source.items-looked-at" as const, data: { sourceId, which } };
  const written = await record(sources, { ...fact, by: principal });
  if (!written.ok) return written;
  const page = { which, limit, ...(after === undefined ? {} : { after }) };
  return pageOf(await itemsPage(sources.ctx, sourceId, page), limit);
}

function pageOf(found: Result<readonly FailureRow[]>, limit: number): Result<Items> {
  if (!found.ok) return found;
  const items = found.value.map((row) => ({ ...row, todo: whatToDo(row) }));
  return ok({ items, next: items.length === limit ? (items.at(-1)?.id ?? null) : null });
}

export async function changesOfSource(
  sources: SourcesCtx,
  { sourceId, order, after, limit }: Of & ChangesAsked,
): Promise<Result<Changes>> {
  const { ctx } = sources;
  const found = await sourceOf(sources, sourceId);
  if (!found.ok) return found;
  const place = after === undefined ? undefined : placeOf(after);
  if (place === null) return fail("request.invalid", "The place to go on from is not one of ours.");
  const scope = { db: ctx.db, orgId: ctx.orgId, sourceId };
  const asked = { order, after: place, limit: limit + 1 };
  const rows = await whileAvailable(() => changesOf(scope, asked));
  if (!rows.ok) return rows;
  const page = rows.value.slice(0, limit);
  const last = rows.value.length > limit ? page.at(-1) : undefined;
  const next = last ? `${last.place}/${last.id}` : null;
  return ok({ items: page.map(changeShown), next });
}

function changeShown({ place: _place, tookMs, ...row }: ChangeRow): Changes["items"][number] {
  return {
    ...row,
    by: row.id.startsWith("push ") ? "push" : "poll",
    receivedAt: row.receivedAt.toISOString(),
    forcedAt: row.forcedAt?.toISOString() ?? null,
    tookMs: tookMs === null ? null : Math.round(tookMs * 10) / 10,
  };
}

function placeOf(after: string): ChangePlace | null {
  const [, place, id] = /^(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)\/([^\0]+)$/s.exec(after) ?? [];
  return place === undefined || id === undefined ? null : { place: Number(place), id };
}

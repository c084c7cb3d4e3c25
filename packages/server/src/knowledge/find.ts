// Search and open wherever there is something: in the index, and in the sources that are asked each time.
import { ok, type Result } from "../lib/result.ts";
import type { Document } from "./document.ts";
import { isLiveId, mergeHits, type Errand } from "./live/live.ts";
import type { Live } from "./live/look.ts";
import { openDocument } from "./open.ts";
import { search, type Found, type SearchAsked, type SearchCtx } from "./search.ts";

export interface FindCtx extends SearchCtx {
  readonly live?: Live;
}

export async function find(
  ctx: FindCtx,
  personId: string,
  asked: SearchAsked,
): Promise<Result<Found>> {
  const [indexed, live] = await Promise.all([
    search(ctx, personId, asked),
    ctx.live?.search(personId, asked),
  ]);
  if (!indexed.ok) return indexed;
  if (!live) return indexed;
  if (!live.ok) return live;
  const { hits, unanswered } = indexed.value;
  return ok({
    hits: mergeHits([hits, ...live.value.lists], asked.limit),
    unanswered: [...unanswered, ...live.value.unanswered],
  });
}

export async function openAnywhere(
  ctx: FindCtx,
  personId: string,
  { id, ...errand }: Errand & { readonly id: string },
): Promise<Result<Document>> {
  if (!isLiveId(id) || !ctx.live) return openDocument(ctx, personId, id);
  return ctx.live.open(personId, id, errand);
}

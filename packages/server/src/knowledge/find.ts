// Search and open wherever there is something: in the index, and in the sources that are asked each time.
import { ok, type Result } from "../lib/result.ts";
import type { Document, Hit } from "./document.ts";
import { isLiveId, mergeHits, type Errand, type Unanswered } from "./live/live.ts";
import type { Live } from "./live/look.ts";
import { openDocument } from "./open.ts";
import { search, type SearchAsked, type SearchCtx } from "./search.ts";

export interface FindCtx extends SearchCtx {
  readonly live?: Live;
}

export interface FoundHits {
  readonly hits: readonly Hit[];
  /** Sources that might have had more to say. */
  readonly unanswered: readonly Unanswered[];
}

export async function find(
  ctx: FindCtx,
  personId: string,
  asked: SearchAsked & Errand,
): Promise<Result<FoundHits>> {
  const [indexed, live] = await Promise.all([
    search(ctx, personId, asked),
    ctx.live?.search(personId, asked),
  ]);
  if (!indexed.ok) return indexed;
  if (!live) return ok({ hits: indexed.value, unanswered: [] });
  if (!live.ok) return live;
  const { lists, unanswered } = live.value;
  return ok({ hits: mergeHits([indexed.value, ...lists], asked.limit), unanswered });
}

export async function openAnywhere(
  ctx: FindCtx,
  personId: string,
  { id, ...errand }: Errand & { readonly id: string },
): Promise<Result<Document>> {
  if (!isLiveId(id) || !ctx.live) return openDocument(ctx, personId, id);
  return ctx.live.open(personId, id, errand);
}

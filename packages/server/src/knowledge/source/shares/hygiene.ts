// What is shared in a way that somebody should look at. Who may read it is as the source says all the same.
import type { EndpointReply, EndpointRequest, Endpoints, Principal } from "@stead/protocol";
import { z } from "zod";
import { fail, ok, type Result } from "../../../lib/result.ts";
import { whileAvailable } from "../../../store/available.ts";
import type { Ctx } from "../../../store/context.ts";
import { record, type SourcesCtx } from "../context.ts";
import { carelessFolders, carelessItems, type Looked } from "./queries.ts";

type Items = EndpointReply<Endpoints["source.hygiene"]>;
type Folders = EndpointReply<Endpoints["source.share-folders"]>;
type Asked = EndpointRequest<Endpoints["source.hygiene"]>["query"];
type Scope = { readonly ctx: Pick<Ctx, "db" | "orgId"> };

const SENSITIVE = ["phi", "pii", "secret", "financial"];
const placeSchema = z.array(z.string().refine((text) => !text.includes("\0"))).length(5);

export async function hygieneOf({ ctx }: Scope, asked: Asked): Promise<Result<Items>> {
  const looked = lookedAt(asked);
  if (!looked.ok) return looked;
  const { folder, limit } = asked;
  return whileAvailable(async () => {
    const found = await carelessItems(ctx, { ...looked.value, folder });
    const items = found.slice(0, limit).map((each) => ({ ...each, classes: [...each.classes] }));
    const last = found.length > limit ? items.at(-1) : undefined;
    const place = last && [last.kind, last.sourceName, last.path, last.sourceId, last.itemId];
    return { items, next: place ? cursorOf(place) : null };
  });
}

export async function hygieneFolders(
  { ctx }: Scope,
  asked: Omit<Asked, "folder">,
): Promise<Result<Folders>> {
  const looked = lookedAt(asked);
  if (!looked.ok) return looked;
  const { limit } = asked;
  return whileAvailable(async () => {
    const found = await carelessFolders(ctx, looked.value);
    const items = found.slice(0, limit).map((each) => ({ ...each, classes: [...each.classes] }));
    const last = found.length > limit ? items.at(-1) : undefined;
    const place = last && [last.kind, last.sourceName, last.path, last.sourceId];
    return { items, next: last && place ? cursorOf([...place, last.folderId ?? ""]) : null };
  });
}

/** It names what people share: that somebody looked is written down before they see it. */
export function lookedAtShares(
  sources: SourcesCtx,
  by: Principal,
  { source, kind, folder }: Pick<Asked, "source" | "kind" | "folder">,
): Promise<Result<void>> {
  const data = {
    ...(source === undefined ? {} : { sourceId: source }),
    ...(kind === undefined ? {} : { kind }),
    ...(folder === undefined ? {} : { folderId: folder }),
  };
  return record(sources, { type: "source.shares-looked-at", by, data });
}

/** One more than the page, so that it is known whether there is another. */
function lookedAt({ source, kind, limit, after }: Omit<Asked, "folder">): Result<Looked> {
  const place = after === undefined ? undefined : placeOf(after);
  if (place === null) return fail("request.invalid", "The place to go on from is not one of ours.");
  return ok({ kind, sourceId: source, sensitive: SENSITIVE, limit: limit + 1, after: place });
}

function cursorOf(place: readonly string[]): string {
  return Buffer.from(JSON.stringify(place)).toString("base64url");
}

function placeOf(after: string): string[] | null {
  try {
    const given: unknown = JSON.parse(Buffer.from(after, "base64url").toString());
    return placeSchema.safeParse(given).data ?? null;
  } catch {
    return null;
  }
}

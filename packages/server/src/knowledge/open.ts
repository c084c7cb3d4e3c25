// Opens a document for one person; what they may not read does not exist for them.
import { mayRead } from "../access/readable.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { whileAvailable } from "../store/available.ts";
import type { AskingCtx } from "./asking/candidates.ts";
import type { Document } from "./document.ts";
import { documentOf } from "./queries.ts";

export async function openDocument(
  ctx: AskingCtx,
  personId: string,
  id: string,
): Promise<Result<Document>> {
  const found = await whileAvailable(() => documentOf(ctx.db, ctx.orgId, id));
  if (!found.ok) return found;
  const document = found.value;
  if (!document || !(await mayRead(ctx, personId, [document.classId])))
    return fail("resource.not_found", "There is no such document, or you may not read it.");
  return ok(document);
}

// Asks for sync: after a source is connected, resumed or signed in again, and when it is to begin anew.
import { fail, ok, type Result } from "../../lib/result.ts";
import type { Ctx } from "../../store/context.ts";
import type { Tx } from "../../store/tx.ts";
import { SYNC_KINDS, type SyncKind } from "./deps.ts";
import { requestJobs } from "./job/queries.ts";
import { tryContentAgain } from "./queries.ts";

/** Part of the caller's transaction. What is half done goes on where it was; what failed is tried again. */
export async function requestSync(
  { ctx }: { readonly ctx: Pick<Ctx, "orgId"> },
  tx: Tx,
  { sourceId, kinds = SYNC_KINDS }: { sourceId: string; kinds?: readonly SyncKind[] },
): Promise<Result<void>> {
  if (kinds.length === 0) return fail("request.invalid", "Nothing was asked for.");
  const scope = { db: tx, orgId: ctx.orgId, sourceId };
  await requestJobs(scope, kinds);
  if (kinds.includes("content")) await tryContentAgain(scope);
  return ok();
}

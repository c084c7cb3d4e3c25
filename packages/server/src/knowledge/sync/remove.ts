// Takes everything away that came from a source, piece by piece.
import type { Ctx } from "../../store/context.ts";
import type { Tx } from "../../store/tx.ts";
import { removeBatch } from "./queries.ts";

/**
 * First its work, so that nothing comes in any more, then its items and documents; each call in a transaction
 * of its own until `more` is false. Close or forget the source before: then nobody reads what is left.
 */
export async function removeItems(
  ctx: Pick<Ctx, "orgId">,
  tx: Tx,
  sourceId: string,
): Promise<{ more: boolean }> {
  return { more: await removeBatch({ db: tx, orgId: ctx.orgId, sourceId }) };
}

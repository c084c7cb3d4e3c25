// Takes everything away that came from a source, piece by piece.
import type { Ctx } from "../../store/context.ts";
import type { Tx } from "../../store/tx.ts";
import { lockSource } from "./job/queries.ts";
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
  const scope = { db: tx, orgId: ctx.orgId, sourceId };
  // What is being written just now comes before it, and is taken away with the rest.
  await lockSource(scope);
  return { more: await removeBatch(scope) };
}

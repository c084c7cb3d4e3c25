// A source fails closed: nothing that it said is known, until it is open again.
import type { Tx } from "../../store/tx.ts";
import { lockAccess } from "../queries.ts";
import { settle } from "../refresh.ts";
import type { OrgCtx } from "./groups.ts";
import { deleteSource, setClosed } from "./queries.ts";

export async function closeSource(ctx: OrgCtx, tx: Tx, sourceId: string): Promise<void> {
  await set(ctx, tx, { sourceId, closed: true });
}

export async function openSource(ctx: OrgCtx, tx: Tx, sourceId: string): Promise<void> {
  await set(ctx, tx, { sourceId, closed: false });
}

async function set(
  ctx: OrgCtx,
  tx: Tx,
  state: { sourceId: string; closed: boolean },
): Promise<void> {
  const scope = { db: tx, orgId: ctx.orgId };
  await lockAccess(scope);
  await setClosed(scope, state);
  await settle(ctx, tx);
}

/** Users, groups, links and answers go; the source stays closed, for its classes stay in the ledger. */
export async function forgetSource(ctx: OrgCtx, tx: Tx, sourceId: string): Promise<void> {
  const scope = { db: tx, orgId: ctx.orgId };
  await lockAccess(scope);
  await setClosed(scope, { sourceId, closed: true });
  await deleteSource(scope, sourceId);
  await settle(ctx, tx);
}

// A source's users as it lists them. Part of the caller's transaction, as everything here.
import type { SourceUser } from "@stead/sdk";
import { oneLine } from "../../lib/visible.ts";
import type { Tx } from "../../store/tx.ts";
import { isStorable } from "../leaf.ts";
import { lockAccess } from "../queries.ts";
import { settle } from "../refresh.ts";
import type { OrgCtx } from "./groups.ts";
import { retireUsersBut, upsertUsers, type UserRow } from "./queries.ts";

interface Given {
  readonly sourceId: string;
  readonly users: readonly SourceUser[];
}

/** The whole list: whoever is not in it any more is no longer active there. */
export async function replaceUsers(ctx: OrgCtx, tx: Tx, given: Given): Promise<void> {
  const scope = { db: tx, orgId: ctx.orgId };
  await lockAccess(scope);
  const users = rowsOf(given.users);
  const { sourceId } = given;
  await retireUsersBut(scope, { sourceId, ids: users.map(({ id }) => id) });
  await upsertUsers(scope, { sourceId, users });
  await settle(ctx, tx);
}

/** At the end of a list that came in pages: whoever was on none of them is no longer active there. */
export async function retireOthers(
  ctx: OrgCtx,
  tx: Tx,
  { sourceId, userIds }: { readonly sourceId: string; readonly userIds: readonly string[] },
): Promise<void> {
  const scope = { db: tx, orgId: ctx.orgId };
  await lockAccess(scope);
  await retireUsersBut(scope, { sourceId, ids: userIds });
  await settle(ctx, tx);
}

/** One page of the list: takes force for those who are in it, says nothing of the others. */
export async function mergeUsers(ctx: OrgCtx, tx: Tx, given: Given): Promise<void> {
  const scope = { db: tx, orgId: ctx.orgId };
  await lockAccess(scope);
  await upsertUsers(scope, { sourceId: given.sourceId, users: rowsOf(given.users) });
  await settle(ctx, tx);
}

/** Each id once: said twice, the user is active only if both say so, and vouched for by neither. */
function rowsOf(users: readonly SourceUser[]): UserRow[] {
  const rows = new Map<string, UserRow>();
  for (const { id, name, email, domain, active } of users) {
    if (!isStorable(id)) continue;
    const row = {
      id,
      name: oneLine(name).toWellFormed(),
      email: email !== undefined && isStorable(email) ? email : null,
      domain: domain !== undefined && isStorable(domain) ? domain.toLowerCase() : null,
      active,
    };
    const before = rows.get(id);
    rows.set(id, before ? agreed(before, row) : row);
  }
  return [...rows.values()];
}

function agreed(a: UserRow, b: UserRow): UserRow {
  return {
    ...b,
    email: a.email === b.email ? b.email : null,
    domain: a.domain === b.domain ? b.domain : null,
    active: a.active && b.active,
  };
}

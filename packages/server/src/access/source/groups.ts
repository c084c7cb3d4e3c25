// A source's groups as it lists them. An incomplete list adds nobody and lets nobody go, but from then on
// whoever is not known to be in the group may be: a deny on it holds against all.
import type { SourceGroup } from "@stead/sdk";
import { oneLine } from "../../lib/visible.ts";
import type { Ctx } from "../../store/context.ts";
import type { Tx } from "../../store/tx.ts";
import { isStorable } from "../leaf.ts";
import { lockAccess } from "../queries.ts";
import { settle } from "../refresh.ts";
import {
  deleteGroup,
  groupsBut,
  replaceMembers,
  upsertGroups,
  type GroupRow,
  type MemberRow,
} from "./queries.ts";

export type OrgCtx = Pick<Ctx, "orgId">;

export async function replaceGroup(
  ctx: OrgCtx,
  tx: Tx,
  { sourceId, group }: { sourceId: string; group: SourceGroup },
): Promise<void> {
  await replaceGroups(ctx, tx, { sourceId, groups: [group] });
}

/** Several at once, which costs hardly more than one. Groups that are not named stay as they are. */
export async function replaceGroups(
  ctx: OrgCtx,
  tx: Tx,
  { sourceId, groups }: { sourceId: string; groups: readonly SourceGroup[] },
): Promise<void> {
  const scope = { db: tx, orgId: ctx.orgId };
  const rows = new Map<string, GroupRow>();
  const members = new Map<string, MemberRow>();
  for (const group of groups) {
    const { id } = group;
    if (!isStorable(id)) continue;
    const known = group.members.filter((member) => isStorable(member.id));
    // Named twice, neither time is believed to be all of it.
    const whole = group.complete && known.length === group.members.length && !rows.has(id);
    rows.set(id, { id, name: oneLine(group.name).toWellFormed(), whole });
    for (const { kind, id: memberId } of known)
      members.set(JSON.stringify([id, kind, memberId]), {
        group_id: id,
        member_kind: kind,
        member_id: memberId,
      });
  }
  const whole = new Set([...rows.values()].flatMap((row) => (row.whole ? [row.id] : [])));
  await lockAccess(scope);
  await upsertGroups(scope, { sourceId, groups: [...rows.values()] });
  await replaceMembers(scope, {
    sourceId,
    groups: [...whole],
    members: [...members.values()].filter((member) => whole.has(member.group_id)),
  });
  await settle(ctx, tx);
}

/** What it was in keeps it as a member that nothing is known of, until the source says otherwise. */
export async function removeGroup(
  ctx: OrgCtx,
  tx: Tx,
  { sourceId, groupId }: { sourceId: string; groupId: string },
): Promise<void> {
  const scope = { db: tx, orgId: ctx.orgId };
  await lockAccess(scope);
  await deleteGroup(scope, { sourceId, groupId });
  await settle(ctx, tx);
}

/** After a whole listing of the source's groups: those that it did not name are gone. */
export async function removeGroupsBut(
  ctx: OrgCtx,
  tx: Tx,
  { sourceId, groupIds }: { sourceId: string; groupIds: readonly string[] },
): Promise<void> {
  const scope = { db: tx, orgId: ctx.orgId };
  await lockAccess(scope);
  for (const groupId of await groupsBut(scope, { sourceId, ids: groupIds }))
    await deleteGroup(scope, { sourceId, groupId });
  await settle(ctx, tx);
}

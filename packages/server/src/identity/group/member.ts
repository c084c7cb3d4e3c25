// Puts people and groups into groups and takes them out. Nobody makes themselves an approver that way.
import type { Group, GroupMember, Principal } from "@stead/protocol";
import { fail, ok, type Result } from "../../lib/result.ts";
import { ALREADY, recordChange, type IdentityCtx } from "../context.ts";
import { readCursor, writeCursor } from "../person.ts";
import type { RightsPort } from "../port.ts";
import type { Scope } from "../queries.ts";
import { NO_GROUP, presentGroup } from "./keep.ts";
import {
  deleteMember,
  groupsAbove,
  insertMember,
  listMembers,
  lockGroup,
  memberOf,
  type Edge,
} from "./queries.ts";

interface Wish {
  readonly principal: Principal;
  readonly groupId: string;
  readonly memberId: string;
}

export async function addMember(
  ctx: IdentityCtx,
  port: RightsPort,
  wish: Wish,
): Promise<Result<Group>> {
  const { principal, groupId, memberId } = wish;
  const data = { groupId, memberId, by: principal.personId };
  const done = await recordChange(ctx, { type: "group.member-added", data }, async (scope) => {
    const edge = await edgeOf(scope, wish);
    if (!edge.ok) return edge;
    const above = await groupsAbove(scope, groupId);
    if (above.includes(memberId))
      return fail("request.invalid", "A group can't be inside itself.", {
        hint: "The other one is in it already, directly or through others.",
      });
    const allowed = mayAdd(port, { wish, edge: edge.value, above });
    if (!allowed.ok) return allowed;
    return (await insertMember(scope, edge.value)) ? ok() : ALREADY;
  });
  return done.ok ? presentGroup(ctx, groupId) : done;
}

/** What the one who adds would gain by it decides, however deep the groups are nested. */
function mayAdd(
  port: RightsPort,
  { wish, edge, above }: { wish: Wish; edge: Edge; above: readonly string[] },
): Result<void> {
  const { principal, groupId } = wish;
  const { personId, groups } = principal;
  const { kind, id } = edge.member;
  const reaches = kind === "person" ? id === personId : groups.includes(id);
  const gained = reaches ? above.filter((group) => !groups.includes(group)) : [];
  const approvers = port.approvers();
  const approves = gained.some((group) => approvers.has(group));
  const right = { id: groupId, own: gained.length > 0, approves };
  return port.decide({ principal, action: "group.add-member", right });
}

export async function removeMember(ctx: IdentityCtx, wish: Wish): Promise<Result<Group>> {
  const { principal, groupId, memberId } = wish;
  const data = { groupId, memberId, by: principal.personId };
  const done = await recordChange(ctx, { type: "group.member-removed", data }, async (scope) => {
    const edge = await edgeOf(scope, wish);
    if (!edge.ok) return edge;
    return (await deleteMember(scope, edge.value)) ? ok() : ALREADY;
  });
  return done.ok ? presentGroup(ctx, groupId) : done;
}

async function edgeOf(scope: Scope, { groupId, memberId }: Wish): Promise<Result<Edge>> {
  if ((await lockGroup(scope, groupId)) === undefined) return NO_GROUP;
  const member = await memberOf(scope, memberId);
  if (!member) return fail("resource.not_found", "There is no such person or group to put in it.");
  return ok({ groupId, member: { kind: member.kind, id: member.id } });
}

export async function membersOf(
  ctx: IdentityCtx,
  wish: { groupId: string; limit: number; cursor?: string | undefined },
): Promise<Result<{ items: GroupMember[]; next: string | null }>> {
  const { groupId, limit, cursor } = wish;
  const after = cursor === undefined ? undefined : readCursor(cursor);
  if (after === null) return fail("request.invalid", "The cursor is not one of ours.");
  const group = await presentGroup(ctx, groupId);
  if (!group.ok) return group;
  const rows = await listMembers(ctx, { groupId, after, limit: limit + 1 });
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return ok({ items, next: rows.length > limit && last ? writeCursor(last) : null });
}

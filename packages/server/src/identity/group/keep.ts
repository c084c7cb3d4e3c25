// Makes, renames and removes groups. What a policy calls by name keeps its name, and what it speaks of stays:
// no change of groups may take the policies out of force.
import type { Group, Principal } from "@stead/protocol";
import { idFrom } from "../../lib/ids.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { ALREADY, recordChange, type IdentityCtx } from "../context.ts";
import type { NamedBy, RightsPort } from "../port.ts";
import {
  deleteGroup,
  findGroup,
  insertGroup,
  lockGroup,
  memberOf,
  nameTaken,
  setGroupName,
} from "./queries.ts";

const PLACES_MAX = 3;
export const NO_GROUP = fail("resource.not_found", "There is no such group.");

export async function makeGroup(
  ctx: IdentityCtx,
  port: RightsPort,
  wish: { principal: Principal; name: string; idempotencyKey: string },
): Promise<Result<Group>> {
  const { principal, name } = wish;
  const id = idFrom("grp", wish.idempotencyKey);
  const data = { groupId: id, name, by: principal.personId };
  const done = await recordChange(ctx, { type: "group.made", data }, async (scope) => {
    if (await insertGroup(scope, { id, name })) return ok();
    return (await memberOf(scope, id)) ? ALREADY : taken(name);
  });
  if (!done.ok) return done;
  await port.groupsChanged();
  return presentGroup(ctx, id);
}

export async function renameGroup(
  ctx: IdentityCtx,
  port: RightsPort,
  wish: { principal: Principal; groupId: string; name: string },
): Promise<Result<Group>> {
  const { principal, groupId, name } = wish;
  const data = { groupId, name, by: principal.personId };
  const done = await recordChange(ctx, { type: "group.renamed", data }, async (scope) => {
    const before = await lockGroup(scope, groupId);
    if (before === undefined) return NO_GROUP;
    if (before === name) return ALREADY;
    const naming = port.namedBy(groupId).filter(({ written }) => written !== groupId);
    if (naming.length > 0) return named(naming, `its name "${before}"; write ${groupId} there`);
    if (await nameTaken(scope, { id: groupId, name })) return taken(name);
    await setGroupName(scope, { id: groupId, name });
    return ok();
  });
  if (!done.ok) return done;
  await port.groupsChanged();
  return presentGroup(ctx, groupId);
}

export async function removeGroup(
  ctx: IdentityCtx,
  port: RightsPort,
  { principal, groupId }: { principal: Principal; groupId: string },
): Promise<Result<void>> {
  const data = { groupId, by: principal.personId };
  const done = await recordChange(ctx, { type: "group.removed", data }, async (scope) => {
    const name = await lockGroup(scope, groupId);
    if (name === undefined) return NO_GROUP;
    const naming = port.namedBy(groupId);
    if (naming.length > 0) return named(naming, `the group "${name}"; change them`);
    await deleteGroup(scope, groupId);
    return ok();
  });
  if (done.ok) await port.groupsChanged();
  return done;
}

export async function presentGroup(ctx: IdentityCtx, groupId: string): Promise<Result<Group>> {
  const group = await findGroup(ctx, groupId);
  return group ? ok(group) : NO_GROUP;
}

function taken(name: string): Result<never> {
  return fail("request.conflict", `There is a group called ${name} already.`);
}

function named(naming: readonly NamedBy[], what: string): Result<never> {
  const places = naming.slice(0, PLACES_MAX).map(({ place }) => place);
  const more = naming.length > PLACES_MAX ? ` and ${naming.length - PLACES_MAX} more` : "";
  return fail("identity.group_named", `Policies use ${what} first.`, {
    hint: `See ${places.join(", ")}${more}.`,
    data: { places: naming.map(({ place }) => place) },
  });
}

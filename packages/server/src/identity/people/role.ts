// Gives a person a role or takes it away, as far as policy lets the two roles be in one hand.
import type { Person, Principal, Role } from "@stead/protocol";
import { ok, type Result } from "../../lib/result.ts";
import { ALREADY, recordChange, type IdentityCtx } from "../context.ts";
import type { RightsPort } from "../port.ts";
import { NOBODY, present } from "./add.ts";
import { lockPerson, setRoles } from "./queries.ts";
import { notTheLast } from "./standing.ts";

interface Wish {
  readonly principal: Principal;
  readonly personId: string;
  readonly role: Role;
}

export async function grantRole(
  ctx: IdentityCtx,
  port: RightsPort,
  { principal, personId, role }: Wish,
): Promise<Result<Person>> {
  const data = { personId, role, by: principal.personId };
  const done = await recordChange(ctx, { type: "role.granted", data }, async (scope) => {
    const person = await lockPerson(scope, personId);
    if (!person) return NOBODY;
    const { roles } = person;
    if (roles.includes(role)) return ALREADY;
    const own = personId === principal.personId;
    const approves = port.approvers().has(`role:${role}`);
    const right = { id: personId, personId, role, holds: roles, own, approves };
    const allowed = port.decide({ principal, action: "role.grant", right });
    if (!allowed.ok) return allowed;
    await setRoles(scope, { id: personId, roles: [...roles, role] });
    return ok();
  });
  return done.ok ? present(ctx, personId) : done;
}

export async function revokeRole(
  ctx: IdentityCtx,
  { principal, personId, role }: Wish,
): Promise<Result<Person>> {
  const data = { personId, role, by: principal.personId };
  const done = await recordChange(ctx, { type: "role.revoked", data }, async (scope) => {
    const spared = role === "administrator" ? await notTheLast(scope, personId) : ok();
    if (!spared.ok) return spared;
    const person = await lockPerson(scope, personId);
    if (!person) return NOBODY;
    if (!person.roles.includes(role)) return ALREADY;
    const roles = person.roles.filter((held) => held !== role);
    await setRoles(scope, { id: personId, roles });
    return ok();
  });
  return done.ok ? present(ctx, personId) : done;
}

// Who acts: a person with every group, nested ones included, as they are at this moment.
import type { Principal } from "@stead/protocol";
import { fail, ok, type Result } from "../lib/result.ts";
import type { Ctx } from "../store/context.ts";
import { personWithGroups } from "./queries.ts";

/** Read afresh each time: a person who left, or lost a group, loses it with the next request. */
export async function principalOf(
  ctx: Ctx,
  personId: string,
  via: Principal["via"],
): Promise<Result<Principal>> {
  const person = await personWithGroups(ctx, personId);
  if (!person?.active) return fail("auth.invalid", "This person can't sign in any more.");
  const { name, email, department, title, groups, roles } = person;
  const { orgId } = ctx;
  return ok({ orgId, personId, name, email, department, title, groups, roles, via });
}

// Who acts: a person with every group, nested ones included, as they are at this moment.
import type { Principal } from "@stead/protocol";
import { fail, ok, type Result } from "../lib/result.ts";
import { Together } from "../lib/together.ts";
import type { Ctx } from "../store/context.ts";
import { peopleWithGroups, personWithGroups } from "./queries.ts";

/** Read afresh each time: a person who left, or lost a group, loses it with the next request. */
export async function principalOf(
  ctx: Ctx,
  personId: string,
  via: Principal["via"],
): Promise<Result<Principal>> {
  return principalFrom(ctx.orgId, await personWithGroups(ctx, personId), via);
}

/** The same for the many runs of a process: those who ask at once are looked up together. */
export function principalsTogether(
  ctx: Ctx,
  via: Principal["via"],
): (personId: string) => Promise<Result<Principal>> {
  const together = new Together(async (personIds) => {
    const people = await peopleWithGroups(ctx, personIds);
    return new Map(people.map((person) => [person.id, person]));
  });
  return async (personId) => principalFrom(ctx.orgId, await together.ask(personId), via);
}

function principalFrom(
  orgId: string,
  person: Awaited<ReturnType<typeof personWithGroups>>,
  via: Principal["via"],
): Result<Principal> {
  if (!person?.active) return fail("auth.invalid", "This person can't sign in any more.");
  const { id: personId, name, email, department, title, groups, roles } = person;
  return ok({ orgId, personId, name, email, department, title, groups, roles, via });
}

// Adds a person: an employee who can't sign in before they are invited. Also mends what is said of one.
import type { NewPersonBody, Person, Principal } from "@stead/protocol";
import { idFrom } from "../../lib/ids.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { ALREADY, recordChange, type IdentityCtx } from "../context.ts";
import { personOf } from "../person.ts";
import { addPerson, changePerson } from "./queries.ts";

export interface NewPersonWish extends NewPersonBody {
  readonly principal: Principal;
  readonly idempotencyKey: string;
}

export async function addOne(ctx: IdentityCtx, wish: NewPersonWish): Promise<Result<Person>> {
  const { principal, name, email, title, department } = wish;
  const id = idFrom("usr", wish.idempotencyKey);
  const said = { name, email, title, department };
  const fact = {
    type: "person.added" as const,
    data: { personId: id, by: principal.personId },
    bodies: { person: { value: said, subjects: [id] } },
  };
  const done = await recordChange(ctx, fact, async (scope) => {
    if (await addPerson(scope, { id, ...said, roles: ["employee"] })) return ok();
    const repeated = await personOf({ ...ctx, db: scope.db }, id);
    return repeated ? ALREADY : taken(email);
  });
  return done.ok ? present(ctx, id) : done;
}

export async function updateOne(
  ctx: IdentityCtx,
  wish: Omit<NewPersonBody, "email"> & { principal: Principal; personId: string },
): Promise<Result<Person>> {
  const { principal, personId, name, title, department } = wish;
  const said = { name, title, department };
  const fact = {
    type: "person.changed" as const,
    data: { personId, by: principal.personId },
    bodies: { person: { value: said, subjects: [personId] } },
  };
  const done = await recordChange(ctx, fact, async (scope) =>
    (await changePerson(scope, { id: personId, ...said })) ? ok() : NOBODY,
  );
  return done.ok ? present(ctx, personId) : done;
}

export const NOBODY = fail("resource.not_found", "There is no such person.");

function taken(email: string): Result<never> {
  return fail("request.conflict", `Somebody has the e-mail address ${email} already.`, {
    hint: "Search for it under People; a person who left can be let in again.",
  });
}

export async function present(ctx: IdentityCtx, personId: string): Promise<Result<Person>> {
  const person = await personOf(ctx, personId);
  return person ? ok(person) : NOBODY;
}

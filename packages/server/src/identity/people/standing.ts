// Shuts a person out, or lets them in again. Sessions, keys and links end in the same transaction; a run of
// theirs finds nobody to act for before its next effect.
import type { Person, Principal } from "@stead/protocol";
import { fail, ok, type Result } from "../../lib/result.ts";
import { ALREADY, recordChange, type IdentityCtx } from "../context.ts";
import type { RunsPort } from "../port.ts";
import type { Scope } from "../queries.ts";
import { NOBODY, present } from "./add.ts";
import { endWaysIn, lockAdministrators, lockPerson, setActive } from "./queries.ts";

interface Wish {
  readonly principal: Principal;
  readonly personId: string;
}

export async function deactivate(
  ctx: IdentityCtx,
  port: RunsPort,
  wish: Wish,
): Promise<Result<Person>> {
  const { principal, personId } = wish;
  const data = { personId, by: principal.personId };
  const done = await recordChange(ctx, { type: "person.deactivated", data }, async (scope) => {
    const spared = await notTheLast(scope, personId);
    if (!spared.ok) return spared;
    const person = await lockPerson(scope, personId);
    if (!person) return NOBODY;
    if (!person.active) return ALREADY;
    await setActive(scope, { id: personId, active: false });
    await endWaysIn(scope, { personId, nowMs: ctx.clock.now() });
    await port.wakeRuns(scope.db, personId);
    return ok();
  });
  return done.ok ? present(ctx, personId) : done;
}

export async function reactivate(ctx: IdentityCtx, wish: Wish): Promise<Result<Person>> {
  const { principal, personId } = wish;
  const data = { personId, by: principal.personId };
  const done = await recordChange(ctx, { type: "person.reactivated", data }, async (scope) => {
    const person = await lockPerson(scope, personId);
    if (!person) return NOBODY;
    if (person.active) return ALREADY;
    await setActive(scope, { id: personId, active: true });
    return ok();
  });
  return done.ok ? present(ctx, personId) : done;
}

/** Without an administrator nobody could ever make another. */
export async function notTheLast(scope: Scope, personId: string): Promise<Result<void>> {
  const administrators = await lockAdministrators(scope);
  if (administrators.length > 1 || administrators[0] !== personId) return ok();
  return fail("identity.last_administrator", "This is the last administrator.", {
    hint: "Make somebody else an administrator first.",
  });
}

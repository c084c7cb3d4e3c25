// Keeps person_class, which searches join with, in step with people, groups and classes.
import type { Ctx } from "../store/context.ts";
import { withTx, type Tx } from "../store/tx.ts";
import { evaluate } from "./evaluate.ts";
import {
  lockAccess,
  peopleInGroups,
  readClasses,
  replaceClasses,
  replaceReaders,
  resolvedPrincipals,
  stalePeople,
  takeStale,
} from "./queries.ts";
import { satisfied } from "./readable.ts";

type OrgCtx = Pick<Ctx, "orgId">;

/** Works out anew who satisfies the class. */
export async function refreshClass(ctx: OrgCtx, tx: Tx, classId: string): Promise<void> {
  const scope = { db: tx, orgId: ctx.orgId };
  await lockAccess(scope);
  const [found] = await readClasses(scope, [classId]);
  if (!found) return;
  const resolved = await resolvedPrincipals(scope, found.principals);
  const groups = found.principals.flatMap((principal) =>
    principal.startsWith("group:") ? principal.slice("group:".length) : [],
  );
  const people: string[] = [];
  for (const person of await peopleInGroups(scope, groups)) {
    const truth = evaluate(found.expression, {
      personId: person.personId,
      groups: new Set(person.groups),
      resolved: (principal) => resolved.has(principal),
    });
    if (truth === "true") people.push(person.personId);
  }
  await replaceReaders(scope, { classId, people });
}

/** Works out anew which classes the person satisfies. */
export async function refreshPerson(ctx: OrgCtx, tx: Tx, personId: string): Promise<void> {
  const scope = { db: tx, orgId: ctx.orgId };
  await lockAccess(scope);
  await takeStale(scope, personId);
  const classes = await satisfied(scope, personId, await readClasses(scope));
  await replaceClasses(scope, { personId, classes });
}

/**
 * Before a search: if something about the person changed, their classes are worked out first. Costs one
 * look at an index when nothing did.
 */
export async function freshen(ctx: Pick<Ctx, "db" | "orgId">, personId: string): Promise<void> {
  const [stale] = await stalePeople(ctx, { personId, limit: 1 });
  if (stale !== undefined) await withTx(ctx.db, (tx) => refreshPerson(ctx, tx, personId));
}

/** For everybody whose rights changed, at most `limit` people; how many there were. */
export async function freshenAll(ctx: Pick<Ctx, "db" | "orgId">, limit = 1_000): Promise<number> {
  const people = await stalePeople(ctx, { limit });
  for (const personId of people) await freshen(ctx, personId);
  return people.length;
}

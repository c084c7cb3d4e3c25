// May this person read it? Asked of people, groups and classes as they are at this moment, not of the
// table that searches join with: the table may lag, the check may not.
import { personWithGroups } from "../identity/queries.ts";
import type { Ctx } from "../store/context.ts";
import { evaluate, type Closure } from "./evaluate.ts";
import { onlyPerson } from "./label.ts";
import { readClasses, resolvedPrincipals, type ClassRow, type Scope } from "./queries.ts";

type Asking = Pick<Ctx, "db" | "orgId">;

/** True when the person satisfies all of the classes; unknown is no. */
export async function mayRead(
  ctx: Asking,
  personId: string,
  classIds: readonly string[],
): Promise<boolean> {
  const readable = await readableOf(ctx, personId, classIds);
  return classIds.every((id) => readable.has(id));
}

/** Of the classes, those that the person satisfies. */
export async function readableOf(
  ctx: Asking,
  personId: string,
  classIds: readonly string[],
): Promise<Set<string>> {
  const own = onlyPerson(personId);
  const readable = new Set(classIds.filter((id) => id === own));
  const others = new Set(classIds.filter((id) => id !== own));
  if (others.size === 0) return readable;
  const classes = await readClasses(ctx, [...others]);
  if (others.has("everyone") && !classes.some(({ id }) => id === "everyone"))
    classes.push({ id: "everyone", expression: "everyone", principals: [] });
  for (const id of await satisfied(ctx, personId, classes)) readable.add(id);
  return readable;
}

/** Ids of the classes that the person satisfies now; a person who left satisfies none. */
export async function satisfied(
  scope: Scope,
  personId: string,
  classes: readonly ClassRow[],
): Promise<string[]> {
  if (classes.length === 0) return [];
  const person = await personWithGroups(scope, personId);
  if (!person?.active) return [];
  const named = new Set(classes.flatMap(({ principals }) => principals));
  const resolved = await resolvedPrincipals(scope, [...named]);
  const closure: Closure = {
    personId,
    groups: new Set(person.groups),
    resolved: (principal) => resolved.has(principal),
  };
  return classes
    .filter(({ expression }) => evaluate(expression, closure) === "true")
    .map(({ id }) => id);
}

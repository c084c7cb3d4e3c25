// May this person read it? Asked of people, groups and classes as they are at this moment, not of the
// table that searches join with: the table may lag, the check may not.
import type { Ctx } from "../store/context.ts";
import { askedOf, closureOf } from "./closure.ts";
import { evaluate } from "./evaluate.ts";
import { onlyPerson } from "./label.ts";
import { readClasses, type ClassRow, type Scope } from "./queries.ts";

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
  const classes = await classesOf(ctx, [...others]);
  for (const id of await satisfied(ctx, personId, classes)) readable.add(id);
  return readable;
}

/** The classes of these ids; what every organisation has need not have been interned. */
export async function classesOf(scope: Scope, ids: readonly string[]): Promise<ClassRow[]> {
  const classes = await readClasses(scope, ids);
  for (const id of ["everyone", "public"] as const)
    if (ids.includes(id) && !classes.some((row) => row.id === id))
      classes.push({ id, expression: id });
  return classes;
}

/** Ids of the classes that the person satisfies now; a person who left satisfies none. */
async function satisfied(
  scope: Scope,
  personId: string,
  classes: readonly ClassRow[],
): Promise<string[]> {
  if (classes.length === 0) return [];
  const asked = askedOf(classes.map(({ expression }) => expression));
  const closure = await closureOf(scope, personId, asked);
  if (!closure) return [];
  return classes
    .filter(({ expression }) => evaluate(expression, closure) === "true")
    .map(({ id }) => id);
}

// May this person read it? Asked of people, groups and classes as they are at this moment, not of the
// table that searches join with: the table may lag, the check may not.
import type { Ctx } from "../store/context.ts";
import { eachLeaf } from "./class.ts";
import { askedOf, closureOf } from "./closure.ts";
import { evaluate } from "./evaluate.ts";
import { onlyPerson } from "./label.ts";
import { leafName } from "./leaf.ts";
import { readClasses, type ClassRow, type Scope } from "./queries.ts";

/** Asks sources what only they can say of a person; true when they said something new. */
export type AskSources = (personId: string, names: readonly string[]) => Promise<boolean>;

export interface Asking extends Pick<Ctx, "db" | "orgId"> {
  /** None: what no source has said lately stays unknown. */
  readonly askSources?: AskSources;
}

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

/** The classes of these ids; what every organisation has, and its groups, need not have been interned. */
export async function classesOf(scope: Scope, ids: readonly string[]): Promise<ClassRow[]> {
  const classes = await readClasses(scope, ids);
  for (const id of ["everyone", "public"] as const)
    if (ids.includes(id) && !classes.some((row) => row.id === id))
      classes.push({ id, expression: id });
  for (const id of new Set(ids))
    if (id.startsWith("group:")) classes.push({ id, expression: { group: id.slice(6) } });
  return classes;
}

/** Of these classes, names of what only a source can say, and whose saying might let the person read. */
export async function unsaidOf(
  ctx: Asking,
  personId: string,
  classIds: readonly string[],
): Promise<string[]> {
  return (await judged(ctx, personId, await classesOf(ctx, classIds))).unsaid;
}

/** Ids of the classes that the person satisfies now; a person who left satisfies none. */
async function satisfied(
  ctx: Asking,
  personId: string,
  classes: readonly ClassRow[],
): Promise<string[]> {
  const { ids, unsaid } = await judged(ctx, personId, classes);
  if (unsaid.length === 0 || !(await ctx.askSources?.(personId, unsaid))) return ids;
  return (await judged(ctx, personId, classes)).ids;
}

interface Judged {
  readonly ids: string[];
  readonly unsaid: string[];
}

async function judged(
  scope: Scope,
  personId: string,
  classes: readonly ClassRow[],
): Promise<Judged> {
  if (classes.length === 0) return { ids: [], unsaid: [] };
  const asked = askedOf(classes.map(({ expression }) => expression));
  const closure = await closureOf(scope, personId, asked);
  if (!closure) return { ids: [], unsaid: [] };
  const ids: string[] = [];
  const unsaid = new Set<string>();
  for (const { id, expression } of classes) {
    const truth = evaluate(expression, closure);
    if (truth === "true") ids.push(id);
    if (truth !== "unknown") continue;
    eachLeaf(expression, (leaf) => {
      const name = leafName(leaf);
      if (("ask" in leaf || "link" in leaf) && closure.truthOf(name) === "unknown")
        unsaid.add(name);
    });
  }
  return { ids, unsaid: [...unsaid] };
}

// Keeps person_class, which searches join with, in step with people, groups, sources and classes. Whoever
// changes any of these has taken away what it touches; here it is worked out again.
import type { Ctx } from "../store/context.ts";
import { withTx, type Tx } from "../store/tx.ts";
import { bytesOf, noBits } from "./crowd/bits.ts";
import { evaluateCrowd, gatherCrowd, lookUp, type Crowd } from "./crowd/crowd.ts";
import { classesToWork, updateReaders, type Readers } from "./crowd/queries.ts";
import { leafName } from "./leaf.ts";
import { eachLeaf } from "./class.ts";
import {
  dropOldAnswers,
  isOpen,
  lockAccess,
  stalePeople,
  takeOpen,
  takeStale,
  type ClassRow,
} from "./queries.ts";

const BATCH = 20_000;

/**
 * Works out anew whatever is open: the classes that name what changed, and, when something of a person's own
 * changed, all classes. At the end of the caller's transaction. How many classes were looked at.
 */
export async function settle(ctx: Pick<Ctx, "orgId">, tx: Tx): Promise<number> {
  const scope = { db: tx, orgId: ctx.orgId };
  if (!(await isOpen(scope))) return 0;
  await lockAccess(scope);
  await dropOldAnswers(scope);
  const stale = await stalePeople(scope);
  const names = await takeOpen(scope);
  const crowd = await gatherCrowd(scope);
  let count = 0;
  for (let after = ""; ;) {
    const asked = { names: stale.length > 0 ? null : names, after, limit: BATCH };
    const classes = await classesToWork(scope, asked);
    if (classes.length > 0) await updateReaders(scope, await workOut(crowd, classes));
    count += classes.length;
    const last = classes.at(-1);
    if (!last || classes.length < BATCH) break;
    after = last.id;
  }
  if (stale.length > 0) await takeStale(scope, stale);
  return count;
}

/** Who satisfies these classes. */
export async function workOut(crowd: Crowd, classes: readonly ClassRow[]): Promise<Readers> {
  const names = new Set<string>();
  for (const { expression } of classes) eachLeaf(expression, (leaf) => names.add(leafName(leaf)));
  await lookUp(crowd, names);
  const people = noBits(classes.length * crowd.words);
  for (const [i, { expression }] of classes.entries())
    people.set(evaluateCrowd(expression, crowd).yes, i * crowd.words);
  const width = crowd.words * 4;
  return { ids: classes.map(({ id }) => id), people: bytesOf(people), width };
}

/**
 * Before a search: what changed about this person, or about any class, is worked out first. Costs one look
 * at indexes when nothing did.
 */
export async function freshen(ctx: Pick<Ctx, "db" | "orgId">, personId: string): Promise<void> {
  if (await isOpen(ctx, personId)) await withTx(ctx.db, (tx) => settle(ctx, tx));
}

/** For everybody; how many classes were looked at. */
export async function freshenAll(ctx: Pick<Ctx, "db" | "orgId">): Promise<number> {
  return withTx(ctx.db, (tx) => settle(ctx, tx));
}

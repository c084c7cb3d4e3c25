// Interning: equal rules are one class, kept once, with its readers worked out when it is new.
import { ok, type Result } from "../lib/result.ts";
import type { Ctx } from "../store/context.ts";
import type { Tx } from "../store/tx.ts";
import { classOf, type AccessClass, type AccessExpression } from "./class.ts";
import { insertClasses, knownClasses, lockAccess } from "./queries.ts";
import { settle, workOut } from "./refresh.ts";
import { gatherCrowd } from "./crowd/crowd.ts";
import { insertReaders } from "./crowd/queries.ts";

const BATCH = 5_000;

/**
 * The ids of the rules' classes, in their order; all exist from here on. Part of the caller's transaction.
 * A rule that is too large to be checked fails all of them, with its place as `data.index`.
 */
export async function internClasses(
  ctx: Pick<Ctx, "orgId">,
  tx: Tx,
  expressions: readonly AccessExpression[],
): Promise<Result<string[]>> {
  const classes = new Map<string, AccessClass>();
  const ids: string[] = [];
  for (const [index, expression] of expressions.entries()) {
    const made = classOf(expression);
    if (!made.ok) return { ok: false, failure: { ...made.failure, data: { index } } };
    classes.set(made.value.id, made.value);
    ids.push(made.value.id);
  }
  const scope = { db: tx, orgId: ctx.orgId };
  for (const id of await knownClasses(scope, [...classes.keys()])) classes.delete(id);
  if (classes.size === 0) return ok(ids);
  await lockAccess(scope);
  // Somebody else may have made some of them while we waited.
  for (const id of await knownClasses(scope, [...classes.keys()])) classes.delete(id);
  const made = [...classes.values()];
  const crowd = await gatherCrowd(scope);
  for (let from = 0; from < made.length; from += BATCH) {
    const batch = made.slice(from, from + BATCH);
    await insertClasses(scope, batch);
    await insertReaders(scope, await workOut(crowd, batch));
  }
  await settle(ctx, tx);
  return ok(ids);
}

/** The id of one rule's class. */
export async function internClass(
  ctx: Pick<Ctx, "orgId">,
  tx: Tx,
  expression: AccessExpression,
): Promise<Result<string>> {
  const interned = await internClasses(ctx, tx, [expression]);
  return interned.ok ? ok(interned.value[0] ?? "") : interned;
}

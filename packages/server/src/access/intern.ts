// Interning: equal rules are one class, kept once, with its readers worked out when it is new.
import { ok, type Result } from "../lib/result.ts";
import type { Ctx } from "../store/context.ts";
import type { Tx } from "../store/tx.ts";
import { classOf, type AccessExpression } from "./class.ts";
import { insertClass, lockAccess } from "./queries.ts";
import { refreshClass } from "./refresh.ts";

/** The id of the rule's class, which exists from here on. Part of the caller's transaction. */
export async function internClass(
  ctx: Pick<Ctx, "orgId">,
  tx: Tx,
  expression: AccessExpression,
): Promise<Result<string>> {
  const made = classOf(expression);
  if (!made.ok) return made;
  const scope = { db: tx, orgId: ctx.orgId };
  if (await insertClass(scope, made.value)) {
    await lockAccess(scope);
    await refreshClass(ctx, tx, made.value.id);
  }
  return ok(made.value.id);
}

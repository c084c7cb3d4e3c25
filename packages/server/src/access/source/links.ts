// Who of ours is whom in a source: proved by a vouched address in a trusted domain, or by signing in there.
import { fail, ok, type Result } from "../../lib/result.ts";
import type { Ctx } from "../../store/context.ts";
import type { Tx } from "../../store/tx.ts";
import { lockAccess } from "../queries.ts";
import { settle } from "../refresh.ts";
import type { OrgCtx } from "./groups.ts";
import {
  deleteLink,
  deleteWord,
  insertSignIn,
  insertWord,
  type Link,
  relink,
  selectLinkedUser,
} from "./queries.ts";

/**
 * After the source's users changed. Links that its addresses no longer justify go; who signed in stays as
 * they are.
 */
export async function linkByDirectory(
  ctx: OrgCtx,
  tx: Tx,
  given: { sourceId: string; trustedDomains: readonly string[] },
): Promise<{ added: number; removed: number }> {
  const scope = { db: tx, orgId: ctx.orgId };
  await lockAccess(scope);
  const domains = given.trustedDomains.map((domain) => domain.trim().toLowerCase());
  const counts = await relink(scope, { sourceId: given.sourceId, domains });
  await settle(ctx, tx);
  return counts;
}

/** The person has just signed in at the source as this user. Replaces their link of before. */
export async function linkBySignIn(ctx: OrgCtx, tx: Tx, link: Link): Promise<Result<void>> {
  const scope = { db: tx, orgId: ctx.orgId };
  await lockAccess(scope);
  if (!(await insertSignIn(scope, link)))
    return fail("request.conflict", "Somebody else has linked this account already.", {
      hint: "They can unlink it, or sign in there with an account of your own.",
    });
  await settle(ctx, tx);
  return ok();
}

/** Where nobody can sign in, and the directory proves nothing of either. Replaces the word of before. */
export async function linkByAdministrator(ctx: OrgCtx, tx: Tx, link: Link): Promise<Result<void>> {
  const scope = { db: tx, orgId: ctx.orgId };
  await lockAccess(scope);
  if (!(await insertWord(scope, link)))
    return fail("request.conflict", "The source itself says who this user, or this person, is.");
  await settle(ctx, tx);
  return ok();
}

/** What the source proves stands. */
export async function unlinkByAdministrator(
  ctx: OrgCtx,
  tx: Tx,
  given: { sourceId: string; userId: string },
): Promise<void> {
  const scope = { db: tx, orgId: ctx.orgId };
  await lockAccess(scope);
  await deleteWord(scope, given);
  await settle(ctx, tx);
}

export async function unlink(
  ctx: OrgCtx,
  tx: Tx,
  given: { sourceId: string; personId: string },
): Promise<void> {
  const scope = { db: tx, orgId: ctx.orgId };
  await lockAccess(scope);
  await deleteLink(scope, given);
  await settle(ctx, tx);
}

/** Which active user of the source the person is, as far as that is proved. */
export async function userOfPerson(
  ctx: Pick<Ctx, "db" | "orgId">,
  given: { sourceId: string; personId: string },
): Promise<string | undefined> {
  return selectLinkedUser(ctx, given);
}

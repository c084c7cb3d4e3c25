// Signs a person in by a link, using it up in the same transaction.
import { fail, ok, type Result } from "../../lib/result.ts";
import { record, type IdentityCtx } from "../context.ts";
import { administratorExists, insertPerson } from "../queries.ts";
import { secretHash } from "../secret.ts";
import { prepareSession, type Started } from "../session/sign-in.ts";
import { consumeLink, linkPerson } from "./queries.ts";

const USED = fail("auth.invalid", "This link was used already, or has expired.", {
  hint: "Start Stead again: it prints new links.",
});

export async function followLoginLink(
  ctx: IdentityCtx,
  input: { secret: string; endsSessionId: string | undefined },
): Promise<Result<Started>> {
  const hash = secretHash(input.secret);
  const personId = await linkPerson(ctx, hash);
  if (!personId) return USED;
  const { endsSessionId } = input;
  const session = prepareSession(ctx, { personId, method: "login-link", endsSessionId });
  const done = await record(ctx, session.fact, async (tx) => {
    const use = { hash, setup: false, nowMs: ctx.clock.now() };
    const link = await consumeLink({ db: tx, orgId: ctx.orgId }, use);
    if (!link) return USED;
    await session.write(tx);
    return ok();
  });
  return done.ok ? ok(session.started) : done;
}

export interface FirstAdministrator {
  readonly secret: string;
  readonly name: string;
  readonly email: string;
}

/** The first administrator names themselves; the link works while there is none. */
export async function followSetupLink(
  ctx: IdentityCtx,
  input: FirstAdministrator,
): Promise<Result<Started>> {
  const personId = ctx.ids.next("usr");
  const method = "setup-link" as const;
  const session = prepareSession(ctx, { personId, method, endsSessionId: undefined });
  const fact = { type: "administrator.made" as const, data: { personId, method } };
  const done = await record(ctx, [fact, session.fact], async (tx) => {
    const scope = { db: tx, orgId: ctx.orgId };
    const use = { hash: secretHash(input.secret), setup: true, nowMs: ctx.clock.now() };
    if (!(await consumeLink(scope, use)) || (await administratorExists(scope))) return USED;
    // The first person is all there is: also the one who can look into the ledger.
    const roles = ["employee", "builder", "administrator", "auditor"];
    const { name, email } = input;
    if (!(await insertPerson(scope, { id: personId, name, email, roles })))
      return fail("request.conflict", "Somebody has this e-mail address already.");
    await session.write(tx);
    return ok();
  });
  return done.ok ? ok(session.started) : done;
}

// Signs a person in by a link, using it up in the same transaction.
import { fail, ok, type Result } from "../../lib/result.ts";
import { record, type IdentityCtx } from "../context.ts";
import { lockPerson, noteEntered } from "../people/queries.ts";
import { administratorExists, insertPerson } from "../queries.ts";
import { secretHash } from "../secret.ts";
import { prepareSession, type SignIn, type Started } from "../session/sign-in.ts";
import { consumeLink, linkPerson } from "./queries.ts";

const USED = fail("auth.invalid", "This link was used already, or has expired.", {
  hint: "Start Stead again: it prints new links.",
});

const OVER = fail("auth.invalid", "This invitation was used already, replaced, or has expired.", {
  hint: "Ask an administrator for a new one; they find you under People.",
});

interface Following {
  readonly secret: string;
  readonly endsSessionId: string | undefined;
}

export function followLoginLink(ctx: IdentityCtx, input: Following): Promise<Result<Started>> {
  return follow(ctx, input, { kind: "login", method: "login-link", refusal: USED });
}

export function followInvitation(ctx: IdentityCtx, input: Following): Promise<Result<Started>> {
  return follow(ctx, input, { kind: "invitation", method: "invitation", refusal: OVER });
}

interface Way {
  readonly kind: "login" | "invitation";
  readonly method: SignIn["method"];
  readonly refusal: Result<never>;
}

async function follow(
  ctx: IdentityCtx,
  { secret, endsSessionId }: Following,
  { kind, method, refusal }: Way,
): Promise<Result<Started>> {
  const hash = secretHash(secret);
  const personId = await linkPerson(ctx, { hash, kind });
  if (!personId) return refusal;
  const session = prepareSession(ctx, { personId, method, endsSessionId });
  const done = await record(ctx, session.fact, async (tx) => {
    const scope = { db: tx, orgId: ctx.orgId };
    const link = await consumeLink(scope, { hash, kind, nowMs: ctx.clock.now() });
    // The row is held: whoever shuts the person out waits, and then ends this session too.
    if (!link || !(await lockPerson(scope, personId))?.active) return refusal;
    await noteEntered(scope, { personId, nowMs: ctx.clock.now() });
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
    const use = { hash: secretHash(input.secret), kind: "setup" as const, nowMs: ctx.clock.now() };
    if (!(await consumeLink(scope, use)) || (await administratorExists(scope))) return USED;
    // The first person is all there is: also the one who can look into the ledger.
    const roles = ["employee", "builder", "administrator", "auditor"];
    const { name, email } = input;
    if (!(await insertPerson(scope, { id: personId, name, email, roles })))
      return fail("request.conflict", "Somebody has this e-mail address already.");
    await noteEntered(scope, { personId, nowMs: ctx.clock.now() });
    await session.write(tx);
    return ok();
  });
  return done.ok ? ok(session.started) : done;
}

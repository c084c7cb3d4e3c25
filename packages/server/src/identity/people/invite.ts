// Makes a person's way in: a link that works once. Whoever holds it signs in as that person, so it is shown
// to the one who made it alone, ends with the next one, and the ledger says who made it for whom.
import type { EndpointReply, Endpoints, Person, Principal } from "@stead/protocol";
import { idFrom } from "../../lib/ids.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { recordChange, type IdentityCtx } from "../context.ts";
import { deleteInvitations, insertLink } from "../link/queries.ts";
import type { RightsPort } from "../port.ts";
import type { Scope } from "../queries.ts";
import { newSecret, secretHash } from "../secret.ts";
import { NOBODY } from "./add.ts";
import { hasEntered, lockPerson, personByEmail } from "./queries.ts";

export const INVITATION_MS = 3 * 24 * 3_600_000;
/** Who made it, when nobody was signed in: whoever can start the server. */
const OPERATOR = "operator";

type Invitation = EndpointReply<Endpoints["person.invite"]>;

export async function invite(
  ctx: IdentityCtx,
  port: RightsPort,
  wish: { principal: Principal; personId: string; idempotencyKey: string },
): Promise<Result<Invitation>> {
  const { principal, personId, idempotencyKey } = wish;
  const madeBy = principal.personId;
  return makeInvitation(ctx, {
    linkId: idFrom("lnk", idempotencyKey),
    personId,
    madeBy,
    check: ({ roles }, entered) => {
      const own = personId === madeBy;
      const right = { id: personId, personId, holds: roles, entered, own };
      return port.decide({ principal, action: "person.invite", right });
    },
  });
}

/** For whoever lost their way in: the operator of the server can always make one. */
export async function inviteByEmail(ctx: IdentityCtx, email: string): Promise<Result<Invitation>> {
  const person = await personByEmail(ctx, email);
  if (!person) return fail("resource.not_found", `Nobody has the e-mail address ${email}.`);
  const linkId = ctx.ids.next("lnk");
  return makeInvitation(ctx, { linkId, personId: person.id, madeBy: OPERATOR, check: () => ok() });
}

interface Making {
  readonly linkId: string;
  readonly personId: string;
  readonly madeBy: string;
  readonly check: (person: Person, entered: boolean) => Result<void>;
}

async function makeInvitation(
  ctx: IdentityCtx,
  { linkId, personId, madeBy, check }: Making,
): Promise<Result<Invitation>> {
  const secret = newSecret(ctx.ids);
  const nowMs = ctx.clock.now();
  const expiresAtMs = nowMs + INVITATION_MS;
  const data = { linkId, personId, by: madeBy };
  const done = await recordChange(ctx, { type: "link.made", data }, async (scope) => {
    const person = await lockPerson(scope, personId);
    if (!person) return NOBODY;
    if (!person.active) return shutOut(person);
    const allowed = check(person, await hasEntered(scope, personId));
    if (!allowed.ok) return allowed;
    const link = { id: linkId, secretHash: secretHash(secret), personId, madeBy };
    return replaceInvitation(scope, { ...link, nowMs, expiresAtMs });
  });
  if (!done.ok) return done;
  return ok({ path: `/join/${secret}`, expiresAt: new Date(expiresAtMs).toISOString() });
}

async function replaceInvitation(
  scope: Scope,
  link: Parameters<typeof insertLink>[1] & { readonly personId: string },
): Promise<Result<void>> {
  await deleteInvitations(scope, { personId: link.personId, keepId: link.id });
  if (await insertLink(scope, link)) return ok();
  return fail("request.conflict", "An earlier attempt made this link; it is shown once.", {
    hint: "Make another; the one before ends with it.",
  });
}

function shutOut({ name }: Person): Result<never> {
  return fail("request.conflict", `${name} is deactivated, so no link would let them in.`, {
    hint: "Let them in again first.",
  });
}

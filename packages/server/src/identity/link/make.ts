// Makes one-time links: per persona of the demo, or to set up the first administrator.
import { fail, ok, type Result } from "../../lib/result.ts";
import { record, type IdentityCtx } from "../context.ts";
import { administratorExists, personWithGroups } from "../queries.ts";
import { newSecret, secretHash } from "../secret.ts";
import { deleteLinks, insertLink } from "./queries.ts";

const LOGIN_MS = 12 * 3_600_000;
const SETUP_MS = 24 * 3_600_000;

export interface LinkRules {
  /** Persona links exist in the demo alone. */
  readonly demo: boolean;
  /** True when the server listens on a loopback address and nowhere else. */
  readonly loopback: boolean;
  /** True with `DATABASE_URL`: real people may be in there. */
  readonly ownDatabase: boolean;
}

export function mayLogInByLink(rules: LinkRules): boolean {
  return rules.demo && rules.loopback && !rules.ownDatabase;
}

/** The path of a link per person, in the given order; links of an earlier start are taken back. */
export async function makeLoginLinks(
  ctx: IdentityCtx,
  rules: LinkRules,
  personIds: readonly string[],
): Promise<Result<{ personId: string; path: string }[]>> {
  if (!mayLogInByLink(rules))
    return fail("policy.denied", "Login links are for the demo on a loopback address alone.");
  await deleteLinks(ctx, { kind: "login", beforeMs: ctx.clock.now() });
  const links: { personId: string; path: string }[] = [];
  for (const personId of personIds) {
    const person = await personWithGroups(ctx, personId);
    if (!person?.active) return fail("resource.not_found", `There is no person ${personId}.`);
    const link = await makeLink(ctx, { personId, forMs: LOGIN_MS });
    if (!link.ok) return link;
    links.push({ personId, path: `/login/${link.value}` });
  }
  return ok(links);
}

/** The path of the setup link, or undefined when there is an administrator already. */
export async function makeSetupLink(ctx: IdentityCtx): Promise<Result<string | undefined>> {
  if (await administratorExists(ctx)) return ok(undefined);
  await deleteLinks(ctx, { kind: "setup", beforeMs: ctx.clock.now() });
  const link = await makeLink(ctx, { personId: null, forMs: SETUP_MS });
  return link.ok ? ok(`/setup/${link.value}`) : link;
}

async function makeLink(
  ctx: IdentityCtx,
  { personId, forMs }: { personId: string | null; forMs: number },
): Promise<Result<string>> {
  const secret = newSecret(ctx.ids);
  const linkId = ctx.ids.next("lnk");
  const nowMs = ctx.clock.now();
  const link = { id: linkId, secretHash: secretHash(secret), personId, madeBy: null, nowMs };
  const made = await record(ctx, { type: "link.made", data: { linkId, personId } }, async (tx) => {
    await insertLink({ db: tx, orgId: ctx.orgId }, { ...link, expiresAtMs: nowMs + forMs });
    return ok();
  });
  return made.ok ? ok(secret) : made;
}

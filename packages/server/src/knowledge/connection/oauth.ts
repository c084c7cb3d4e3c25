// Signing in at a provider: code with PKCE, its state bound to one person and session and used once.
import type { OAuthScheme } from "@stead/sdk";
import { calculatePKCECodeChallenge, generateRandomCodeVerifier } from "oauth4webapi";
import { z } from "zod";
import { linkBySignIn } from "../../access/source/links.ts";
import { newSecret, secretHash } from "../../identity/secret.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { whileAvailable } from "../../store/available.ts";
import { withTx } from "../../store/tx.ts";
import { isSamePlace, selectSource } from "../source/queries.ts";
import type { SourceRow } from "../source/source.ts";
import { namedBySource } from "./account.ts";
import type { HostDeps } from "./deps.ts";
import { grantByCode, isUsable, withSettings, type Granted, type Provider } from "./provider.ts";
import {
  insertAttempt,
  replaceConnection,
  selectApp,
  takeAttempt,
  upsertApp,
  type AttemptRow,
  type Purpose,
} from "./queries.ts";
import { otherBinding, sealSecret, type Place } from "./secret.ts";

const ATTEMPT_MS = 10 * 60_000;

export interface Asking {
  readonly sourceId: string;
  readonly personId: string;
  readonly sessionId: string;
  readonly purpose: Purpose;
}

/** Keeps the registration of this installation at the provider. */
export async function registerApp(
  deps: HostDeps,
  app: { sourceId: string; purpose: Purpose; clientId: string; clientSecret: string },
): Promise<Result<void>> {
  const found = await schemeOf(deps, app.sourceId, app.purpose);
  if (!found.ok) return found;
  const { orgId, db } = deps.ctx;
  const binding = otherBinding(placeOf(deps, found.value.row), app.purpose, app.clientId);
  const sealed = deps.vault.seal(app.clientSecret, binding);
  const { sourceId, purpose, clientId } = app;
  return whileAvailable(() => upsertApp({ db, orgId, sourceId }, { ...sealed, purpose, clientId }));
}

/** Where to send the browser. */
export async function startOAuth(deps: HostDeps, asking: Asking): Promise<Result<{ url: string }>> {
  const found = await schemeOf(deps, asking.sourceId, asking.purpose);
  if (!found.ok) return found;
  const { scheme, row } = found.value;
  if (deps.redirectUri === undefined)
    return fail("config.invalid", "Stead's public address is not set, so nobody can sign in.");
  const { ctx, vault, redirectUri } = deps;
  const app = await selectApp({ ...ctx, sourceId: row.id }, asking.purpose);
  if (!app) return fail("request.invalid", "Register Stead at the provider first.");
  const state = newSecret(ctx.ids);
  const verifier = generateRandomCodeVerifier();
  const stateHash = secretHash(state);
  await insertAttempt(ctx.db, ctx.orgId, {
    ...asking,
    ...vault.seal(verifier, otherBinding(placeOf(deps, row), "attempt", stateHash)),
    stateHash,
    expiresAt: new Date(ctx.clock.now() + ATTEMPT_MS),
  });
  const url = new URL(scheme.authorizationUrl);
  const params = {
    response_type: "code",
    client_id: app.clientId,
    redirect_uri: redirectUri,
    scope: scheme.scopes.join(scheme.scopeSeparator ?? " "),
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    ...scheme.params,
    state,
  };
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
  return ok({ url: url.href });
}

export interface SignedIn {
  readonly sourceId: string;
  readonly purpose: Purpose;
}

/** The browser has come back. Whoever brings another's state, or one a second time, gets nothing. */
export async function finishOAuth(
  deps: HostDeps,
  back: { personId: string; sessionId: string; params: URLSearchParams },
): Promise<Result<SignedIn>> {
  const state = back.params.get("state") ?? "";
  const { ctx } = deps;
  const taken = await whileAvailable(() => takeAttempt(ctx.db, ctx.orgId, secretHash(state)));
  if (!taken.ok) return taken;
  const attempt = taken.value;
  const isOwn = attempt?.personId === back.personId && attempt.sessionId === back.sessionId;
  if (!attempt || !isOwn || attempt.expiresAt.getTime() <= ctx.clock.now())
    return fail("auth.invalid", "This sign-in was not begun here, or it took too long.", {
      hint: "Begin again from the source's page.",
      ...(attempt && attempt.personId !== back.personId
        ? { data: { begunBy: attempt.personId, sourceId: attempt.sourceId } }
        : {}),
    });
  const found = await schemeOf(deps, attempt.sourceId, attempt.purpose);
  if (!found.ok) return found;
  const { row, scheme } = found.value;
  const provider = await providerOf(deps, { row, scheme, purpose: attempt.purpose }, back.personId);
  if (!provider.ok) return provider;
  const granted = await exchange(deps, { row, provider: provider.value, attempt, back, state });
  if (!granted.ok) return granted;
  const baseUrl = deps.connectors.get(row.connector)?.manifest.baseUrl;
  const asked = { granted: granted.value, baseUrl };
  const named =
    attempt.purpose === "acting" ? await namedBySource(deps, provider.value, asked) : granted;
  if (!named.ok) return named;
  const kept = await keep(deps, { row, attempt, granted: named.value });
  return kept.ok ? ok({ sourceId: row.id, purpose: attempt.purpose }) : kept;
}

interface Returned {
  readonly row: SourceRow;
  readonly provider: Provider;
  readonly attempt: AttemptRow;
  readonly back: { readonly params: URLSearchParams };
  readonly state: string;
}

async function exchange(
  deps: HostDeps,
  { row, provider, attempt, back, state }: Returned,
): Promise<Result<Granted>> {
  const binding = otherBinding(placeOf(deps, row), "attempt", attempt.stateHash);
  const opened = deps.vault.open(attempt, binding);
  if (!opened.ok) return opened;
  const verifier = z.string().parse(opened.value);
  const { params } = back;
  const redirectUri = deps.redirectUri ?? "";
  return grantByCode(deps, provider, { params, state, verifier, redirectUri });
}

async function keep(
  deps: HostDeps,
  { row, attempt, granted }: { row: SourceRow; attempt: AttemptRow; granted: Granted },
): Promise<Result<void>> {
  const { ctx, vault } = deps;
  const { userId, tokens, expiresAt } = granted;
  const isActing = attempt.purpose === "acting";
  if (isActing && userId === "")
    return fail("source.failed", "The provider did not say which account this is.");
  const personId = isActing ? attempt.personId : "";
  const own = { id: ctx.ids.next("con"), personId, version: 1 };
  const sealed = sealSecret(vault, placeOf(deps, row), { ...own, secret: tokens });
  return withTx(ctx.db, async (tx) => {
    if (!(await isSamePlace({ db: tx, orgId: ctx.orgId }, row))) return elsewhere(row);
    if (isActing) {
      const linked = await linkBySignIn(ctx, tx, { sourceId: row.id, userId, personId });
      if (!linked.ok) return linked;
    }
    const createdAt = new Date(ctx.clock.now());
    await replaceConnection(
      { db: tx, orgId: ctx.orgId, sourceId: row.id },
      { ...own, ...sealed, userId, expiresAt, createdAt },
    );
    return ok();
  });
}

export function elsewhere({ name }: Pick<SourceRow, "name">): Result<never> {
  return fail("request.conflict", `${name} was given other settings meanwhile.`, {
    hint: "Begin again.",
  });
}

/** The source with the OAuth scheme of this purpose, its settings filled in. */
export async function schemeOf(
  deps: HostDeps,
  sourceId: string,
  purpose: Purpose,
): Promise<Result<{ row: SourceRow; scheme: OAuthScheme }>> {
  const found = await whileAvailable(() => selectSource(deps.ctx, sourceId));
  if (!found.ok) return found;
  const row = found.value;
  const manifest = row && deps.connectors.get(row.connector)?.manifest;
  if (!row || !manifest) return fail("resource.not_found", "There is no such source.");
  const scheme = manifest[purpose];
  if (scheme.kind !== "oauth")
    return fail("request.invalid", `${manifest.title} is not signed in to in this way.`);
  const filled = withSettings(scheme, row.settings);
  if (!isUsable(filled))
    return fail("request.invalid", `The addresses in the settings of ${row.name} are none.`);
  return ok({ row, scheme: filled });
}

/** The provider with this installation's registration there; `personId`: on whose decision. */
export async function providerOf(
  deps: HostDeps,
  { row, scheme, purpose }: { row: SourceRow; scheme: OAuthScheme; purpose: Purpose },
  personId: string,
): Promise<Result<Provider>> {
  if (!isUsable(scheme))
    return fail("request.invalid", `The addresses in the settings of ${row.name} are none.`);
  const app = await selectApp({ ...deps.ctx, sourceId: row.id }, purpose);
  if (!app) return fail("source.reconnect", "Register Stead at the provider first.");
  const secret = deps.vault.open(app, otherBinding(placeOf(deps, row), purpose, app.clientId));
  if (!secret.ok) return secret;
  const way = await deps.wayOf(personId, purpose);
  if (!way.ok) return way;
  const clientSecret = z.string().parse(secret.value);
  return ok({ scheme, app: { clientId: app.clientId, clientSecret }, way: way.value });
}

export function placeOf(
  { ctx }: Pick<HostDeps, "ctx">,
  { id, connector }: Pick<SourceRow, "id" | "connector">,
): Place {
  return { orgId: ctx.orgId, sourceId: id, connector };
}

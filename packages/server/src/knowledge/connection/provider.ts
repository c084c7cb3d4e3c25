// Speaks OAuth with a provider, by oauth4webapi over egress: nothing else reaches its endpoints.
import type { OAuthScheme } from "@stead/sdk";
import * as oauth from "oauth4webapi";
import { BrokenBody } from "../../egress/request.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { joinLabels } from "../../access/label.ts";
import { accountOf, lifted, statusOf } from "./answer.ts";
import type { HostDeps, SourceWay } from "./deps.ts";
import type { Tokens } from "./secret.ts";

export interface Provider {
  readonly scheme: OAuthScheme;
  readonly app: { readonly clientId: string; readonly clientSecret: string };
  readonly way: SourceWay;
}

export interface Granted {
  readonly tokens: Tokens;
  readonly expiresAt: Date | null;
  /** The source's id of the user who signed in; empty where the answer does not say. */
  readonly userId: string;
}

const TIMEOUT_MS = 20_000;
const BYTES_MAX = 256 * 1024;

/** `{name}` in a URL is the setting of that name. */
export function withSettings(
  scheme: OAuthScheme,
  settings: Readonly<Record<string, unknown>>,
): OAuthScheme {
  const filled = (url: string): string =>
    url.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
      const value = settings[name];
      return typeof value === "string" ? value : "";
    });
  return {
    ...scheme,
    authorizationUrl: filled(scheme.authorizationUrl),
    tokenUrl: filled(scheme.tokenUrl),
    ...(scheme.revocationUrl === undefined ? {} : { revocationUrl: filled(scheme.revocationUrl) }),
    ...(scheme.accountAt && {
      accountAt: { ...scheme.accountAt, url: filled(scheme.accountAt.url) },
    }),
  };
}

/** Where the browser and the secrets are sent: what a setting has made of it may be anything. */
export function isUsable({ authorizationUrl, tokenUrl }: OAuthScheme): boolean {
  return [authorizationUrl, tokenUrl].every(
    (url) => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol),
  );
}

export function serverOf(scheme: OAuthScheme): oauth.AuthorizationServer {
  return {
    issuer: new URL(scheme.authorizationUrl).origin,
    authorization_endpoint: scheme.authorizationUrl,
    token_endpoint: scheme.tokenUrl,
    ...(scheme.revocationUrl === undefined ? {} : { revocation_endpoint: scheme.revocationUrl }),
  };
}

/** The code of a sign-in for tokens. `back` is what the provider sent along. */
export async function grantByCode(
  deps: HostDeps,
  provider: Provider,
  back: {
    readonly params: URLSearchParams;
    readonly state: string;
    readonly verifier: string;
    readonly redirectUri: string;
  },
): Promise<Result<Granted>> {
  const { server, client, auth, options } = partsOf(deps, provider);
  return answered(provider, async () => {
    const valid = oauth.validateAuthResponse(server, client, back.params, back.state);
    const { redirectUri, verifier } = back;
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      auth,
      valid,
      redirectUri,
      verifier,
      options,
    );
    const answer = await oauth.processAuthorizationCodeResponse(server, client, response);
    return grantedOf(deps, provider.scheme, answer);
  });
}

export async function grantByRefresh(
  deps: HostDeps,
  provider: Provider,
  refreshToken: string,
): Promise<Result<Granted>> {
  const { server, client, auth, options } = partsOf(deps, provider);
  return answered(provider, async () => {
    const response = await oauth.refreshTokenGrantRequest(
      server,
      client,
      auth,
      refreshToken,
      options,
    );
    const answer = await oauth.processRefreshTokenResponse(server, client, response);
    const granted = grantedOf(deps, provider.scheme, answer);
    // One that is not rotated stays good.
    return { ...granted, tokens: { refreshToken, ...granted.tokens } };
  });
}

/** Both of them: not every provider ends the one with the other. One that is no good any more has ended. */
export async function revoke(
  deps: HostDeps,
  provider: Provider,
  { refreshToken, accessToken }: Tokens,
): Promise<Result<void>> {
  if (provider.scheme.revocationUrl === undefined) return ok();
  const renewing =
    refreshToken === undefined ? ok() : await revokeOne(deps, provider, refreshToken);
  const own = await revokeOne(deps, provider, accessToken);
  return renewing.ok ? own : renewing;
}

async function revokeOne(deps: HostDeps, provider: Provider, token: string): Promise<Result<void>> {
  const { server, client, auth, options } = partsOf(deps, provider);
  return answered(provider, async () => {
    try {
      const response = await oauth.revocationRequest(server, client, auth, token, options);
      await oauth.processRevocationResponse(response);
    } catch (error) {
      if (!(error instanceof oauth.ResponseBodyError) || !ENDED.has(error.error)) throw error;
    }
  });
}

const ENDED = new Set(["invalid_token", "invalid_grant"]);

function partsOf(deps: HostDeps, { scheme, app, way }: Provider) {
  const auth =
    scheme.clientAuth === "basic"
      ? oauth.ClientSecretBasic(app.clientSecret)
      : oauth.ClientSecretPost(app.clientSecret);
  const options = {
    [oauth.customFetch]: fetchBy(deps, scheme, way),
    // Egress decides: it sends plain HTTP only to local targets that were named.
    [oauth.allowInsecureRequests]: true,
  };
  return { server: serverOf(scheme), client: { client_id: app.clientId }, auth, options };
}

type Fetch = NonNullable<oauth.TokenEndpointRequestOptions[typeof oauth.customFetch]>;

function fetchBy({ egress }: HostDeps, { tokenIn }: OAuthScheme, way: SourceWay): Fetch {
  return async (url, { method, headers, body }) => {
    const { authorization, ...plain } = headers;
    const sent = await egress.send(
      way.permit,
      {
        url,
        method,
        headers: { ...plain, accept: "application/json" },
        body: String(body ?? ""),
        secretBody: true,
        ...(authorization === undefined ? {} : { secretHeaders: { authorization } }),
        label: joinLabels([]),
        purpose: "oauth",
        to: { kind: "login" },
        timeoutMs: TIMEOUT_MS,
        idleTimeoutMs: TIMEOUT_MS,
        bytesMax: BYTES_MAX,
        idempotent: false,
      },
      way.journal,
    );
    if (!sent.ok) throw new OutFailed(sent);
    const text = await sent.value.text();
    // Not the item is too large for which it was asked.
    if (!text.ok) throw new OutFailed(fail("source.failed", text.failure.detail));
    const isRenewal = new URLSearchParams(String(body)).get("grant_type") === "refresh_token";
    const shown = tokenIn === undefined ? text.value : lifted(text.value, tokenIn, isRenewal);
    return new Response(shown === "" ? null : shown, {
      status:
        tokenIn !== undefined && sent.value.status === 200 ? statusOf(shown) : sent.value.status,
      headers: { "content-type": sent.value.headers["content-type"] ?? "application/json" },
    });
  };
}

class OutFailed extends Error {
  readonly result: Result<never>;
  constructor(result: Extract<Result<unknown>, { ok: false }>) {
    super(result.failure.detail);
    this.result = result;
  }
}

function grantedOf(
  { ctx }: HostDeps,
  { accountIn }: OAuthScheme,
  answer: oauth.TokenEndpointResponse,
): Granted {
  const { access_token: accessToken, refresh_token: refreshToken, expires_in: seconds } = answer;
  const claims = oauth.getValidatedIdTokenClaims(answer);
  const account = accountIn === "id_token.sub" ? claims?.sub : accountOf(answer, accountIn);
  return {
    tokens: { kind: "tokens", accessToken, ...(refreshToken ? { refreshToken } : {}) },
    expiresAt: seconds === undefined ? null : new Date(ctx.clock.now() + seconds * 1000),
    userId: typeof account === "string" ? account : "",
  };
}

/** Whatever is no short code might be anything, a token of ours too. */
function codeOf(error: string): string {
  return /^[a-z_]{1,60}$/.test(error) ? error : "it did not say why";
}

/** What the library throws, in words without anything secret. */
async function answered<T>(provider: Provider, ask: () => Promise<T>): Promise<Result<T>> {
  const { origin } = new URL(provider.scheme.tokenUrl);
  try {
    return ok(await ask());
  } catch (error) {
    if (error instanceof OutFailed) return error.result;
    if (error instanceof BrokenBody) return { ok: false, failure: error.failure };
    if (error instanceof oauth.AuthorizationResponseError)
      return fail("source.reconnect", `${origin} did not sign you in: ${codeOf(error.error)}.`);
    if (error instanceof oauth.ResponseBodyError)
      return error.error === "invalid_grant"
        ? fail("source.reconnect", `${origin} has withdrawn what it granted.`, {
            hint: "Sign in there again.",
          })
        : fail("source.failed", `${origin} refused: ${codeOf(error.error)}.`);
    return fail("source.failed", `${origin} answered what OAuth does not allow.`);
  }
}

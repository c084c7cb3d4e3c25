// Speaks OAuth with a provider, by oauth4webapi over egress: nothing else reaches its endpoints.
import type { OAuthScheme } from "@stead/sdk";
import * as oauth from "oauth4webapi";
import { BrokenBody } from "../../egress/request.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { joinLabels } from "../../access/label.ts";
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
  };
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

/** Best effort: a provider that is away must not keep anybody from disconnecting. */
export async function revoke(
  deps: HostDeps,
  provider: Provider,
  tokens: Tokens,
): Promise<Result<void>> {
  if (provider.scheme.revocationUrl === undefined) return ok();
  const { server, client, auth, options } = partsOf(deps, provider);
  const token = tokens.refreshToken ?? tokens.accessToken;
  return answered(provider, async () => {
    const response = await oauth.revocationRequest(server, client, auth, token, options);
    await oauth.processRevocationResponse(response);
  });
}

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
        timeoutMs: TIMEOUT_MS,
        idleTimeoutMs: TIMEOUT_MS,
        bytesMax: BYTES_MAX,
        idempotent: false,
      },
      way.journal,
    );
    if (!sent.ok) throw new OutFailed(sent);
    const text = await sent.value.text();
    if (!text.ok) throw new OutFailed(text);
    const shown = tokenIn === undefined ? text.value : lifted(text.value, tokenIn);
    return new Response(shown === "" ? null : shown, {
      status: sent.value.status,
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

/** Some providers put a person's token into a part of the answer. */
function lifted(text: string, path: string): string {
  const answer: unknown = JSON.parse(text);
  const part = at(answer, path);
  if (typeof part !== "object" || part === null || !("access_token" in part)) return text;
  return JSON.stringify({ ...Object(answer), ...part, token_type: "bearer" });
}

function at(value: unknown, path: string): unknown {
  let found = value;
  for (const name of path.split("."))
    found = typeof found === "object" && found !== null ? Reflect.get(found, name) : undefined;
  return found;
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

/** Straight from the provider's own token endpoint, so the token's signature says nothing more. */
function accountOf(answer: oauth.TokenEndpointResponse, accountIn: string | undefined): unknown {
  if (accountIn === undefined) return undefined;
  if (accountIn === "access_token.sub") return subjectOf(answer.access_token);
  if (!accountIn.endsWith("/")) return at(answer, accountIn);
  const url = at(answer, accountIn.slice(0, -1));
  return typeof url === "string" ? url.split("/").at(-1) : undefined;
}

function subjectOf(token: string): unknown {
  try {
    const claims = Buffer.from(token.split(".")[1] ?? "", "base64url").toString();
    return at(JSON.parse(claims), "sub");
  } catch {
    return undefined;
  }
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
      return fail("source.reconnect", `${origin} did not sign you in: ${error.error}.`);
    if (error instanceof oauth.ResponseBodyError)
      return error.error === "invalid_grant"
        ? fail("source.reconnect", `${origin} has withdrawn what it granted.`, {
            hint: "Sign in there again.",
          })
        : fail("source.failed", `${origin} refused: ${error.error}.`);
    return fail("source.failed", `${origin} answered what OAuth does not allow.`);
  }
}

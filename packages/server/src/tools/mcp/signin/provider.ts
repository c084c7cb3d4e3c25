// Speaks with the service where one signs in to an MCP server, by the official client's functions over egress:
// finds it, registers Stead there, trades codes for tokens, renews and withdraws them.
import {
  checkResourceAllowed,
  discoverOAuthServerInfo,
  exchangeAuthorization,
  OAuthError,
  refreshAuthorization,
  registerClient,
  selectClientAuthMethod,
  startAuthorization,
  type AuthorizationServerMetadata,
  type FetchLike,
  type OAuthTokens,
} from "@modelcontextprotocol/client";
import { z } from "zod";
import { NEUTRAL } from "../../../access/label.ts";
import type { Egress } from "../../../egress/egress.ts";
import { fail, ok, type Failure, type Result } from "../../../lib/result.ts";
import type { Challenge, Way } from "../way.ts";
import { clientSchema, type Client, type Grantor, type SignInPlace } from "./grant.ts";

const TIMEOUT_MS = 20_000;
const BYTES_MAX = 256 * 1024;
const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/;

export type Sent = Pick<Way, "permit" | "journal">;

export interface Found extends SignInPlace {
  readonly url: string;
  readonly metadata: AuthorizationServerMetadata;
}

/** Every request to such a service: credentials go out in no record, and no redirect is followed. */
function loginFetch(egress: Egress, way: Sent, onFailure: (failure: Failure) => void): FetchLike {
  return async (url, init) => {
    const headers: Record<string, string> = {};
    const secretHeaders: Record<string, string> = {};
    for (const [name, value] of new Headers(init?.headers))
      (name === "authorization" ? secretHeaders : headers)[name] = value;
    const body = init?.body === undefined || init.body === null ? {} : { body: bodyOf(init.body) };
    const sent = await egress.send(
      way.permit,
      {
        url: String(url),
        method: init?.method ?? "GET",
        headers,
        secretHeaders,
        ...body,
        secretBody: true,
        label: NEUTRAL,
        purpose: "oauth",
        to: { kind: "login" },
        timeoutMs: TIMEOUT_MS,
        idleTimeoutMs: TIMEOUT_MS,
        bytesMax: BYTES_MAX,
        idempotent: false,
      },
      way.journal,
    );
    const text = sent.ok ? await sent.value.text() : sent;
    if (sent.ok && text.ok)
      return new Response(text.value === "" ? null : text.value, {
        status: sent.value.status,
        headers: sent.value.headers,
      });
    if (!text.ok) onFailure(text.failure);
    throw new Error("egress did not send it");
  };
}

function bodyOf(body: unknown): string {
  if (typeof body === "string") return body;
  return body instanceof URLSearchParams ? body.toString() : "";
}

export interface Service {
  /** Where one signs in to the server at this address. */
  find(url: string, challenge: Challenge | undefined): Promise<Result<Found>>;
  register(found: Found, redirectUri: string): Promise<Result<Client>>;
  exchange(
    grantor: Grantor,
    back: { code: string; iss: string | undefined; verifier: string; redirectUri: string },
  ): Promise<Result<OAuthTokens>>;
  renew(grantor: Grantor, refreshToken: string): Promise<Result<OAuthTokens>>;
  withdraw(grantor: Grantor, tokens: readonly string[]): Promise<Result<void>>;
}

/** The service as it is spoken with on this permit, and written down in this journal. */
export function serviceOver(egress: Egress, way: Sent): Service {
  let failure: Failure | undefined;
  const fetchFn = loginFetch(egress, way, (one) => (failure ??= one));
  const said = async <T>(work: () => Promise<T>): Promise<Result<T>> => {
    failure = undefined;
    try {
      return ok(await work());
    } catch (error) {
      return failure ? { ok: false, failure } : wordsOf(error);
    }
  };
  const flat = async <T>(work: () => Promise<Result<T>>): Promise<Result<T>> => {
    const done = await said(work);
    return done.ok ? done.value : done;
  };
  return {
    find: (url, challenge) => flat(() => find(fetchFn, url, challenge)),
    register: (found, redirectUri) => flat(() => register(fetchFn, found, redirectUri)),
    exchange: ({ url, metadata, client, resource }, { code, iss, verifier, redirectUri }) =>
      said(() =>
        exchangeAuthorization(url, {
          metadata: metadataOf(metadata),
          clientInformation: client,
          authorizationCode: code,
          ...(iss === undefined ? {} : { iss }),
          codeVerifier: verifier,
          redirectUri,
          resource,
          fetchFn,
        }),
      ),
    renew: ({ url, metadata, client, resource }, refreshToken) =>
      said(() =>
        refreshAuthorization(url, {
          metadata: metadataOf(metadata),
          clientInformation: client,
          refreshToken,
          resource,
          fetchFn,
        }),
      ),
    withdraw: (grantor, tokens) => flat(() => withdraw(fetchFn, grantor, tokens)),
  };
}

async function find(
  fetchFn: FetchLike,
  serverUrl: string,
  challenge: Challenge | undefined,
): Promise<Result<Found>> {
  // What another host says of this server is not asked for.
  const named = challenge?.resourceMetadataUrl;
  const isOwn = named !== undefined && new URL(named).origin === new URL(serverUrl).origin;
  const at = isOwn ? named : undefined;
  const info = await discoverOAuthServerInfo(serverUrl, {
    ...(at === undefined ? {} : { resourceMetadataUrl: new URL(at) }),
    fetchFn,
  });
  const { authorizationServerUrl: url, authorizationServerMetadata: metadata } = info;
  if (!metadata) return unusable("it says nowhere how one signs in");
  const resource = info.resourceMetadata?.resource ?? serverUrl;
  if (!checkResourceAllowed({ requestedResource: serverUrl, configuredResource: resource }))
    return unusable("it names another server than itself");
  const { authorization_endpoint: signIn, token_endpoint: tokens } = metadata;
  if (![signIn, tokens].every(isSecure)) return unusable("its addresses are not secure");
  const asked = challenge?.scope ?? info.resourceMetadata?.scopes_supported?.join(" ");
  // Without it some services give nothing to renew a grant with.
  const offline = metadata.scopes_supported?.includes("offline_access") ? ["offline_access"] : [];
  const scope = [...new Set([...(asked?.split(" ") ?? []), ...offline])].join(" ");
  const place = { resource, issuer: metadata.issuer, url, metadata };
  return ok(scope === "" ? place : { ...place, scope });
}

/** Where a browser, a code and a secret are sent. */
function isSecure(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === "https:" || (protocol === "http:" && LOOPBACK.test(hostname));
}

const METHODS = ["client_secret_basic", "client_secret_post", "none"];

async function register(
  fetchFn: FetchLike,
  { url, metadata }: Found,
  redirectUri: string,
): Promise<Result<Client>> {
  if (metadata.registration_endpoint === undefined)
    return unusable("Stead must be registered there by hand", {
      hint: "An administrator registers it and keeps the client id with the server.",
    });
  const known = metadata.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
  const made = await registerClient(url, {
    metadata,
    clientMetadata: {
      client_name: "Stead",
      redirect_uris: [redirectUri],
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      token_endpoint_auth_method: METHODS.find((method) => known.includes(method)) ?? "none",
      application_type: "web",
    },
    // No scope: what is asked for may grow, and the registration stays.
    fetchFn,
  });
  return ok(clientSchema.parse(made));
}

export async function authorizationUrl(
  { url, metadata, scope, resource }: Found,
  { client, state, redirectUri }: { client: Client; state: string; redirectUri: string },
): Promise<Result<{ url: string; verifier: string }>> {
  try {
    const started = await startAuthorization(url, {
      metadata,
      clientInformation: client,
      redirectUrl: redirectUri,
      state,
      resource,
      ...(scope === undefined ? {} : { scope }),
    });
    return ok({ url: started.authorizationUrl.href, verifier: started.codeVerifier });
  } catch (error) {
    return wordsOf(error);
  }
}

const refusalSchema = z.object({ error: z.string() });
const revocationSchema = z.looseObject({
  revocation_endpoint: z.string().optional(),
  token_endpoint_auth_methods_supported: z.array(z.string()).optional(),
});

async function withdraw(
  fetchFn: FetchLike,
  { metadata, client }: Grantor,
  tokens: readonly string[],
): Promise<Result<void>> {
  const { revocation_endpoint: at, token_endpoint_auth_methods_supported: methods = [] } =
    revocationSchema.parse(metadata);
  if (at === undefined) return fail("source.failed", "There is no way to withdraw it there.");
  const how = selectClientAuthMethod(client, methods);
  for (const token of tokens) {
    const body = new URLSearchParams({ token });
    const headers = new Headers({ "content-type": "application/x-www-form-urlencoded" });
    const { client_id: id, client_secret: secret = "" } = client;
    if (how === "client_secret_basic") {
      const pair = [id, secret].map(encodeURIComponent).join(":");
      headers.set("authorization", `Basic ${Buffer.from(pair).toString("base64")}`);
    } else body.set("client_id", id);
    if (how === "client_secret_post") body.set("client_secret", secret);
    const done = await fetchFn(at, { method: "POST", headers, body: body.toString() });
    if (done.ok) continue;
    const why = refusalSchema.safeParse(await done.json().catch(() => null));
    // One that is checked by whoever gets it is good until it ends; what renews it was withdrawn before.
    return why.data?.error === "unsupported_token_type"
      ? fail("source.failed", "Its last token can't be withdrawn there, and ends by itself.")
      : fail("source.failed", `It was not withdrawn there (${done.status}).`);
  }
  return ok();
}

/** Written by us, from what the same function gave. */
function metadataOf(stored: object): AuthorizationServerMetadata {
  const metadata: AuthorizationServerMetadata = JSON.parse(JSON.stringify(stored));
  return metadata;
}

function unusable(why: string, more: { hint?: string } = {}): Result<never> {
  return fail("source.failed", `Nobody can sign in to this server: ${why}.`, more);
}

const ENDED = new Set(["invalid_grant", "invalid_token", "access_denied"]);

/** By its kind alone: what such a service says may echo what it was sent. */
function wordsOf(error: unknown): Result<never> {
  if (OAuthError.isInstance(error) && ENDED.has(error.code))
    return fail("source.reconnect", "The grant is over, or was refused there.");
  const kind = error instanceof Error ? error.constructor.name : "unknown";
  return unusable(`the service where one signs in gave no usable answer (${kind})`);
}

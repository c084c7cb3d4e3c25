// Signing in to Salesforce, by its OAuth 2.0 Web Server Flow and Refresh Token Flow: a code is good
// once, for its client, callback and verifier; a session has no told end, and when it is over a
// refresh token brings another.
import { createHash, randomUUID } from "node:crypto";

export interface SignInClient {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly callback: string;
}

interface Code {
  readonly challenge: string;
  readonly user: string;
}

const SCOPES = ["api", "refresh_token"];

export class FakeSignIn {
  readonly #client: SignInClient;
  readonly #codes = new Map<string, Code>();
  /** Users by what they are named by. */
  readonly #sessions = new Map<string, string>();
  readonly #renewals = new Map<string, string>();

  constructor(client: SignInClient) {
    this.#client = client;
  }

  /** Where the browser goes on to, once this user has let Stead in. */
  authorize(asked: URLSearchParams, user: string): string {
    const { clientId, callback } = this.#client;
    const isKnown =
      asked.get("response_type") === "code" &&
      asked.get("client_id") === clientId &&
      asked.get("redirect_uri") === callback &&
      asked.get("code_challenge_method") === "S256";
    const scopes = asked.get("scope")?.split(" ") ?? [];
    if (!isKnown || !SCOPES.every((scope) => scopes.includes(scope)))
      throw new Error(`no sign-in begins with ${asked.toString()}`);
    const code = `aPrx${randomUUID()}`;
    this.#codes.set(code, { challenge: asked.get("code_challenge") ?? "", user });
    const back = new URL(callback);
    back.searchParams.set("code", code);
    back.searchParams.set("state", asked.get("state") ?? "");
    return back.href;
  }

  token(form: URLSearchParams, origin: string): { status: number; body: object } {
    const { clientId, clientSecret } = this.#client;
    if (form.get("client_id") !== clientId || form.get("client_secret") !== clientSecret)
      return refused("invalid_client", "invalid client credentials");
    if (form.get("grant_type") === "refresh_token") {
      const user = this.#renewals.get(form.get("refresh_token") ?? "");
      if (user === undefined) return refused("invalid_grant", "expired access/refresh token");
      return { status: 200, body: this.#session(user, origin) };
    }
    const named = form.get("code") ?? "";
    const code = this.#codes.get(named);
    this.#codes.delete(named);
    const challenge = createHash("sha256").update(form.get("code_verifier") ?? "");
    const isOwn =
      form.get("redirect_uri") === this.#client.callback &&
      code?.challenge === challenge.digest("base64url");
    if (!isOwn) return refused("invalid_grant", "invalid authorization code");
    const refresh = `5Aep${randomUUID()}`;
    this.#renewals.set(refresh, code.user);
    return { status: 200, body: { ...this.#session(code.user, origin), refresh_token: refresh } };
  }

  #session(user: string, origin: string): object {
    const session = `00D!${randomUUID()}`;
    this.#sessions.set(session, user);
    return {
      access_token: session,
      signature: "s",
      scope: SCOPES.join(" "),
      instance_url: origin,
      id: `${origin}/id/00D000000000001/${user}`,
      token_type: "Bearer",
      issued_at: String(Date.now()),
    };
  }

  /** Whose session it is; undefined: Session expired or invalid. */
  userOf(authorization: string): string | undefined {
    return this.#sessions.get(authorization.replace(/^Bearer /, ""));
  }

  endSessions(): void {
    this.#sessions.clear();
  }
}

function refused(error: string, description: string) {
  return { status: 400, body: { error, error_description: description } };
}

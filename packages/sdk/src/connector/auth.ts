// How a connector's source is signed in to, as data: Stead does it, the connector never sees a secret
// that it does not need.

/** One field of a form that a person fills in. */
export interface Field {
  readonly name: string;
  readonly title: string;
  readonly help: string;
  readonly secret: boolean;
  readonly example?: string;
}

/** Authorization code with PKCE and state. `{name}` in a URL is replaced by the setting of that name. */
export interface OAuthScheme {
  readonly kind: "oauth";
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
  readonly revocationUrl?: string;
  readonly scopes: readonly string[];
  readonly scopeSeparator?: string;
  /** Sent along to the authorization page. */
  readonly params?: Readonly<Record<string, string>>;
  /** How the client names itself at the token endpoint. */
  readonly clientAuth: "basic" | "post";
  /** The part of the token's answer that holds the person's token, such as `authed_user`. */
  readonly tokenIn?: string;
  /**
   * Where the token's answer names the user, by the source's immutable id: a path such as
   * `authed_user.id`, `id_token.sub`, `access_token.sub` where that is a JWT, or with a slash at its end,
   * such as `id/`, the last part of the address that is there.
   */
  readonly accountIn?: string;
  /**
   * Where the source is asked, with the new token, who this is, when the answer to the sign-in names the user
   * by another id than the source's rules do: an address below the base URL, in which `{name}` is the
   * setting of that name, and the path of the id in what it answers.
   */
  readonly accountAt?: { readonly url: string; readonly path: string };
}

/** Fields that the person copies from the source: a host, a key, a password. */
export interface SecretScheme {
  readonly kind: "secret";
  readonly fields: readonly Field[];
  /**
   * How the secret goes along with each request; none when the connector makes the connection. In the
   * template `{name}` is a field, and `{basic:user:password}` two of them as Basic credentials.
   */
  readonly header?: { readonly name: string; readonly template: string };
}

/** A signed assertion is exchanged for a token, for one user or for the account itself (RFC 7523). */
export interface AssertionScheme {
  readonly kind: "assertion";
  readonly tokenUrl: string;
  readonly scopes: readonly string[];
  /** Fields of the key file: `client_email`, `private_key`. */
  readonly fields: readonly Field[];
}

export type AuthScheme = OAuthScheme | SecretScheme | AssertionScheme | { readonly kind: "none" };

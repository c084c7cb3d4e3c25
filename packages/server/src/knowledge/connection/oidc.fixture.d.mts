// The types of the provider for tests.
export interface OidcPeer {
  readonly origin: string;
  readonly host: string;
  signIn(url: string, as: string): Promise<URLSearchParams>;
  close(): Promise<void>;
}
export function startProvider(options: { redirectUri: string; secret: string }): Promise<OidcPeer>;

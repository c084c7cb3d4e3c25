// The session's cookie: out of reach of scripts and of other sites' requests.
const NAME = "stead_session";

/** With the prefix a browser lets only this very host set it, over TLS: no neighbour can plant one. */
function nameOf(secure: boolean): string {
  return secure ? `__Host-${NAME}` : NAME;
}

/** No lifetime of its own: the server decides when a session is over. */
export function sessionCookie(secret: string, secure: boolean): string {
  return `${nameOf(secure)}=${secret}; Path=/; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}`;
}

export function clearedCookie(secure: boolean): string {
  return `${sessionCookie("", secure)}; Max-Age=0`;
}

export function readCookie(header: string | undefined, secure: boolean): string | undefined {
  for (const part of (header ?? "").split(";")) {
    const [name, value] = part.trim().split("=");
    if (name === nameOf(secure) && value) return value;
  }
  return undefined;
}

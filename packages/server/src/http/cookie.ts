// The session's cookie: out of reach of scripts and of other sites' requests.
const NAME = "stead_session";

/** No lifetime of its own: the server decides when a session is over. */
export function sessionCookie(secret: string, secure: boolean): string {
  return `${NAME}=${secret}; Path=/; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}`;
}

export function clearedCookie(secure: boolean): string {
  return `${sessionCookie("", secure)}; Max-Age=0`;
}

export function readCookie(header: string | undefined): string | undefined {
  for (const part of (header ?? "").split(";")) {
    const [name, value] = part.trim().split("=");
    if (name === NAME && value) return value;
  }
  return undefined;
}

// What providers answer in a form of their own: a token in a part of it, a refusal within a success.
import type * as oauth from "oauth4webapi";

/** What such a provider calls a refresh token that is no good any more. */
const GONE = new Set(["invalid_refresh_token", "token_revoked", "token_expired"]);

/**
 * Some providers put a person's token into a part of the answer, and their refusals into a success. A renewed
 * token may be the whole answer; in that to a sign-in the whole is another's: of the app itself, which sees
 * what the person may not.
 */
export function lifted(text: string, path: string, isRenewal: boolean): string {
  const answer: unknown = JSON.parse(text);
  const error = refusalOf(answer);
  if (error !== undefined)
    return JSON.stringify({ error: GONE.has(error) ? "invalid_grant" : error });
  const part = at(answer, path);
  const isThere = typeof part === "object" && part !== null && Object.hasOwn(part, "access_token");
  const isOwn = isThere || isRenewal;
  return JSON.stringify({
    ...Object(answer),
    ...(isThere ? part : {}),
    ...(isOwn ? {} : { access_token: undefined }),
    token_type: "bearer",
  });
}

function refusalOf(answer: unknown): string | undefined {
  const error = at(answer, "error");
  if (at(answer, "ok") === false) return typeof error === "string" ? error : "unknown";
  return at(answer, "revoked") === false ? "not_revoked" : undefined;
}

export function statusOf(text: string): number {
  return at(JSON.parse(text), "error") === undefined ? 200 : 400;
}

export function at(value: unknown, path: string): unknown {
  let found = value;
  for (const name of path.split("."))
    found =
      typeof found === "object" && found !== null && Object.hasOwn(found, name)
        ? Reflect.get(found, name)
        : undefined;
  return found;
}

/** Straight from the provider's own token endpoint, so the token's signature says nothing more. */
export function accountOf(
  answer: oauth.TokenEndpointResponse,
  accountIn: string | undefined,
): unknown {
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

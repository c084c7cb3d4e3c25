// Whose account was signed in to, by the id that the source's rules name its users by: asked with the token.
import { joinLabels } from "../../access/label.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { at } from "./answer.ts";
import type { HostDeps } from "./deps.ts";
import type { Granted, Provider } from "./provider.ts";

const TIMEOUT_MS = 20_000;
const BYTES_MAX = 64 * 1024;

/** As the answer to the sign-in had it, where the scheme says that this is the source's own id. */
export async function namedBySource(
  { egress }: HostDeps,
  { scheme, way }: Pick<Provider, "scheme" | "way">,
  { granted, baseUrl }: { granted: Granted; baseUrl: string | undefined },
): Promise<Result<Granted>> {
  const { accountAt } = scheme;
  if (accountAt === undefined) return ok(granted);
  if (!URL.canParse(accountAt.url, baseUrl))
    return fail("source.failed", "The connector asks nowhere whose account it is.");
  const url = new URL(accountAt.url, baseUrl);
  const sent = await egress.send(
    way.permit,
    {
      url: url.href,
      method: "GET",
      headers: { accept: "application/json" },
      secretHeaders: { authorization: `Bearer ${granted.tokens.accessToken}` },
      label: joinLabels([]),
      purpose: "oauth",
      to: { kind: "login" },
      timeoutMs: TIMEOUT_MS,
      idleTimeoutMs: TIMEOUT_MS,
      bytesMax: BYTES_MAX,
      idempotent: true,
    },
    way.journal,
  );
  if (!sent.ok) return sent;
  const text = await sent.value.text();
  const userId = text.ok && sent.value.status === 200 ? idIn(text.value, accountAt.path) : "";
  return userId === ""
    ? fail("source.failed", `${url.host} did not say whose account this is.`)
    : ok({ ...granted, userId });
}

function idIn(text: string, path: string): string {
  try {
    const id = at(JSON.parse(text), path);
    return typeof id === "string" ? id : "";
  } catch {
    return "";
  }
}

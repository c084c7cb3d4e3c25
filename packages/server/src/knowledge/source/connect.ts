// Gives a source the identity that crawls it: a registration and a sign-in, or fields that are filled in.
import type { EndpointReply, Endpoints, Principal } from "@stead/protocol";
import { fail, ok, type Result } from "../../lib/result.ts";
import { storeSecrets } from "../connection/fields.ts";
import { registerApp, startOAuth } from "../connection/oauth.ts";
import type { Purpose } from "../connection/queries.ts";
import { requestSync } from "../sync/request.ts";
import { NO_SOURCE, record, sourceOf, type SourcesCtx } from "./context.ts";
import { updateSource } from "./queries.ts";
import { failureOf } from "./trouble.ts";

const TEST_MS = 30_000;

interface Asked {
  readonly principal: Principal;
  readonly sourceId: string;
}

export async function registerSource(
  sources: SourcesCtx,
  wish: Asked & { purpose: Purpose; clientId: string; clientSecret: string },
): Promise<Result<void>> {
  const { principal, sourceId, purpose, clientId, clientSecret } = wish;
  const found = await sourceOf(sources, sourceId);
  if (!found.ok) return found;
  const done = await registerApp(sources.host, { sourceId, purpose, clientId, clientSecret });
  if (!done.ok) return done;
  const data = { sourceId, purpose, clientId };
  return record(sources, { type: "source.registered", by: principal, data });
}

export async function connectSource(
  sources: SourcesCtx,
  wish: Asked & { fields: Readonly<Record<string, string>> | undefined },
): Promise<Result<{ url: string | null }>> {
  const { principal, sourceId, fields } = wish;
  const found = await sourceOf(sources, sourceId);
  if (!found.ok) return found;
  if (!fields) return signIn(sources, { principal, sourceId, purpose: "crawl" });
  const stored = await storeSecrets(sources.host, { sourceId, personId: null, fields });
  if (!stored.ok) return stored;
  const noted = await noteConnected(sources, { principal, sourceId });
  return noted.ok ? ok({ url: null }) : noted;
}

/** The sign-in is bound to a browser's session: a key has none. */
export async function signIn(
  sources: SourcesCtx,
  { principal, sourceId, purpose }: Asked & { purpose: Purpose },
): Promise<Result<{ url: string }>> {
  const { personId, via } = principal;
  if (via.kind !== "session")
    return fail("request.invalid", "Signing in at a provider needs a browser, not a key.");
  return startOAuth(sources.host, { sourceId, personId, sessionId: via.sessionId, purpose });
}

/** Read from now on with the new identity, on the decision of whoever gave it. */
export async function noteConnected(
  sources: SourcesCtx,
  { principal, sourceId }: Asked,
): Promise<Result<void>> {
  const fact = { type: "source.connected" as const, by: principal, data: { sourceId } };
  return record(sources, fact, async (tx) => {
    const scope = { db: tx, orgId: sources.ctx.orgId };
    if (!(await updateSource(scope, sourceId, { createdBy: principal.personId }))) return NO_SOURCE;
    const from = ["reconnect", "failed"] as const;
    const again = { state: "syncing" as const, stateReason: "", from };
    return (await updateSource(scope, sourceId, again))
      ? requestSync(sources, tx, { sourceId })
      : ok();
  });
}

type Verdict = EndpointReply<Endpoints["source.test"]>;

export async function testSource(
  sources: SourcesCtx,
  sourceId: string,
  signal: AbortSignal,
): Promise<Result<Verdict>> {
  const found = await sourceOf(sources, sourceId);
  if (!found.ok) return found;
  const late = AbortSignal.timeout(TEST_MS);
  const hosted = await sources.hosts.crawl(sourceId, AbortSignal.any([signal, late]));
  if (!hosted.ok) return ok(unwell(hosted));
  try {
    const { connector, source } = hosted.value;
    const { account } = await connector.test(source);
    return ok({ ok: true, account, code: null, detail: null });
  } catch (error) {
    return ok(unwell(failureOf(error)));
  }
}

function unwell({ failure }: ReturnType<typeof fail>): Verdict {
  return { ok: false, account: null, code: failure.code, detail: failure.detail };
}

// The browser comes back from a provider: the sign-in is finished, and the console goes on.
import type { Principal } from "@stead/protocol";
import { fail, ok, type Result } from "../../lib/result.ts";
import { finishOAuth } from "../connection/oauth.ts";
import { linkedFact } from "./account.ts";
import { noteConnected } from "./connect.ts";
import { record, type SourcesCtx } from "./context.ts";

/** What went wrong is shown by the console, in the words of its code alone. */
export async function comeBack(
  sources: SourcesCtx,
  principal: Principal,
  query: Readonly<Record<string, unknown>>,
): Promise<Result<{ location: string }>> {
  const done = await finish(sources, principal, query);
  if (done.ok) return ok({ location: done.value });
  sources.ctx.log("warn", "a sign-in at a provider failed", { detail: done.failure.detail });
  return ok({ location: `/accounts?problem=${encodeURIComponent(done.failure.code)}` });
}

async function finish(
  sources: SourcesCtx,
  principal: Principal,
  query: Readonly<Record<string, unknown>>,
): Promise<Result<string>> {
  const { personId, via } = principal;
  if (via.kind !== "session") return fail("auth.invalid", "A key has no sign-in to finish.");
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (typeof value === "string") params.set(name, value);
  const { sessionId } = via;
  const back = await finishOAuth(sources.host, { personId, sessionId, params });
  if (!back.ok) return back;
  const { sourceId, purpose } = back.value;
  const noted =
    purpose === "crawl"
      ? await noteConnected(sources, { principal, sourceId })
      : await record(sources, linkedFact(principal, sourceId));
  if (!noted.ok) return noted;
  const id = encodeURIComponent(sourceId);
  return ok(purpose === "crawl" ? `/sources?source=${id}` : `/accounts?linked=${id}`);
}

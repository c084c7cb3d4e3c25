// The browser comes back from a provider: the sign-in is finished, and the console goes on.
import type { Principal } from "@stead/protocol";
import { fail, ok, type Failure, type Result } from "../../lib/result.ts";
import { finishOAuth } from "../connection/oauth.ts";
import { linkedFact } from "./account.ts";
import { noteConnected } from "./connect.ts";
import { record, type SourcesCtx } from "./context.ts";

/** What went wrong is shown by the console, in the words of its code alone. */
export async function comeBack(
  sources: SourcesCtx,
  principal: Principal,
  query: Readonly<Record<string, unknown>>,
): Promise<Result<{ location: string; linked: boolean }>> {
  const done = await finish(sources, principal, query);
  if (done.ok) return done;
  await noteMisdirected(sources, principal, done.failure);
  sources.ctx.log("warn", "a sign-in at a provider failed", { detail: done.failure.detail });
  const location = `/accounts?problem=${encodeURIComponent(done.failure.code)}`;
  return ok({ location, linked: false });
}

async function finish(
  sources: SourcesCtx,
  principal: Principal,
  query: Readonly<Record<string, unknown>>,
): Promise<Result<{ location: string; linked: boolean }>> {
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
  return ok(
    purpose === "crawl"
      ? { location: `/sources?source=${id}`, linked: false }
      : { location: `/accounts?linked=${id}`, linked: true },
  );
}

/** Somebody came back with a sign-in that another person had begun: it counts for neither. */
async function noteMisdirected(
  sources: SourcesCtx,
  principal: Principal,
  { data }: Failure,
): Promise<void> {
  const { begunBy, sourceId } = data ?? {};
  if (typeof begunBy !== "string" || typeof sourceId !== "string") return;
  const fact = { begunBy, sourceId };
  await record(sources, { type: "source.sign-in-misdirected", by: principal, data: fact });
}

// One bounded step of a source's sync.
import { fail, type Result } from "../../lib/result.ts";
import type { SyncDeps, SyncKind } from "./deps.ts";

/**
 * Asks the source for one piece and commits what follows together with how far it came; may be killed at any
 * moment and called again. `more`: there is more to do now.
 */
export async function syncStep(
  deps: SyncDeps,
  { sourceId, kind }: { sourceId: string; kind: SyncKind },
  signal: AbortSignal,
): Promise<Result<{ more: boolean }>> {
  const hosted = await deps.host(sourceId, signal);
  if (!hosted.ok) return hosted;
  return fail("request.invalid", `Not yet: ${kind}.`);
}

// Takes the events that a source sends: checked, kept once, answered; the work comes after.
import { fail, type Result } from "../../../lib/result.ts";
import type { SyncDeps } from "../deps.ts";

export interface Pushed {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** `reply` is the body of the answer, for a vendor's handshake. */
export async function receivePush(
  deps: SyncDeps,
  sourceId: string,
  { body }: Pushed,
): Promise<Result<{ reply?: string }>> {
  const hosted = await deps.host(sourceId, new AbortController().signal);
  if (!hosted.ok) return hosted;
  return fail("auth.invalid", `The event is refused (${body.byteLength} bytes).`);
}

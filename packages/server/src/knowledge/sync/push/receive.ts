// Takes the events that a source sends: checked, kept once, answered; the work comes after.
import type { PushVerdict } from "@stead/sdk";
import { fail, ok, type Result } from "../../../lib/result.ts";
import { whileAvailable } from "../../../store/available.ts";
import { withTx } from "../../../store/tx.ts";
import type { SyncDeps } from "../deps.ts";
import { wakeJobs } from "../job/queries.ts";
import { keptEvents } from "./events.ts";
import { insertEvents } from "./queries.ts";
import { watchOf } from "./watch.ts";

export interface Pushed {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const BYTES_MAX = 1024 * 1024;
const EVENTS_MAX = 1_000;

/** `reply` is the body of the answer, for a vendor's handshake. */
export async function receivePush(
  deps: SyncDeps,
  sourceId: string,
  { headers, body }: Pushed,
): Promise<Result<{ reply?: string }>> {
  const { ctx } = deps;
  const receivedAt = new Date(ctx.clock.now());
  if (body.byteLength > BYTES_MAX) return fail("request.too_large", "The event is too large.");
  const hosted = await deps.host(sourceId, new AbortController().signal);
  if (!hosted.ok) return hosted;
  const push = hosted.value.connector.mirror?.push;
  if (!push) return fail("resource.not_found", "This source sends no events.");
  const scope = { db: ctx.db, orgId: ctx.orgId, sourceId };
  const watch = await whileAvailable(() => watchOf(deps, scope));
  if (!watch.ok) return watch;
  if (!watch.value.ok) return watch.value;
  const request = { headers, body, watch: watch.value.value, nowMs: ctx.clock.now() };
  const verdict = judged(() => push.receive(request));
  if (!verdict.ok) return fail("auth.invalid", `The event is refused: ${verdict.reason}`);
  if (verdict.events.length > EVENTS_MAX)
    return fail("request.too_large", `There are more than ${EVENTS_MAX} events at once.`);
  const events = keptEvents(verdict.events).map(({ id, change }) => ({ id: `push ${id}`, change }));
  const kept = await whileAvailable(() =>
    withTx(ctx.db, async (tx) => {
      const added = await insertEvents({ ...scope, db: tx }, events, receivedAt);
      if (added > 0) await wakeJobs({ ...scope, db: tx }, ["changes"]);
    }),
  );
  if (!kept.ok) return kept;
  return ok(verdict.reply === undefined ? {} : { reply: verdict.reply });
}

/** A connector that stumbles over an event has not vouched for it. */
function judged(judge: () => PushVerdict): PushVerdict {
  try {
    return judge();
  } catch {
    return { ok: false, reason: "It could not be read." };
  }
}

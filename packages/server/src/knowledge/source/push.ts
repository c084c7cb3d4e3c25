// Events that a source sends. Who can't prove to be it learns nothing: not even whether there is a source.
import { fail, ok, type Result } from "../../lib/result.ts";
import { receivePush, type Pushed } from "../sync/push/receive.ts";
import { sourceOf, type SourcesCtx } from "./context.ts";

const REFUSED = fail("auth.invalid", "The event is not signed as it should be.");

export async function takePush(
  sources: SourcesCtx,
  sourceId: string,
  pushed: Pushed,
): Promise<Result<string>> {
  const found = await sourceOf(sources, sourceId);
  const done = found.ok ? await receivePush(sources.sync, sourceId, pushed) : found;
  if (done.ok) return ok(done.value.reply ?? "");
  const { code, detail } = done.failure;
  if (code === "store.unavailable") return done;
  sources.ctx.log("warn", "an event was refused", { sourceId: sourceId.slice(0, 80), detail });
  return REFUSED;
}

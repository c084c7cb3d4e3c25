// Subscribes to a source's events, and again before the subscription ends. What it gave is kept sealed.
import type { SecretBinding } from "../../../egress/vault.ts";
import { isJsonObject, type Json } from "../../../lib/json.ts";
import { ok, type Result } from "../../../lib/result.ts";
import type { SyncDeps } from "../deps.ts";
import type { SourceScope } from "../job/queries.ts";
import type { Work } from "../work.ts";
import { readWatch, writeWatch } from "./queries.ts";

const AHEAD_MS = 10 * 60_000;

export async function renewWatch(work: Work): Promise<void> {
  const { deps, mirror, hosted, scope } = work;
  if (!mirror.push || !deps.callbackUrl) return;
  const known = await readWatch(scope);
  const endsMs = known?.expiresAt?.getTime() ?? Infinity;
  if (known && endsMs > deps.ctx.clock.now() + AHEAD_MS) return;
  const callbackUrl = deps.callbackUrl(scope.sourceId);
  const { watch, expiresAtMs } = await mirror.push.start(hosted.source, callbackUrl);
  const sealed = deps.vault.seal(asJson(watch), bindingOf(scope));
  const expiresAt = expiresAtMs === null ? null : new Date(expiresAtMs);
  await writeWatch(scope, { ...sealed, expiresAt });
}

/** What `start` gave; undefined when nothing was subscribed to. */
export async function watchOf(deps: SyncDeps, scope: SourceScope): Promise<Result<unknown>> {
  const row = await readWatch(scope);
  return row ? deps.vault.open(row, bindingOf(scope)) : ok(undefined);
}

function bindingOf({ orgId, sourceId }: SourceScope): SecretBinding {
  return { tenant: orgId, person: "", provider: "push", connection: sourceId, version: 1 };
}

function asJson(watch: unknown): Json {
  const text = JSON.stringify(watch ?? null);
  const parsed: unknown = JSON.parse(text);
  return isJsonObject(parsed) ? parsed : { value: text };
}

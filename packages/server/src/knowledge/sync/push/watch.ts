// Subscribes to a source's events, and again before the subscription ends. What it gave is kept sealed.
import { SourceError, type SourceErrorCode } from "@stead/sdk";
import type { SecretBinding } from "../../../egress/vault.ts";
import { isJsonObject, type Json } from "../../../lib/json.ts";
import { ok, type Result } from "../../../lib/result.ts";
import type { SyncDeps } from "../deps.ts";
import { shown } from "../item.ts";
import type { SourceScope } from "../job/queries.ts";
import type { Work } from "../work.ts";
import { readWatch, writeWatch, type WatchRow } from "./queries.ts";

const AHEAD_MS = 10 * 60_000;
/** A source that took no subscription is polled, and asked again only then. */
const AGAIN_MS = 3_600_000;
const NONE = "no subscription";

export async function renewWatch(work: Work): Promise<void> {
  const { deps, mirror, hosted, scope } = work;
  if (!mirror.push || !deps.callbackUrl) return;
  const nowMs = deps.ctx.clock.now();
  const known = await readWatch(scope);
  const endsMs = known?.expiresAt?.getTime() ?? Infinity;
  if (known && endsMs > nowMs + AHEAD_MS) return;
  const before = known ? opened(deps, scope, known) : ok(undefined);
  const callbackUrl = deps.callbackUrl(scope.sourceId);
  try {
    const { watch, expiresAtMs } = await mirror.push.start(
      hosted.source,
      callbackUrl,
      before.ok ? before.value : undefined,
    );
    await keep(work, asJson(watch), expiresAtMs);
  } catch (error) {
    // Whose sign-in is gone is not polled either, and a false setting is for somebody to put right.
    if (!(error instanceof SourceError) || STANDS.has(error.code)) throw error;
    deps.ctx.log("warn", "a source takes no subscription and is polled", {
      sourceId: scope.sourceId,
      code: error.code,
      detail: shown(error.message).slice(0, 1_000),
    });
    // What is open yet is good until it ends.
    if (!known || endsMs <= nowMs) await keep(work, { [NONE]: true }, nowMs + AHEAD_MS + AGAIN_MS);
  }
}

const STANDS = new Set<SourceErrorCode>(["reconnect", "settings"]);

async function keep(
  { deps, scope }: Pick<Work, "deps" | "scope">,
  kept: Json,
  expiresAtMs: number | null,
): Promise<void> {
  const sealed = deps.vault.seal(kept, watchBinding(scope));
  const expiresAt = expiresAtMs === null ? null : new Date(expiresAtMs);
  await writeWatch(scope, { ...sealed, expiresAt });
}

/** What `start` gave; undefined when nothing was subscribed to. */
export async function watchOf(
  deps: Pick<SyncDeps, "vault">,
  scope: SourceScope,
): Promise<Result<unknown>> {
  const row = await readWatch(scope);
  return row ? opened(deps, scope, row) : ok(undefined);
}

function opened(
  { vault }: Pick<SyncDeps, "vault">,
  scope: SourceScope,
  row: WatchRow,
): Result<unknown> {
  const found = vault.open(row, watchBinding(scope));
  if (!found.ok) return found;
  const isNone = isJsonObject(found.value) && NONE in found.value;
  return isNone ? ok(undefined) : found;
}

export function watchBinding({
  orgId,
  sourceId,
}: Pick<SourceScope, "orgId" | "sourceId">): SecretBinding {
  return { tenant: orgId, person: "", provider: "push", connection: sourceId, version: 1 };
}

function asJson(watch: unknown): Json {
  const text = JSON.stringify(watch ?? null);
  const parsed: unknown = JSON.parse(text);
  return isJsonObject(parsed) ? parsed : { value: text };
}

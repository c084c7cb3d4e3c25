// What a connector's failure means: to whoever asked, and to the state of its source.
import { SourceError, type SourceErrorCode } from "@stead/sdk";
import type { ErrorCode } from "@stead/protocol";
import { fail } from "../../lib/result.ts";

import { updateSource, type SourcesScope } from "./queries.ts";

const CODES: Readonly<Record<SourceErrorCode, ErrorCode>> = {
  reconnect: "source.reconnect",
  forbidden: "source.failed",
  missing: "resource.not_found",
  busy: "request.rate_limited",
  unavailable: "egress.unreachable",
  malformed: "source.failed",
  too_large: "egress.too_large",
  settings: "request.invalid",
};

/** Only a SourceError is meant for people; whatever else a connector throws may hold anything. */
export function failureOf(error: unknown): ReturnType<typeof fail> {
  if (error instanceof SourceError) return fail(CODES[error.code], error.message.slice(0, 1_000));
  return fail("source.failed", "The connector could not go on.");
}

/** Told by sync. The state lasts until somebody signs in again, or until it works again. */
export async function noteTrouble(
  scope: SourcesScope,
  sourceId: string,
  { code, detail }: { readonly code: SourceErrorCode; readonly detail: string },
): Promise<void> {
  const stateReason = detail.slice(0, 1_000);
  const from = ["syncing", "live", "failed"] as const;
  if (code === "reconnect")
    await updateSource(scope, sourceId, { state: "reconnect", stateReason, from });
  if (code === "settings" || code === "forbidden")
    await updateSource(scope, sourceId, { state: "failed", stateReason, from });
}

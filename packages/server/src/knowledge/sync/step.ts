// One bounded step of a source's sync.
import { SourceError } from "@stead/sdk";
import { DatabaseError } from "pg";
import { fail, ok, type Result } from "../../lib/result.ts";
import { whileAvailable } from "../../store/available.ts";
import { stepAccess } from "./access.ts";
import { stepChanges } from "./changes.ts";
import { stepContent } from "./content.ts";
import { boundsOf, type SyncDeps, type SyncKind } from "./deps.ts";
import { backoffMs, type JobState } from "./job/job.ts";
import { park, putOff, readJob, requestJobs } from "./job/queries.ts";
import { shown } from "./item.ts";
import { stepItems } from "./listing.ts";
import { stepPeople } from "./people.ts";
import type { StepEnd, Work } from "./work.ts";

const STEPS: Readonly<Record<SyncKind, (work: Work, signal: AbortSignal) => Promise<StepEnd>>> = {
  people: stepPeople,
  items: stepItems,
  changes: stepChanges,
  access: stepAccess,
  content: stepContent,
};

/** Somebody has to do something first, and asks for sync then. */
const RESTING = new Set(["paused", "reconnect", "leaving"]);

interface Wanted {
  readonly sourceId: string;
  readonly kind: SyncKind;
}

/**
 * Asks the source for one piece and commits what follows together with how far it came; may be killed at any
 * moment and called again. `more`: there is more to do now.
 */
export async function syncStep(
  deps: SyncDeps,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<Result<{ more: boolean }>> {
  const done = await whileAvailable(() => step(deps, wanted, signal));
  return done.ok ? done.value : done;
}

async function step(deps: SyncDeps, wanted: Wanted, signal: AbortSignal): Promise<StepEnd> {
  const { sourceId, kind } = wanted;
  const { ctx } = deps;
  const scope = { db: ctx.db, orgId: ctx.orgId, sourceId };
  const hosted = await deps.host(sourceId, signal);
  if (!hosted.ok) {
    if (hosted.failure.code === "store.unavailable") return hosted;
    const isSignIn = hosted.failure.code === "source.reconnect";
    const code = isSignIn ? ("reconnect" as const) : ("unavailable" as const);
    return settle(deps, wanted, new SourceError(code, hosted.failure.detail));
  }
  const { row, connector } = hosted.value;
  if (!connector.mirror || RESTING.has(row.state)) {
    await park(scope, kind);
    return ok({ more: false });
  }
  const job = (await readJob(scope, kind)) ?? (await firstJob(deps, wanted));
  if (!job) return fail("resource.not_found", "There is no such work.");
  const bounds = boundsOf(deps);
  const work = { deps, hosted: hosted.value, mirror: connector.mirror, job, bounds, scope };
  try {
    const end = await STEPS[kind](work, signal);
    // Another worker has it, and goes on.
    if (!end.ok && end.failure.code === "request.conflict") return ok({ more: false });
    return end;
  } catch (error) {
    if (signal.aborted) return ok({ more: false });
    if (error instanceof SourceError) return settle(deps, wanted, error);
    if (error instanceof DatabaseError) {
      // Two transactions waited for each other: one of them begins again.
      if (error.code === "40P01" || error.code === "40001") return ok({ more: true });
      throw error;
    }
    return settle(deps, wanted, stumbled(deps, wanted, error));
  }
}

async function firstJob(deps: SyncDeps, { sourceId, kind }: Wanted) {
  const { ctx } = deps;
  const scope = { db: ctx.db, orgId: ctx.orgId, sourceId };
  await ctx.db.transaction().execute((tx) => requestJobs({ ...scope, db: tx }, [kind]));
  return readJob(scope, kind);
}

/** A connector's own fault is the source's trouble and not the end of the worker. */
function stumbled(deps: SyncDeps, { sourceId, kind }: Wanted, error: unknown): SourceError {
  const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
  deps.ctx.log("error", "a connector threw", { sourceId, kind, cause });
  return new SourceError("malformed", "The connector could not go on.");
}

/** What had been reached stays; what is known stays as it is, until it is too old to be believed. */
async function settle(deps: SyncDeps, wanted: Wanted, error: SourceError): Promise<StepEnd> {
  const { ctx } = deps;
  const { sourceId, kind } = wanted;
  const scope = { db: ctx.db, orgId: ctx.orgId, sourceId };
  const job = await readJob(scope, kind);
  const state = stateAfter(error);
  const dueMs =
    state === "waiting" ? backoffMs(job?.tries ?? 0, ctx.ids.fraction(), error.retryAfterMs) : null;
  const detail = shown(error.message).slice(0, 1_000);
  await putOff(scope, kind, { state, code: `source.${error.code}`, detail, dueMs });
  ctx.log("warn", "sync was put off", { sourceId, kind, code: error.code, detail });
  await deps.onTrouble?.(sourceId, { code: error.code, detail });
  return ok({ more: false });
}

function stateAfter({ code }: SourceError): JobState {
  if (code === "reconnect") return "reconnect";
  return code === "settings" ? "failed" : "waiting";
}

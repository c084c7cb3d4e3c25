// The loop: fold the log, let advance choose, perform, until the run ends or waits for people.
import { fail, ok, type Failure, type Result } from "../lib/result.ts";
import { whileAvailable } from "../store/available.ts";
import { advance, type Effect } from "./advance.ts";
import { citedIn } from "./citations.ts";
import { linksIn, readableTexts } from "./links.ts";
import type { DriveEnd, RunDeps } from "./deps.ts";
import { Driving } from "./driving.ts";
import { RunJournal } from "./journal.ts";
import { pastOf } from "./past.ts";
import { performAskRepeat, performDecide, performExecute, performExpire } from "./perform-call.ts";
import { performCompaction, performModel } from "./perform-model.ts";
import { ensureApproval } from "./approval/queries.ts";
import { finish, rowOf, type Finish } from "./finish.ts";
import { runRow, updateRun } from "./queries.ts";

/** More effects than this in one drive is a fault of ours, not work. */
const EFFECTS_MAX = 5000;

const GONE: Failure = { code: "policy.denied", detail: "The person or the agent is gone." };
const OVER: Failure = { code: "run.cancelled", detail: "The run that asked for it has ended." };

/**
 * Drives a run as far as it goes. Fails with `run.lease_lost` when another worker has taken it, or
 * with `store.unavailable`; the log then says where the next worker goes on.
 */
export async function drive(
  deps: RunDeps,
  runId: string,
  stopping: AbortSignal,
): Promise<Result<DriveEnd>> {
  const driven = await whileAvailable(() => driveOnce(deps, runId, stopping));
  return driven.ok ? driven.value : driven;
}

let drives = 0;

async function driveOnce(
  deps: RunDeps,
  runId: string,
  stopping: AbortSignal,
): Promise<Result<DriveEnd>> {
  const opened = await open(deps, runId, stopping);
  if (!opened.ok) return opened;
  const run = opened.value;
  if (!run) return ok({ kind: "ended", status: "failed" });
  deps.live.open(runId);
  const off = deps.interrupts.on(runId, run.look);
  // The truth is the log; a list may show a run as queued a moment longer.
  const marked = deps.markRunning(runId).catch(() => undefined);
  try {
    return await loop(run, marked);
  } finally {
    // What has happened is written before another can take the run up.
    await run.journal.flush();
    run.journal.rest();
    off();
    run.close();
    deps.live.close(runId);
  }
}

/** Reads the log and claims the run; undefined when the run has ended already. */
async function open(
  deps: RunDeps,
  runId: string,
  stopping: AbortSignal,
): Promise<Result<Driving | undefined>> {
  const log = deps.openLog(runId, []);
  const events = await log.read(0);
  if (!events.ok) return events;
  const first = events.value[0];
  if (first?.type !== "run.started") return fail("resource.not_found", `no run ${runId}`);
  if (events.value.some((event) => event.type === "run.finished")) return ok(undefined);
  const { personId, versionId, previousRunIds } = first.data;
  // Each drive is a claimant of its own, also against another of the same process.
  const workerId = `${deps.workerId}.${++drives}`;
  const journal = new RunJournal(
    {
      runId,
      workerId,
      log: deps.openLog(runId, [personId]),
      now: () => deps.ctx.clock.now(),
      sleep: (ms) => deps.ctx.clock.sleep(ms),
      hurried: () => stopping.aborted,
      onEvent: (event) => deps.live.event(runId, event),
    },
    events.value,
  );
  journal.later([{ type: "run.claimed", data: { workerId } }]);
  const { subRunOf } = first.data;
  if (subRunOf && (await hasEnded(deps, subRunOf.runId))) {
    const ended = await finish(deps, journal, { status: "cancelled", failure: OVER });
    return ended.ok ? ok(undefined) : ended;
  }
  const principal = await deps.principalOf(personId);
  const version = await deps.versionOf(versionId);
  if (!principal.ok || !version.ok) {
    const failed = principal.ok ? version : principal;
    const failure = failed.ok ? GONE : failed.failure;
    const ended = await finish(deps, journal, { status: "failed", failure });
    return ended.ok ? ok(undefined) : ended;
  }
  const past = await pastOf(deps, personId, previousRunIds);
  if (!past.ok) return past;
  return ok(
    new Driving({
      deps,
      runId,
      journal,
      version: version.value,
      principal: principal.value,
      past: past.value,
      stopping,
    }),
  );
}

/** A sub-run that its run no longer waits for has nobody to answer to. */
async function hasEnded({ ctx }: RunDeps, runId: string): Promise<boolean> {
  const row = await runRow(ctx.db, ctx.orgId, runId);
  return row?.ended_at !== null;
}

async function loop(run: Driving, marked: Promise<unknown>): Promise<Result<DriveEnd>> {
  for (let i = 0; i < EFFECTS_MAX; i++) {
    const lost = run.journal.lost;
    if (lost) return lost;
    if (run.stopping.aborted) return leave(run);
    if (run.gone) return end(run, { status: "failed", failure: run.gone });
    const effect = advance(run.state, run.facts());
    if (effect.kind === "wait") await marked;
    const ended = await perform(run, effect);
    if (ended) return ended;
  }
  return fail("run.limit", "too many effects in one drive");
}

/** The worker is stopping: what is pending is written, and another worker goes on. */
async function leave(run: Driving): Promise<Result<DriveEnd>> {
  const flushed = await run.journal.flush();
  return flushed.ok ? ok({ kind: "left" }) : flushed;
}

async function perform(run: Driving, effect: Effect): Promise<Result<DriveEnd> | undefined> {
  switch (effect.kind) {
    case "none":
      return ok({ kind: "ended", status: run.state.status });
    case "call-model":
      await performModel(run, effect.step);
      return undefined;
    case "compact":
      await performCompaction(run, effect.step);
      return undefined;
    case "decide":
      await performDecide(run, effect.calls);
      return undefined;
    case "execute":
      await performExecute(run, effect.calls);
      return undefined;
    case "ask-repeat":
      await performAskRepeat(run, effect.calls);
      return undefined;
    case "expire":
      await performExpire(run, effect.calls);
      return undefined;
    case "wait":
      return suspend(run, effect.untilMs);
    case "answer":
      return end(run, { status: "answered", text: effect.text });
    case "fail":
      return end(run, { status: "failed", failure: effect.failure });
    case "stop":
      return end(run, { status: effect.status, failure: effect.why });
    default:
      return effect satisfies never;
  }
}

/** Inbox rows and status stand before the worker lets go: an answer finds them. */
async function suspend(run: Driving, untilMs: number): Promise<Result<DriveEnd> | undefined> {
  const refreshed = await run.journal.refresh();
  if (!refreshed.ok) return refreshed;
  if (refreshed.value) return undefined;
  const { db, orgId } = run.deps.ctx;
  for (const row of approvalRows(run)) await ensureApproval(db, { org_id: orgId, ...row });
  await updateRun(db, orgId, rowOf(run.journal, "waiting", null));
  return ok({ kind: "waiting", untilMs });
}

function approvalRows(run: Driving) {
  const rows = [];
  for (const event of run.journal.committed) {
    if (event.type !== "approval.requested") continue;
    const call = run.state.calls.get(event.data.callId);
    if (call?.approval?.id !== event.data.approvalId || call.phase !== "asked") continue;
    rows.push({
      id: event.data.approvalId,
      run_id: run.runId,
      call_id: event.data.callId,
      asker_id: run.principal.personId,
      groups: event.data.approvers.map((approver) => approver.group),
      state: "requested",
      requested_at: new Date(event.at),
      expires_at: new Date(event.data.expiresAt),
      answered_at: null,
      answered_by: null,
    });
  }
  return rows;
}

async function end(
  run: Driving,
  how: Pick<Finish, "status" | "text" | "failure">,
): Promise<Result<DriveEnd>> {
  const citations = how.text === undefined ? [] : citedIn(how.text, run.state);
  const links = linksIn(how.text ?? "", readableTexts(run));
  const label = run.label();
  const ended = await finish(run.deps, run.journal, { ...how, citations, links, label });
  return ended.ok ? ok({ kind: "ended", status: run.state.status }) : ended;
}

// Starts a run: the person's words become the first event of a new stream, and the workers are told.
import type { AgentVersion, Label, Pasted, Principal, RunEventData } from "@stead/protocol";
import { joinLabels, onlyPerson } from "../access/label.ts";
import { sha256, type JsonObject } from "../lib/json.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import type { RunDeps } from "./deps.ts";
import { countGoing, insertRun, runRow, runsOfThread, threadOf, type RunRow } from "./queries.ts";
import { NO_USAGE } from "./run.ts";

export interface StartInput {
  readonly principal: Principal;
  /** The published version, or a trial's draft made a version of. */
  readonly version: AgentVersion;
  readonly input: string;
  readonly pasted?: readonly Pasted[] | undefined;
  readonly threadId?: string | undefined;
  readonly trial: boolean;
  readonly surface: string;
  /** Makes the run's id: the same key starts the same run. */
  readonly idempotencyKey: string;
  /** The run opens with this call, which labels refused in another, and which the asker wants shared. */
  readonly share?: ShareStart | undefined;
}

export interface ShareStart {
  readonly runId: string;
  readonly callId: string;
  readonly digest: string;
  readonly tool: string;
  readonly arguments: JsonObject;
  readonly label: Label;
  readonly reason: string;
  readonly titles: ReadonlyMap<string, string>;
}

const OPENING = "call_1_1";

export async function startRun(deps: RunDeps, input: StartInput): Promise<Result<RunRow>> {
  const { ctx } = deps;
  const { principal, version } = input;
  const runId = `run_${sha256(`${ctx.orgId}\n${principal.personId}\n${input.idempotencyKey}`).slice(0, 26)}`;
  const known = await runRow(ctx.db, ctx.orgId, runId);
  if (known) return ok(known);
  const thread = await threadFor(deps, input, runId);
  if (!thread.ok) return thread;
  const row: RunRow = {
    org_id: ctx.orgId,
    id: runId,
    thread_id: thread.value.id,
    agent_id: version.agentId,
    version_id: version.id,
    person_id: principal.personId,
    status: "queued",
    trial: input.trial,
    started_at: new Date(ctx.clock.now()),
    ended_at: null,
    steps: 0,
    usage: NO_USAGE,
    sub_run_of: null,
  };
  const data = startedData(input, thread.value);
  const bodies = {
    input: input.input,
    receiptKey: ctx.ids.token(32),
    ...(input.share ? shareBodies(input.share) : {}),
  };
  const done = await deps
    .openLog(runId, [principal.personId])
    .append(0, [{ type: "run.started", data, bodies }], async (tx) => {
      const going = await countGoing(tx, ctx.orgId, principal.personId);
      if (going >= deps.runsPerPersonMax)
        return fail(
          "run.busy",
          `You have ${going} runs going, the most that one person may have.`,
          {
            hint: "Wait for one to end, or cancel one.",
          },
        );
      await insertRun(tx, row);
      await deps.enqueue(tx, runId);
      return ok();
    });
  if (!done.ok) return raced(deps, runId, done);
  deps.kick();
  return ok(row);
}

/** Two requests with one key: the other one made the run. */
async function raced(
  deps: RunDeps,
  runId: string,
  failed: Extract<Result<unknown>, { ok: false }>,
): Promise<Result<RunRow>> {
  if (failed.failure.code !== "ledger.conflict") return failed;
  const row = await runRow(deps.ctx.db, deps.ctx.orgId, runId);
  return row ? ok(row) : failed;
}

interface ThreadStart {
  readonly id: string;
  readonly previousRunIds: string[];
}

async function threadFor(
  deps: RunDeps,
  input: StartInput,
  runId: string,
): Promise<Result<ThreadStart>> {
  const { db, orgId } = deps.ctx;
  if (input.threadId === undefined) return ok({ id: `thr_${runId.slice(4)}`, previousRunIds: [] });
  const thread = await threadOf(db, orgId, input.threadId);
  if (thread?.person_id !== input.principal.personId)
    return fail("resource.not_found", "There is no such thread of yours.");
  if (thread.agent_id !== input.version.agentId)
    return fail("request.invalid", "This thread is with another agent.");
  const runs = await runsOfThread(db, orgId, thread.id);
  if (runs.some((run) => run.ended_at === null))
    return fail("request.conflict", "The run before in this thread has not ended yet.");
  return ok({ id: thread.id, previousRunIds: runs.slice(-20).map((run) => run.id) });
}

function shareBodies({ tool, arguments: given, reason, titles }: ShareStart) {
  const calls = [{ callId: OPENING, tool, arguments: given }];
  return { opening: { calls }, reason, titles: Object.fromEntries(titles) };
}

function startedData(
  { principal, version, trial, surface, share, pasted = [] }: StartInput,
  thread: ThreadStart,
): RunEventData<"run.started"> {
  const own: Label = { audience: [onlyPerson(principal.personId)], classes: [], trust: "person" };
  return {
    agentId: version.agentId,
    versionId: version.id,
    versionHash: version.hash,
    personId: principal.personId,
    threadId: thread.id,
    previousRunIds: thread.previousRunIds,
    trial,
    attended: true,
    surface,
    bounds: version.spec.bounds,
    // What the shared call was made from goes on with it.
    input: share ? joinLabels([own, share.label]) : own,
    ...(pasted.length > 0 ? { pasted: [...pasted] } : {}),
    ...(share ? { share: startedShare(share) } : {}),
  };
}

function startedShare({ runId, callId, digest, tool }: ShareStart) {
  return { runId, callId, digest, opening: { callId: OPENING, tool } };
}

// Sub-runs: shares of one call's work, each a run of the same person and agent with a log, a context and
// bounds of its own. They are driven within the run that asked, so they need no worker of their own; a
// worker that takes the run up finds them by their ids and goes on where they were.
import type { AgentVersion, NewRunEvent, RunEventData } from "@stead/protocol";
import { inParallel } from "../lib/bounded.ts";
import { canonical, sha256 } from "../lib/json.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import type { SubRunAsked, SubRunEnd, SubRuns } from "../tools/sub-runs.ts";
import { requestCancel } from "./cancel.ts";
import type { Driving } from "./driving.ts";
import { fold } from "./fold.ts";
import { leavesOfRun } from "./leave/stands.ts";
import { insertRun, runRow } from "./queries.ts";
import { NO_USAGE, type CallState, type RunState } from "./run.ts";

const AT_ONCE = 4;
/** Of what the run may still use; the rest is for its own answer. */
const SHARE = 0.8;
const TOKENS_MIN = 1000;
const OVER = "the call is over";

interface Part {
  readonly run: Driving;
  readonly call: Pick<CallState, "callId" | "tool" | "step">;
  /** Aborts when the worker stops, and when the call is over. */
  readonly stopping: AbortSignal;
  /** Those that were begun or found and have not ended. */
  readonly open: Set<string>;
  readonly total: number;
  /** What the run had used when the call began. */
  readonly usedBefore: Pick<RunState["usage"], "inputTokens" | "outputTokens" | "costMicros">;
  done: number;
}

export interface OwnSubRuns extends SubRuns {
  /** The call is over: what still goes on is ended, unless it is the worker that stops. */
  close(): Promise<void>;
}

export function subRunsOf(run: Driving, call: Part["call"]): OwnSubRuns {
  const over = new AbortController();
  const stopping = AbortSignal.any([run.stopping, over.signal]);
  const open = new Set<string>();
  let going: Promise<unknown> = Promise.resolve();
  const all = async (asked: readonly SubRunAsked[]): Promise<Result<SubRunEnd[]>> => {
    const { usage } = run.state;
    const total = asked.length;
    const part: Part = { run, call, stopping, open, total, usedBefore: usage, done: 0 };
    const ends = await inParallel(asked, AT_ONCE, (each) => subRun(part, each));
    const answered: SubRunEnd[] = [];
    for (const end of ends) {
      if (!end.ok) return end;
      answered.push(end.value);
    }
    return ok(answered);
  };
  return {
    all: (asked) => {
      const done = all(asked);
      going = Promise.allSettled([going, done]);
      return done;
    },
    close: async () => {
      over.abort(OVER);
      await going;
      if (!run.stopping.aborted) for (const id of open) await endNow(run, id);
    },
  };
}

/** The cancel is written first, so whoever drives it does nothing more. */
async function endNow(run: Driving, id: string): Promise<void> {
  await requestCancel(run.deps, id, run.principal.personId);
  await run.deps.drive(id, run.stopping);
}

async function subRun(part: Part, asked: SubRunAsked): Promise<Result<SubRunEnd>> {
  const { run } = part;
  if (part.stopping.aborted) return fail("run.lease_lost", "The worker stops.");
  const id = idOf(part, asked);
  const begun = await begin(part, id, asked);
  if (!begun.ok) return begun;
  if (begun.value !== "") return ok(never(asked, begun.value));
  part.open.add(id);
  const driven = await run.deps.drive(id, part.stopping);
  if (!driven.ok) return driven;
  if (driven.value.kind === "left") return fail("run.lease_lost", "The worker stops.");
  // Nobody is asked on behalf of a part: what needs a person's yes is for the run itself to ask.
  const waited = driven.value.kind === "waiting";
  if (waited) await endNow(run, id);
  part.open.delete(id);
  const events = await run.deps.openLog(id, []).read(0);
  if (!events.ok) return events;
  const state = fold(id, events.value);
  part.done++;
  record(part, state);
  return ok(endOf(asked, state, waited));
}

/** The same for the same question of the same call, whatever else was asked with it. */
function idOf({ run, call }: Part, asked: SubRunAsked): string {
  const text = canonical([run.deps.ctx.orgId, run.runId, call.callId, asked.input, asked.opening]);
  return `run_${sha256(`sub-run\n${text}`).slice(0, 26)}`;
}

/** Starts it unless it is there already; otherwise says why it never will be. */
async function begin(part: Part, id: string, asked: SubRunAsked): Promise<Result<string>> {
  const { run } = part;
  const { ctx } = run.deps;
  if (await runRow(ctx.db, ctx.orgId, id)) return ok("");
  if (run.state.cancelledBy !== null) return ok("The run was cancelled.");
  const bounds = boundsOf(part, asked);
  if (!bounds) return ok("The run had used most of what it may use.");
  const parent = await runRow(ctx.db, ctx.orgId, run.runId);
  if (!parent) return fail("resource.not_found", `no run ${run.runId}`);
  const opening = asked.opening.map(({ tool, arguments: given }, i) => ({
    callId: `call_1_${i + 1}`,
    tool,
    arguments: given,
  }));
  const event: NewRunEvent = {
    type: "run.started",
    data: startedData(part, { asked, bounds }),
    bodies: { input: asked.input, receiptKey: ctx.ids.token(32), opening: { calls: opening } },
  };
  const log = run.deps.openLog(id, [run.principal.personId]);
  const started = await log.append(0, [event], async (tx) => {
    await insertRun(tx, {
      ...parent,
      id,
      status: "queued",
      started_at: new Date(ctx.clock.now()),
      ended_at: null,
      steps: 0,
      usage: NO_USAGE,
      sub_run_of: run.runId,
    });
    return ok();
  });
  // Begun by a worker that has lost the run meanwhile: it is there.
  if (!started.ok && started.failure.code !== "ledger.conflict") return started;
  return ok("");
}

type Bounds = AgentVersion["spec"]["bounds"];

function startedData(
  { run, call }: Part,
  { asked, bounds }: { asked: SubRunAsked; bounds: Bounds },
): RunEventData<"run.started"> {
  const started = run.state.started;
  return {
    agentId: run.version.agentId,
    versionId: run.version.id,
    versionHash: run.version.hash,
    personId: run.principal.personId,
    threadId: started?.threadId ?? "",
    previousRunIds: [],
    trial: started?.trial ?? false,
    attended: started?.attended ?? false,
    surface: started?.surface ?? "",
    bounds,
    input: run.label(),
    subRunOf: {
      runId: run.runId,
      callId: call.callId,
      tools: [...asked.tools],
      opening: asked.opening.map(({ tool }, i) => ({ callId: `call_1_${i + 1}`, tool })),
      cleared: leavesOfRun(run.state).map(({ approvalId, sends }) => ({
        approvalId,
        sends: [...sends],
      })),
    },
  };
}

/** So that all of them together, side by side, stay within the share. Undefined: nothing is left. */
function boundsOf({ run, usedBefore }: Part, { opening }: SubRunAsked): Bounds | undefined {
  const bounds = run.state.bounds ?? run.version.spec.bounds;
  const { usage } = run.state;
  const tokens = [tokensOf(usedBefore), tokensOf(usage)] as const;
  const tokensMax = shareOf(bounds.tokensMax, tokens);
  const costs = [usedBefore.costMicros, usage.costMicros] as const;
  const costMicrosMax = shareOf(bounds.costMicrosMax, costs);
  if (tokensMax < TOKENS_MIN || costMicrosMax < 0) return undefined;
  const callsPerTurnMax = Math.max(bounds.callsPerTurnMax, opening.length);
  return { ...bounds, tokensMax, costMicrosMax, callsPerTurnMax };
}

function tokensOf({ inputTokens, outputTokens }: Part["usedBefore"]): number {
  return inputTokens + outputTokens;
}

function shareOf(max: number, [before, now]: readonly [number, number]): number {
  return Math.floor((SHARE * (max - before) - (now - before)) / AT_ONCE);
}

/** Once for each, also when the call is taken up again. */
function record({ run, call, done, total }: Part, state: RunState): void {
  const { runId, usage, status } = state;
  const isKnown = run.journal.committed.some(
    (event) => event.type === "sub-run.ended" && event.data.runId === runId,
  );
  if (isKnown) return;
  const { callId, tool } = call;
  const isOpen = status === "queued" || status === "running" || status === "waiting";
  const data = { callId, tool, runId, status: isOpen ? ("cancelled" as const) : status };
  run.journal.later([{ type: "sub-run.ended", data: { ...data, done, total, usage } }]);
}

function endOf(asked: SubRunAsked, state: RunState, waited: boolean): SubRunEnd {
  const { runId, status, answer, modelFailure } = state;
  const why = waited ? "It needed a person's approval." : (modelFailure?.detail ?? "");
  const results = asked.opening.map((_, i) => state.calls.get(`call_1_${i + 1}`)?.result);
  return {
    runId,
    status,
    text: answer?.text ?? "",
    label: answer?.label ?? { audience: [], classes: [], trust: "outside" },
    citations: answer?.citations ?? [],
    why: status === "answered" ? "" : why || `It was ${status}.`,
    opened: results.map((result) =>
      result?.status === "ok"
        ? { ok: true, origins: result.origins }
        : { ok: false, why: result?.text ?? "It was not opened." },
    ),
  };
}

function never(asked: SubRunAsked, why: string): SubRunEnd {
  return {
    runId: "",
    status: "stopped",
    text: "",
    label: { audience: [], classes: [], trust: "person" },
    citations: [],
    why,
    opened: asked.opening.map(() => ({ ok: false, why })),
  };
}

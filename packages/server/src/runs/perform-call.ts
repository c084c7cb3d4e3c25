// Performs what the model asked for: decide each call, ask people, run what is permitted.
import type { NewRunEvent } from "@stead/protocol";
import { clip } from "../lib/bounded.ts";
import { fail, ok, type Failure } from "../lib/result.ts";
import { permitApproved, permitCall, type Permit } from "../policy/permit.ts";
import { executeCall } from "../tools/execute.ts";
import { bindCall, type BoundCall } from "./bind.ts";
import { askEvent } from "./card.ts";
import { standingConsent } from "./consent.ts";
import type { Driving } from "./driving.ts";
import { finished, finishedWith } from "./outcome.ts";
import { settleApproval } from "./approval/queries.ts";
import type { CallState } from "./run.ts";
import { isCleared, journalWith, leavesOfCall } from "./leave/stands.ts";
import { isDeclassified } from "./share/stands.ts";
import { subRunsOf } from "./sub-run.ts";

/** How much of a failure's text the model is shown. */
const FAILURE_CHARS_MAX = 2000;
/** Of a tool that does not say how many documents it may cite. */
const CITATIONS_MAX = 20;

export async function performDecide(run: Driving, calls: readonly CallState[]): Promise<void> {
  if (!(await run.refreshPrincipal())) return;
  const max = run.state.bounds?.callsPerTurnMax ?? 1;
  for (const call of calls)
    if (placeOf(run, call) >= max) run.journal.later([rejected(call, tooMany(max))]);
    else await decideOne(run, call);
}

/** Which of its turn's calls it is, whatever has been decided of the others. */
function placeOf(run: Driving, call: Pick<CallState, "callId" | "step">): number {
  const turn = run.state.turns.find(({ step }) => step === call.step);
  return Math.max(0, turn?.callIds.indexOf(call.callId) ?? 0);
}

function tooMany(max: number): Failure {
  return fail("run.limit", `At most ${max} calls a turn are run.`, {
    hint: "Call the others in the next turn.",
  }).failure;
}

async function decideOne(run: Driving, call: CallState): Promise<void> {
  const bound = await bindCall(run, call, call.proposed);
  if (!bound.ok) run.journal.later([rejected(call, bound.failure)]);
  else record(run, bound.value);
}

/** Writes the decision down; an ask suspends the call. */
function record(run: Driving, bound: BoundCall): void {
  const { decision, callId, tool, granted, actingAs, destination, digest, label } = bound;
  const events: NewRunEvent[] = [
    {
      type: "call.decided",
      data: {
        callId,
        tool: tool.tool.name,
        decision,
        actsAs: granted.actsAs,
        actingAs,
        destination,
        digest,
        toolHash: tool.tool.hash,
        label,
      },
      bodies: { arguments: bound.arguments },
    },
  ];
  // Who has not consented is asked that first: an approval is bound to the account that will act.
  const lacks = bound.missing !== null && decision.kind !== "deny";
  if (lacks) events.push(askEvent(run, bound, "consent"));
  else if (decision.kind === "ask") events.push(askEvent(run, bound, "policy"));
  if (lacks) return run.journal.later(events);
  const permit = permitCall(decision, { nowMs: run.deps.ctx.clock.now(), digest });
  if (permit.ok) run.permits.set(callId, permit.value);
  run.journal.later(events);
}

function rejected(call: CallState, failure: Failure): NewRunEvent {
  const { code, detail, hint } = failure;
  return {
    type: "call.rejected",
    data: {
      callId: call.callId,
      tool: clip(call.tool, 200),
      failure: { code, detail: clip(detail, FAILURE_CHARS_MAX), ...(hint ? { hint } : {}) },
    },
  };
}

/** A keyless call that a dead worker had started: only a person can say whether to repeat it. */
export async function performAskRepeat(run: Driving, calls: readonly CallState[]): Promise<void> {
  for (const call of calls) {
    const bound = await bindCall(run, call, call.arguments);
    if (!bound.ok) run.journal.later([finishedWith(run, call, bound)]);
    else run.journal.later([askEvent(run, bound.value, "repeat")]);
  }
}

export async function performExpire(run: Driving, calls: readonly CallState[]): Promise<void> {
  const { orgId, clock } = run.deps.ctx;
  const events = calls.map(({ callId, tool, approval }): NewRunEvent => {
    const of = { callId, tool, approvalId: approval?.id ?? "", digest: approval?.digest ?? "" };
    const data = { ...of, answer: "expired" as const, by: null, edited: false, meets: [] };
    return { type: "approval.answered", data };
  });
  await run.journal.now(events, async (tx) => {
    const answer = { state: "expired", by: null, at: new Date(clock.now()) };
    for (const { approval } of calls)
      if (approval) await settleApproval(tx, orgId, { id: approval.id, ...answer });
    return ok();
  });
}

/** Runs calls side by side, as many as this process has room for. */
export async function performExecute(run: Driving, calls: readonly CallState[]): Promise<void> {
  if (!(await run.refreshPrincipal())) return;
  const done = await Promise.allSettled(calls.map((call) => executeOne(run, call)));
  // None is left behind under way: only then is a fault let out.
  for (const each of done) if (each.status === "rejected") throw each.reason;
}

async function executeOne(run: Driving, call: CallState): Promise<void> {
  const ready = await permitFor(run, call);
  if (!ready) return;
  // The call that a sub-run works for has a slot: waiting for others would have both wait.
  const isSubRun = run.state.started?.subRunOf !== undefined;
  const release = isSubRun ? () => {} : await run.deps.toolSlots.acquire();
  if (!release) {
    run.journal.later([finishedWith(run, call, fail("run.busy", "Too many tools are running."))]);
    return;
  }
  try {
    if (run.state.cancelledBy === null) await start(run, call, ready);
  } finally {
    release();
  }
}

/**
 * The permit of this worker's own decision, or of an approval that still binds exactly this act.
 * Anything else is decided again, and what comes out is written down instead of run.
 */
async function permitFor(run: Driving, call: CallState): Promise<Ready | null> {
  const consent = call.consent && (await standingConsent(run, call.consent));
  const bound = await bindCall(
    run,
    call,
    call.phase === "permitted" ? call.proposed : call.arguments,
  );
  if (!bound.ok) {
    run.journal.later([finishedWith(run, call, bound)]);
    return null;
  }
  const own = run.permits.get(call.callId);
  run.permits.delete(call.callId);
  if (bound.value.missing && bound.value.decision.kind !== "deny") {
    // Withdrawn since: nothing more is done with it, nor under it.
    record(run, bound.value);
    return null;
  }
  const { decision, digest } = bound.value;
  const options = { nowMs: run.deps.ctx.clock.now(), digest };
  const permit =
    decision.kind === "ask" &&
    consent &&
    bindsStill(call, bound.value) &&
    isDeclassified(run.state, bound.value) &&
    isCleared(run.state, bound.value)
      ? permitApproved(decision, consent, options)
      : permitCall(decision, options);
  if (permit.ok) return { bound: bound.value, permit: own?.digest === digest ? own : permit.value };
  record(run, bound.value);
  return null;
}

/** The same act that was approved: not yet begun, or begun by a dead worker under its own key. */
function bindsStill(call: CallState, bound: BoundCall): boolean {
  if (call.digest !== bound.digest) return false;
  return call.phase === "approved" || call.phase === "started";
}

interface Ready {
  readonly bound: BoundCall;
  readonly permit: Permit;
}

async function start(run: Driving, call: CallState, { bound, permit }: Ready): Promise<void> {
  const { contract } = bound.tool.tool;
  const began = run.deps.ctx.clock.monotonicMs();
  const started: NewRunEvent = {
    type: "call.started",
    data: {
      callId: bound.callId,
      tool: bound.tool.tool.name,
      key: `${run.runId}/${bound.callId}`,
      keyed: contract.keyed || contract.effect === "read",
      digest: bound.digest,
      policies: bound.decision.policies.map((policy) => policy.id),
      ...(call.approval && call.phase === "approved" ? { approvalId: call.approval.id } : {}),
    },
  };
  // A read changes nothing, so its start need not be on disk before it happens.
  if (contract.effect === "read") run.journal.later([started]);
  else if (call.phase !== "started") {
    const written = await run.journal.now([started]);
    if (!written.ok) return;
    if (run.state.cancelledBy !== null) {
      run.journal.later([
        finishedWith(run, call, fail("run.cancelled", "Cancelled before it ran.")),
      ]);
      return;
    }
  }
  if (!isDeclassified(run.state, bound)) {
    const why = fail("policy.denied", "The permission to share this was taken back.");
    run.journal.later([finishedWith(run, call, why)]);
    return;
  }
  const subRuns = subRunsOf(run, call);
  const output = await executeCall(run.deps.registry, permit, {
    callId: bound.callId,
    key: `${run.runId}/${bound.callId}`,
    digest: bound.digest,
    tool: bound.tool,
    arguments: bound.arguments,
    label: bound.label,
    actsAs: bound.granted.actsAs,
    principal: run.principal,
    agent: { id: run.version.agentId, name: run.version.spec.name, versionId: run.version.id },
    runId: run.runId,
    journal: journalWith(run, leavesOfCall(run.state, bound)),
    signal: contract.effect === "read" ? run.signal : run.actSignal,
    outputBytesMax: run.state.bounds?.toolOutputBytesMax ?? 1_000_000,
    citationsFrom: citationsSoFar(run, call),
    subRuns,
  });
  await subRuns.close();
  if (!output.ok && contract.effect === "read" && run.stopping.aborted) return;
  const durationMs = Math.round(run.deps.ctx.clock.monotonicMs() - began);
  run.journal.later([finished(run, bound, { output, durationMs })]);
}

/** Numbers of documents are unique in a run: each call of a turn takes the block that it may need. */
function citationsSoFar(run: Driving, call: CallState): number {
  let next = 1;
  for (const other of run.state.calls.values())
    if (other.step < call.step)
      for (const { number } of other.result?.citations ?? []) next = Math.max(next, number + 1);
  const turn = run.state.turns.find(({ step }) => step === call.step);
  for (const callId of turn?.callIds ?? []) {
    if (callId === call.callId) break;
    const tool = run.deps.registry.get(run.state.calls.get(callId)?.tool ?? "");
    next += tool?.citationsMax ?? CITATIONS_MAX;
  }
  return next;
}

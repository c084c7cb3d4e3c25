// Answers an approval: exactly what was shown, by someone who may, once.
import type { ApprovalCard, Hold, NewRunEvent, Principal } from "@stead/protocol";
import type { JsonObject } from "../lib/json.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { bindCall } from "./bind.ts";
import type { RunDeps } from "./deps.ts";
import { consentGiven } from "./consent-given.ts";
import { cardIn, plain, shownArguments } from "./body.ts";
import type { Driving } from "./driving.ts";
import { openForReading } from "./open.ts";
import { approvalRow, settleApproval } from "./approval/queries.ts";
import { clearedBy } from "./leave/agreed.ts";
import { declassifiedBy } from "./share/agreed.ts";
import { quorumMet, type ApprovalState, type CallState } from "./run.ts";

export interface AnswerInput {
  readonly principal: Principal;
  readonly approvalId: string;
  readonly answer: "approved" | "refused";
  /** The digest of the card that the person saw. */
  readonly digest: string;
  /** Given: the call is changed to these arguments before it is approved. */
  readonly arguments?: JsonObject | undefined;
  /** The values that were held are vouched for from now on, in this run. */
  readonly endorse?: boolean | undefined;
  readonly note: string;
}

/** Groups and roles, as questions name them. */
export function answerGroups(principal: Principal): string[] {
  return [...principal.groups, ...principal.roles.map((role) => `role:${role}`)];
}

/** The groups of the question that this person's answer counts for; a failure says why none. */
export function mayAnswer(
  principal: Principal,
  asker: string,
  approval: Pick<ApprovalState, "kind" | "approvers">,
): Result<string[]> {
  const isAsker = principal.personId === asker;
  if (approval.kind === "repeat" || approval.approvers.length === 0)
    return isAsker ? ok([]) : fail("policy.denied", "Only the person who asked can answer this.");
  const meets = approval.approvers
    .map(({ group }) => group)
    .filter((group) => answerGroups(principal).includes(group));
  if (meets.length === 0)
    return fail("policy.denied", "You are in none of the groups that may approve this.", {
      hint: `Ask ${approval.approvers.map(({ name, group }) => name ?? group).join(", ")}.`,
    });
  if (isAsker) return fail("approval.own", "You asked for this, so somebody else must approve it.");
  return ok(meets);
}

/** The run may move on while it is answered; the answer is then judged afresh. */
const TRIES_MAX = 5;

export async function answerApproval(
  deps: RunDeps,
  input: AnswerInput,
): Promise<Result<{ runId: string }>> {
  for (let tries = 1; ; tries++) {
    const done = await answerOnce(deps, input);
    if (done.ok || done.failure.code !== "request.conflict" || tries >= TRIES_MAX) return done;
  }
}

async function answerOnce(deps: RunDeps, input: AnswerInput): Promise<Result<{ runId: string }>> {
  const { ctx } = deps;
  const row = await approvalRow(ctx.db, ctx.orgId, input.approvalId);
  if (!row) return fail("resource.not_found", "There is no such approval.");
  const opened = await openForReading(deps, row.run_id);
  if (!opened.ok) return opened;
  const run = opened.value;
  const call = run.state.calls.get(row.call_id);
  const approval = call?.approval;
  if (!call || approval?.id !== input.approvalId) return answeredAlready();
  const meets = mayAnswer(input.principal, row.asker_id, approval);
  if (!meets.ok) return meets;
  const open = stillOpen(run, call, approval);
  if (!open.ok) return open;
  if (approval.yes.some((yes) => yes.by === input.principal.personId)) return answeredAlready();
  if (input.digest !== askedDigest(call, approval))
    return fail("approval.changed", "The call is no longer the one that was shown to you.", {
      hint: "Read the card again.",
    });
  const event = await answerEvent(run, { call, approval, input, meets: meets.value });
  if (!event.ok) return event;
  const log = deps.openLog(row.run_id, [row.asker_id, input.principal.personId]);
  const settled = settles(approval, event.value);
  const by = input.principal.personId;
  const isYes = settled && input.answer === "approved";
  const agreed = { approval, by };
  const given = isYes
    ? [...declassifiedBy(run.state, call, agreed), ...clearedBy(call, agreed)]
    : [];
  const done = await log.append(run.state.seq, [event.value, ...given], async (tx) => {
    const at = new Date(ctx.clock.now());
    if (settled) await settleApproval(tx, ctx.orgId, { id: row.id, state: input.answer, by, at });
    await deps.enqueue(tx, row.run_id);
    return ok();
  });
  if (!done.ok)
    return done.failure.code === "ledger.conflict"
      ? fail("request.conflict", "The run moved on at the same moment; look again.")
      : done;
  deps.kick();
  return ok({ runId: row.run_id });
}

/** What the person was shown: the call as it was asked about, or as an approver has changed it. */
function askedDigest(call: CallState, approval: ApprovalState): string {
  return approval.edited ? call.digest : approval.digest;
}

function answeredAlready(): Extract<Result<never>, { ok: false }> {
  return fail("approval.answered", "This approval has already been answered.");
}

function stillOpen(run: Driving, call: CallState, approval: ApprovalState): Result<void> {
  if (run.state.answer !== null) return fail("run.finished", "The run has already ended.");
  if (call.phase !== "asked") return answeredAlready();
  if (approval.expiresAtMs <= run.deps.ctx.clock.now())
    return fail("approval.expired", "This approval has expired; no answer is no.");
  if (run.state.cancelledBy !== null) return fail("run.cancelled", "The run was cancelled.");
  return ok();
}

function settles(approval: ApprovalState, event: NewRunEvent): boolean {
  if (event.type !== "approval.answered" || event.data.answer !== "approved") return true;
  const yes = event.data.edited ? [] : [...approval.yes];
  yes.push({ by: event.data.by ?? "", meets: event.data.meets });
  return quorumMet({ ...approval, yes });
}

async function answerEvent(
  run: Driving,
  given: { call: CallState; approval: ApprovalState; input: AnswerInput; meets: string[] },
): Promise<Result<NewRunEvent>> {
  const { call, approval, input, meets } = given;
  if (approval.kind === "consent" && input.answer === "approved") {
    const done = await consentGiven(run, call, input.arguments);
    if (!done.ok) return done;
  }
  const base = {
    callId: call.callId,
    tool: call.tool,
    approvalId: approval.id,
    by: input.principal.personId,
    meets,
  };
  const bodies = { note: input.note, byName: input.principal.name };
  if (input.answer === "refused" || input.arguments === undefined) {
    const endorsed = input.endorse && input.answer === "approved" ? heldOf(call) : [];
    const data = { ...base, answer: input.answer, digest: input.digest, edited: false };
    const vouched = endorsed.length > 0 ? { endorsed } : {};
    return ok({ type: "approval.answered", data: { ...data, ...vouched }, bodies });
  }
  // It asks whether to do the same again: who asked must not change what others approved.
  if (approval.kind === "repeat")
    return fail("request.invalid", "A repeat is of the same call; its arguments can't be changed.");
  if (call.decision?.declassifies || approval.sends.length > 0)
    return fail("request.invalid", "A yes is to exactly this; refuse it and have it asked anew.");
  // An edit is a new act: a new decision on it, which must not want more than this approver can give.
  const bound = await bindCall(run, { ...call, approval: { edited: true } }, input.arguments);
  if (!bound.ok) return bound;
  const { decision } = bound.value;
  if (decision.kind === "deny")
    return fail("policy.denied", `Policy does not allow the changed call. ${decision.reason}`);
  const still = mayAnswer(input.principal, run.principal.personId, {
    kind: approval.kind,
    approvers: decision.kind === "ask" ? decision.approvers : approval.approvers,
  });
  if (!still.ok) return still;
  return ok({
    type: "approval.answered",
    data: {
      ...base,
      meets: still.value,
      answer: "approved",
      digest: bound.value.digest,
      edited: true,
    },
    bodies: { ...bodies, arguments: bound.value.arguments },
  });
}

function heldOf({ decision }: CallState): { argument: string; kind: Hold["kind"] }[] {
  const holds = (decision?.holds ?? []).filter(({ argument }) => argument !== "");
  return holds.map(({ argument, kind }) => ({ argument, kind }));
}

/** The card as it stands now, for this reader. */
export function cardFor(run: Driving, call: CallState, reader: Principal): Result<ApprovalCard> {
  const asked = run.journal.committed.findLast(
    (event) => event.type === "approval.requested" && event.data.callId === call.callId,
  );
  if (asked?.type !== "approval.requested" || !call.approval)
    return fail("resource.not_found", "There is no such approval.");
  const stored = cardIn(asked.bodies);
  if (!stored) return fail("ledger.erased", "This card was erased.");
  const may = mayAnswer(reader, run.principal.personId, call.approval);
  const open = stillOpen(run, call, call.approval);
  const blocked = may.ok ? (open.ok ? null : open.failure.detail) : may.failure.detail;
  const digest = askedDigest(call, call.approval);
  return ok({ ...stored, ...answerOf(run, call), digest, blockedBecause: blocked });
}

function answerOf(run: Driving, call: CallState): Partial<ApprovalCard> {
  const said = lastAnswer(run, call);
  const back = run.journal.committed.findLast(
    (event) =>
      event.type === "label.declassification-revoked" &&
      event.data.approvalId === call.approval?.id,
  );
  if (back?.type !== "label.declassification-revoked") return said;
  const { by } = back.data;
  const { personId: id, name } = run.principal;
  const answeredBy = by === id ? { id, name } : said.answeredBy?.id === by ? said.answeredBy : null;
  const answeredAt = new Date(back.at).toISOString();
  return { ...said, state: "refused", answeredBy, answeredAt, note: "It was taken back." };
}

function lastAnswer(run: Driving, call: CallState): Partial<ApprovalCard> {
  const answer = run.journal.committed.findLast(
    (event) => event.type === "approval.answered" && event.data.approvalId === call.approval?.id,
  );
  if (answer?.type !== "approval.answered") {
    const ended = run.state.answer !== null;
    return { state: ended ? "void" : "requested" };
  }
  const { by, edited } = answer.data;
  // More people may be asked than have answered.
  const still = call.phase === "asked" && run.state.answer === null;
  return {
    state: still ? "requested" : answer.data.answer,
    edited,
    arguments: shownArguments(call.arguments),
    answeredBy: by === null ? null : { id: by, name: plain(answer.bodies, "byName") },
    answeredAt: new Date(answer.at).toISOString(),
    note: plain(answer.bodies, "note"),
  };
}

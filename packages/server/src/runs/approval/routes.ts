// Endpoints of approvals: the inbox, one card, an answer.
import type { Principal } from "@stead/protocol";
import type { Handlers } from "../../lib/handler.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { answerApproval, answerGroups, cardFor } from "../approve.ts";
import { seenCard } from "../card-seen.ts";
import type { RunDeps } from "../deps.ts";
import { openForReading } from "../open.ts";
import { cursorDate, nextAfter } from "../page.ts";
import { mayRevoke, revokeShare } from "../share/revoke.ts";
import { approvalRow, approvalsFor, type ApprovalTable } from "./queries.ts";

interface ApprovalRouteDeps extends RunDeps {
  /** Writes down that an auditor has read a run's bodies. */
  readonly recordReading: (reader: Principal, runId: string) => Promise<Result<void>>;
}

type Names = "approval.list" | "approval.get" | "approval.answer" | "approval.revoke";

export function approvalRoutes(deps: ApprovalRouteDeps): Pick<Handlers, Names> {
  const { db, orgId } = deps.ctx;
  const card = async (principal: Principal, id: string) => {
    const row = await approvalRow(db, orgId, id);
    if (!row || !(isAsked(principal, row) || principal.roles.includes("auditor")))
      return fail("resource.not_found", "There is no such approval, or it is not yours.");
    const run = await openForReading(deps, row.run_id);
    if (!run.ok) return run;
    const call = run.value.state.calls.get(row.call_id);
    if (call?.approval?.id !== id)
      return fail("approval.changed", "The call has changed since; there is a newer question.");
    const found = cardFor(run.value, call, principal);
    const revocable = mayRevoke(run.value, call, principal).ok;
    const whole = found.ok ? ok({ ...found.value, revocable }) : found;
    if (!whole.ok || isAsked(principal, row)) return seenCard(run.value, whole, principal);
    const recorded = await deps.recordReading(principal, row.run_id);
    return recorded.ok ? whole : recorded;
  };
  return {
    "approval.list": async ({ principal }, { query }) => {
      const rows = await approvalsFor(db, orgId, {
        personId: principal.personId,
        groups: answerGroups(principal),
        waiting: query.state === "requested",
        limit: query.limit,
        before: cursorDate(query.cursor),
      });
      const cards = await Promise.all(rows.map((row) => card(principal, row.id)));
      const items = cards.flatMap((each) => (each.ok ? [each.value] : []));
      return ok({ items, next: nextAfter(rows, query.limit, (row) => row.requested_at) });
    },
    "approval.get": ({ principal }, { params }) => card(principal, params.approvalId),
    "approval.answer": async ({ principal }, { params, body }) => {
      const approvalId = params.approvalId;
      const known = await card(principal, approvalId);
      if (!known.ok) return known;
      const { answer, digest, note, endorse } = body;
      const done = await answerApproval(deps, {
        principal,
        approvalId,
        answer,
        digest,
        note,
        endorse,
        arguments: body.arguments,
      });
      return done.ok ? card(principal, approvalId) : done;
    },
    "approval.revoke": async ({ principal }, { params }) => {
      const { approvalId } = params;
      const known = await card(principal, approvalId);
      if (!known.ok) return known;
      const done = await revokeShare(deps, principal, approvalId);
      return done.ok ? card(principal, approvalId) : done;
    },
  };
}

type Asked = Pick<ApprovalTable, "asker_id" | "groups">;

/** The person who asked, or one of those who were asked. */
function isAsked(reader: Principal, { asker_id: askerId, groups }: Asked): boolean {
  const own = answerGroups(reader);
  return askerId === reader.personId || groups.some((group) => own.includes(group));
}

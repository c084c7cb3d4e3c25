// Consent just in time: a call for which its asker has no account yet waits until they have signed in. Who
// consents is who asked, and nobody else; the link is good once, and for an hour.
import type { Principal } from "@stead/protocol";
import { fail, type Result } from "../lib/result.ts";
import { answerApproval } from "./approve.ts";
import { approvalRow, approvalsFor } from "./approval/queries.ts";
import { cardIn } from "./body.ts";
import type { RunDeps } from "./deps.ts";
import type { Driving } from "./driving.ts";
import { openForReading } from "./open.ts";

const OPEN_MAX = 200;

export interface ConsentPorts {
  /** Where to send the browser; null: what was filled in is the account. */
  readonly link: (
    principal: Principal,
    sourceId: string,
    fields: Readonly<Record<string, string>> | undefined,
  ) => Promise<Result<{ url: string | null }>>;
  /** Writes down that somebody else came with the link. */
  readonly recordMisdirected: (by: Principal, link: Misdirected) => Promise<Result<void>>;
}

export interface Misdirected {
  readonly approvalId: string;
  readonly runId: string;
  readonly askerId: string;
}

/** Whoever opens the link of somebody else gets nothing, and it is written down who it was. */
export async function beginConsent(
  deps: RunDeps & ConsentPorts,
  wish: {
    readonly principal: Principal;
    readonly approvalId: string;
    readonly fields: Readonly<Record<string, string>> | undefined;
  },
): Promise<Result<{ url: string | null }>> {
  const { principal, approvalId, fields } = wish;
  const { db, orgId, clock } = deps.ctx;
  const row = await approvalRow(db, orgId, approvalId);
  if (!row) return noSuchQuestion();
  if (row.asker_id !== principal.personId) {
    const link = { approvalId, runId: row.run_id, askerId: row.asker_id };
    const recorded = await deps.recordMisdirected(principal, link);
    if (!recorded.ok) return recorded;
    return noSuchQuestion();
  }
  if (row.state !== "requested")
    return fail("approval.answered", "This link was used already; ask again.");
  if (row.expires_at.getTime() <= clock.now())
    return fail("approval.expired", "This link has expired; ask again.");
  const opened = await openForReading(deps, row.run_id);
  if (!opened.ok) return opened;
  const sourceId = askedSource(opened.value, row.call_id, approvalId);
  if (sourceId === undefined) return fail("request.invalid", "This is no question of consent.");
  const begun = await deps.link(principal, sourceId, fields);
  // What was filled in is there at once; a sign-in comes back by way of the provider.
  if (begun.ok && begun.value.url === null) await consented(deps, principal);
  return begun;
}

/** Whether there is one is the asker's to know. */
function noSuchQuestion(): Extract<Result<never>, { ok: false }> {
  return fail("resource.not_found", "There is no such question to you.", {
    hint: "Only the person who asked can consent.",
  });
}

function askedSource(run: Driving, callId: string, approvalId: string): string | undefined {
  const asked = run.journal.committed.findLast(
    (event) => event.type === "approval.requested" && event.data.approvalId === approvalId,
  );
  const open = run.state.calls.get(callId)?.approval?.id === approvalId;
  return asked && open ? cardIn(asked.bodies)?.consent?.sourceId : undefined;
}

/** A person has signed in: whatever waited for it goes on by itself. */
export async function consented(deps: RunDeps, principal: Principal): Promise<void> {
  const { db, orgId } = deps.ctx;
  const { personId } = principal;
  const page = { personId, groups: [], waiting: true, limit: OPEN_MAX, before: undefined };
  for (const row of await approvalsFor(db, orgId, page)) {
    const run = await openForReading(deps, row.run_id);
    const approval = run.ok ? run.value.state.calls.get(row.call_id)?.approval : undefined;
    if (row.asker_id !== personId || approval?.id !== row.id || approval.kind !== "consent")
      continue;
    const { digest, id: approvalId } = approval;
    // One that waits for another account is refused, and waits on.
    await answerApproval(deps, { principal, approvalId, answer: "approved", digest, note: "" });
  }
}

// All SQL of approvals: the rows that inboxes read. The truth stands in the runs' logs.
import { sql } from "kysely";
import type { Db } from "../../store/db.ts";

export interface ApprovalTable {
  org_id: string;
  id: string;
  run_id: string;
  call_id: string;
  asker_id: string;
  groups: string[];
  state: string;
  requested_at: Date;
  expires_at: Date;
  answered_at: Date | null;
  answered_by: string | null;
}
declare module "../../store/db.ts" {
  interface Tables {
    approval: ApprovalTable;
  }
}

/** Once made, a row changes only by its answer. */
export async function ensureApproval(db: Db, approval: ApprovalTable): Promise<void> {
  await db
    .insertInto("approval")
    .values(approval)
    .onConflict((c) => c.columns(["org_id", "id"]).doNothing())
    .execute();
}

export async function approvalRow(
  db: Db,
  orgId: string,
  id: string,
): Promise<ApprovalTable | undefined> {
  return db
    .selectFrom("approval")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .executeTakeFirst();
}

export async function approvalsOfRun(
  db: Db,
  orgId: string,
  runId: string,
): Promise<ApprovalTable[]> {
  return db
    .selectFrom("approval")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("run_id", "=", runId)
    .limit(1000)
    .execute();
}

/** Approvals that the person may answer (one of the groups is theirs) or has asked for. */
export async function approvalsFor(
  db: Db,
  orgId: string,
  page: {
    personId: string;
    groups: readonly string[];
    waiting: boolean;
    limit: number;
    before: Date | undefined;
  },
): Promise<ApprovalTable[]> {
  let query = db
    .selectFrom("approval")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("state", page.waiting ? "=" : "<>", "requested")
    .where((e) =>
      e.or([
        e("asker_id", "=", page.personId),
        sql<boolean>`groups && ${[...page.groups]}::text[]`,
      ]),
    );
  if (page.before) query = query.where("requested_at", "<", page.before);
  return query.orderBy("requested_at", "desc").limit(page.limit).execute();
}

export async function settleApproval(
  db: Db,
  orgId: string,
  answer: { id: string; state: string; by: string | null; at: Date },
): Promise<void> {
  await db
    .updateTable("approval")
    .set({ state: answer.state, answered_by: answer.by, answered_at: answer.at })
    .where("org_id", "=", orgId)
    .where("id", "=", answer.id)
    .execute();
}

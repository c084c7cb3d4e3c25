// All SQL of runs: the rows that lists and inboxes read. The truth stands in the ledger.
import type { RunStatus, Usage } from "@stead/protocol";
import { sql } from "kysely";
import type { Rider } from "../ledger/event.ts";
import type { Db } from "../store/db.ts";

export interface ThreadTable {
  org_id: string;
  id: string;
  person_id: string;
  agent_id: string;
  updated_at: Date;
}
export interface RunTable {
  org_id: string;
  id: string;
  thread_id: string;
  agent_id: string;
  version_id: string;
  person_id: string;
  status: string;
  trial: boolean;
  started_at: Date;
  ended_at: Date | null;
  steps: number;
  usage: Usage;
}
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
export interface LiveTextTable {
  org_id: string;
  run_id: string;
  step: number;
  attempt: number;
  text: string;
  reasoning: string;
}
declare module "../store/db.ts" {
  interface Tables {
    thread: ThreadTable;
    run: RunTable;
    approval: ApprovalTable;
    live_text: LiveTextTable;
  }
}

export type RunRow = RunTable;

export async function threadOf(
  db: Db,
  orgId: string,
  id: string,
): Promise<ThreadTable | undefined> {
  return db
    .selectFrom("thread")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .executeTakeFirst();
}

export async function threadsOf(
  db: Db,
  orgId: string,
  page: { personId: string; limit: number; before: Date | undefined },
): Promise<ThreadTable[]> {
  let query = db
    .selectFrom("thread")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("person_id", "=", page.personId);
  if (page.before) query = query.where("updated_at", "<", page.before);
  return query.orderBy("updated_at", "desc").limit(page.limit).execute();
}

/** The driver writes a plain object as text, which a jsonb column takes. */
function jsonb(usage: Usage) {
  return sql<Usage>`${JSON.stringify(usage)}::jsonb`;
}

/** A run with its thread, made or carried on. */
export async function insertRun(db: Db, run: RunTable): Promise<void> {
  await db
    .with("threaded", (make) =>
      make
        .insertInto("thread")
        .values({
          org_id: run.org_id,
          id: run.thread_id,
          person_id: run.person_id,
          agent_id: run.agent_id,
          updated_at: run.started_at,
        })
        .onConflict((c) => c.columns(["org_id", "id"]).doUpdateSet({ updated_at: run.started_at })),
    )
    .insertInto("run")
    .values({ ...run, usage: jsonb(run.usage) })
    .execute();
}

export interface RunChange {
  readonly id: string;
  readonly status: RunStatus;
  readonly steps: number;
  readonly usage: Usage;
  readonly endedAt: Date | null;
}

export async function updateRun(db: Db, orgId: string, run: RunChange): Promise<void> {
  await db
    .updateTable("run")
    .set({
      status: run.status,
      steps: run.steps,
      usage: jsonb(run.usage),
      ended_at: run.endedAt,
    })
    .where("org_id", "=", orgId)
    .where("id", "=", run.id)
    .execute();
}

/** The end of a run, as a rider on its last event; the text under way goes with it. */
export function endOfRun(orgId: string, run: RunChange): Rider {
  return {
    name: "run_end",
    ctes: (n) => `
      ended as (
        update run set status = $${n + 2}, steps = $${n + 3}::integer, usage = $${n + 4}::jsonb,
          ended_at = $${n + 5}::timestamptz
        where org_id = $${n} and id = $${n + 1}
      ), silenced as (
        delete from live_text where org_id = $${n} and run_id = $${n + 1}
      )`,
    values: [orgId, run.id, run.status, run.steps, JSON.stringify(run.usage), run.endedAt],
  };
}

/** For lists; a run that waits again or has ended meanwhile is left as it is. */
export async function markRunning(db: Db, orgId: string, ids: readonly string[]): Promise<void> {
  await db
    .updateTable("run")
    .set({ status: "running" })
    .where("org_id", "=", orgId)
    .where("id", "=", sql<string>`any(${[...ids]})`)
    .where("status", "in", ["queued", "waiting"])
    .execute();
}

export async function runRow(db: Db, orgId: string, id: string): Promise<RunRow | undefined> {
  return db
    .selectFrom("run")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .executeTakeFirst();
}

export interface RunFilter {
  readonly limit: number;
  readonly before?: Date | undefined;
  readonly status?: RunStatus | undefined;
  readonly agentId?: string | undefined;
  /** Only this person's. */
  readonly personId?: string | undefined;
}

export async function runRows(db: Db, orgId: string, filter: RunFilter): Promise<RunRow[]> {
  let query = db.selectFrom("run").selectAll().where("org_id", "=", orgId);
  if (filter.personId) query = query.where("person_id", "=", filter.personId);
  if (filter.status) query = query.where("status", "=", filter.status);
  if (filter.agentId) query = query.where("agent_id", "=", filter.agentId);
  if (filter.before) query = query.where("started_at", "<", filter.before);
  return query.orderBy("started_at", "desc").limit(filter.limit).execute();
}

export async function runsOfThread(db: Db, orgId: string, threadId: string): Promise<RunRow[]> {
  return db
    .selectFrom("run")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("thread_id", "=", threadId)
    .orderBy("started_at")
    .limit(500)
    .execute();
}

/** Runs of a person that have not ended. Locks their rows' count against a race of two starts. */
export async function countGoing(db: Db, orgId: string, personId: string): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${orgId}:${personId}`}, 300))`.execute(
    db,
  );
  const row = await db
    .selectFrom("run")
    .select((s) => s.fn.countAll<number>().as("count"))
    .where("org_id", "=", orgId)
    .where("person_id", "=", personId)
    .where("ended_at", "is", null)
    .executeTakeFirstOrThrow();
  return row.count;
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

export async function saveLiveText(db: Db, row: LiveTextTable): Promise<void> {
  // Not once the run has ended: its end has removed the text, and waits for nobody.
  const { org_id, run_id, step, attempt, text, reasoning } = row;
  await sql`
    insert into live_text (org_id, run_id, step, attempt, text, reasoning)
    select org_id, id, ${step}::integer, ${attempt}::integer, ${text}::text, ${reasoning}::text
    from run where org_id = ${org_id} and id = ${run_id} and ended_at is null for share
    on conflict (org_id, run_id) do update set step = excluded.step, attempt = excluded.attempt,
      text = excluded.text, reasoning = excluded.reasoning`.execute(db);
}

export async function liveTextOf(
  db: Db,
  orgId: string,
  runId: string,
): Promise<LiveTextTable | undefined> {
  return db
    .selectFrom("live_text")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("run_id", "=", runId)
    .executeTakeFirst();
}

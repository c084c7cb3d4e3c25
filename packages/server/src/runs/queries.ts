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
  /** The run that asked for this as a part of its work. */
  sub_run_of: string | null;
}
declare module "../store/db.ts" {
  interface Tables {
    thread: ThreadTable;
    run: RunTable;
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
  let query = db
    .selectFrom("run")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("sub_run_of", "is", null);
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
    .where("sub_run_of", "is", null)
    .orderBy("started_at")
    .limit(500)
    .execute();
}

/** Runs of a person that have not ended: going, queued or waiting. Their sub-runs end with them. */
export async function openRunsOf(db: Db, orgId: string, personId: string): Promise<string[]> {
  const rows = await db
    .selectFrom("run")
    .select("id")
    .where("org_id", "=", orgId)
    .where("person_id", "=", personId)
    .where("ended_at", "is", null)
    .where("sub_run_of", "is", null)
    .execute();
  return rows.map(({ id }) => id);
}

export async function openSubRunsOf(db: Db, orgId: string, runId: string): Promise<string[]> {
  const rows = await db
    .selectFrom("run")
    .select("id")
    .where("org_id", "=", orgId)
    .where("sub_run_of", "=", runId)
    .where("ended_at", "is", null)
    .execute();
  return rows.map(({ id }) => id);
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
    .where("sub_run_of", "is", null)
    .executeTakeFirstOrThrow();
  return row.count;
}

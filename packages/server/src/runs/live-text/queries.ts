// All SQL of the text under way, which one process writes so that others can show it.
import { sql } from "kysely";
import type { Db } from "../../store/db.ts";

export interface LiveTextTable {
  org_id: string;
  run_id: string;
  step: number;
  attempt: number;
  text: string;
  reasoning: string;
}
declare module "../../store/db.ts" {
  interface Tables {
    live_text: LiveTextTable;
  }
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

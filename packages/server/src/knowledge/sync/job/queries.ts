// All SQL of the jobs of sync: asked for, taken by a worker, checkpointed, put off.
import { sql } from "kysely";
import type { Db } from "../../../store/db.ts";
import type { SyncKind } from "../deps.ts";
import type { Checkpoint, Counts, Job, JobState } from "./job.ts";

export const SYNC_CHANNEL = "stead_sync";

export interface SourceScope {
  readonly db: Db;
  readonly orgId: string;
  readonly sourceId: string;
}

/** One change of a source's items at a time, whoever makes it. Held to the transaction's end. */
export async function lockSource({ db, orgId, sourceId }: SourceScope): Promise<void> {
  await sql`
    select pg_advisory_xact_lock(hashtextextended(${`sync ${orgId} ${sourceId}`}, 0))`.execute(db);
}

/** The number and time of an asking that begins after this call. */
export async function nextReading(db: Db): Promise<{ no: number; at: Date }> {
  const { rows } = await sql<{ no: number; at: Date }>`
    select nextval('sync_reading') as no, clock_timestamp() as at`.execute(db);
  const [row] = rows;
  if (!row) throw new Error("a sequence has a next number");
  return row;
}

/** Due now, also when they had failed; what is half done goes on where it was. */
export async function requestJobs(scope: SourceScope, kinds: readonly SyncKind[]): Promise<void> {
  const { db, orgId, sourceId } = scope;
  await lockSource(scope);
  await sql`
    insert into sync_job as job (org_id, source_id, kind)
    select ${orgId}, ${sourceId}, kind from unnest(${[...kinds]}::text[]) kind
    on conflict (org_id, source_id, kind) do update set due_at = now(), again = true,
      state = 'idle', error_code = null, error = null, tries = 0,
      ended_at = case when job.kind = 'changes' then null else job.ended_at end`.execute(db);
  await wake(db);
}

/** Due now unless they wait for the source, or for a person. */
export async function wakeJobs(
  { db, orgId, sourceId }: SourceScope,
  kinds: readonly SyncKind[],
): Promise<void> {
  if (kinds.length === 0) return;
  await sql`
    update sync_job set again = true,
      due_at = case when state = 'idle' then now() else due_at end
    where org_id = ${orgId} and source_id = ${sourceId} and kind = any (${[...kinds]})
    `.execute(db);
  await wake(db);
}

/** Every process looks for work when the transaction commits. */
async function wake(db: Db): Promise<void> {
  await sql`select pg_notify(${SYNC_CHANNEL}, '')`.execute(db);
}

export async function readJob(
  { db, orgId, sourceId }: SourceScope,
  kind: SyncKind,
): Promise<Job | undefined> {
  const { rows } = await sql<Job>`
    select source_id as "sourceId", kind, state, cursor, counts, tries, version, generation,
      began_no as "beganNo",
      coalesce(ended_at >= began_at, began_at is null) as "isAtRest",
      (extract(epoch from clock_timestamp() - ended_at) * 1000)::float8 as "sinceMs"
    from sync_job where org_id = ${orgId} and source_id = ${sourceId} and kind = ${kind}
    `.execute(db);
  return rows[0];
}

const dueIn = (nextMs: number | null) =>
  sql`due_at = case when again then now()
    else now() + ${nextMs}::float8 * interval '1 millisecond' end`;

/** It goes on for as long as there is something to do, and then rests. */
function isPassless({ kind }: Job): boolean {
  return kind === "content" || kind === "access";
}

/**
 * False when another worker has come further meanwhile: then nothing of this step may be committed. A pass
 * that ended is due again at once if it was asked for while it was on its way.
 */
export async function checkpoint(
  { db, orgId }: { db: Db; orgId: string },
  job: Job,
  change: Checkpoint,
): Promise<boolean> {
  const { cursor, counts, begins, works, ends, rests } = change;
  const sets = [
    sql`version = version + 1, state = 'idle', tries = 0, error = null,
    error_code = null`,
  ];
  if (cursor !== undefined) sets.push(sql`cursor = ${cursor}`);
  if (counts !== undefined) sets.push(sql`counts = ${JSON.stringify(counts)}::jsonb`);
  if (works && job.isAtRest) sets.push(sql`began_at = now(), ended_at = null`);
  if (begins)
    sets.push(sql`generation = ${begins.generation}, began_no = ${begins.beganNo},
      began_at = ${begins.at}, again = false`);
  if (ends) {
    const { freshAt, nextMs } = ends;
    const fresh =
      freshAt === "began" ? sql`began_at` : sql`coalesce(${freshAt}::timestamptz, fresh_at)`;
    sets.push(sql`ended_at = now(), ${dueIn(nextMs)}, fresh_at = ${fresh}`);
    if (!begins) sets.push(sql`again = false`);
  } else if (rests) {
    sets.push(sql`${dueIn(rests.nextMs)}, again = false`);
    if (isPassless(job) && !job.isAtRest) sets.push(sql`ended_at = now()`);
  } else sets.push(sql`due_at = now()`);
  const { rows } = await sql`
    update sync_job set ${sql.join(sets)}
    where org_id = ${orgId} and source_id = ${job.sourceId} and kind = ${job.kind}
      and version = ${job.version} and began_no = ${job.beganNo} returning version`.execute(db);
  return rows.length === 1;
}

/** Nobody has come further with it, or taken it away, since it was read. */
export async function isUnderWay({ db, orgId, sourceId }: SourceScope, job: Job): Promise<boolean> {
  const { rows } = await sql`
    select from sync_job where org_id = ${orgId} and source_id = ${sourceId} and kind = ${job.kind}
      and version = ${job.version} and began_no = ${job.beganNo}`.execute(db);
  return rows.length === 1;
}

/** The step failed: due again later, or not before somebody asks. What had been reached stays. */
export async function putOff(
  { db, orgId, sourceId }: SourceScope,
  kind: SyncKind,
  why: { state: JobState; code: string; detail: string; dueMs: number | null },
): Promise<void> {
  const due = why.dueMs === null ? sql`null` : sql`now() + ${why.dueMs} * interval '1 millisecond'`;
  await sql`
    update sync_job set state = ${why.state}, error_code = ${why.code}, error = ${why.detail},
      tries = tries + 1, due_at = ${due}
    where org_id = ${orgId} and source_id = ${sourceId} and kind = ${kind}`.execute(db);
}

/** Not worked on until it is asked for again. */
export async function park({ db, orgId, sourceId }: SourceScope, kind: SyncKind): Promise<void> {
  await sql`
    update sync_job set due_at = null where org_id = ${orgId} and source_id = ${sourceId}
      and kind = ${kind}`.execute(db);
}

export interface Claim {
  readonly sourceId: string;
  readonly kind: SyncKind;
}

/** The next due job of these kinds that nobody works on; a dead worker's is free when its lease ends. */
export async function claimJob(
  db: Db,
  orgId: string,
  by: { workerId: string; kinds: readonly SyncKind[]; leaseMs: number },
): Promise<Claim | undefined> {
  const { rows } = await sql<Claim>`
    update sync_job set worker_id = ${by.workerId},
      lease_until = now() + ${by.leaseMs} * interval '1 millisecond'
    where (org_id, source_id, kind) = (
      select org_id, source_id, kind from sync_job
      where org_id = ${orgId} and kind = any (${[...by.kinds]}) and due_at <= now()
        and (lease_until is null or lease_until < now())
      order by due_at, source_id, array_position(${[...by.kinds]}::text[], kind)
      limit 1 for update skip locked)
    returning source_id as "sourceId", kind`.execute(db);
  return rows[0];
}

export async function extendLeases(
  db: Db,
  orgId: string,
  by: { workerId: string; leaseMs: number },
): Promise<void> {
  await sql`
    update sync_job set lease_until = now() + ${by.leaseMs} * interval '1 millisecond'
    where (org_id, source_id, kind) in (
      select org_id, source_id, kind from sync_job
      where org_id = ${orgId} and worker_id = ${by.workerId} for update skip locked)`.execute(db);
}

export async function releaseJob(
  db: Db,
  orgId: string,
  { workerId, sourceId, kind }: Claim & { workerId: string },
): Promise<void> {
  await sql`
    update sync_job set worker_id = null, lease_until = null
    where org_id = ${orgId} and source_id = ${sourceId} and kind = ${kind}
      and worker_id = ${workerId}`.execute(db);
}

/** Where to begin to ask for changes, if it is not known yet. */
export async function setFirstCursor(
  { db, orgId, sourceId }: SourceScope,
  cursor: string,
  freshAt: Date,
): Promise<void> {
  await sql`
    update sync_job set cursor = ${cursor}, fresh_at = ${freshAt}
    where org_id = ${orgId} and source_id = ${sourceId} and kind = 'changes' and cursor is null
    `.execute(db);
}

export interface JobView {
  readonly kind: SyncKind;
  readonly state: JobState;
  readonly isWorking: boolean;
  readonly isUnderWay: boolean;
  readonly counts: Counts;
  readonly errorCode: string | null;
  readonly error: string | null;
  readonly dueAt: Date | null;
  readonly beganAt: Date | null;
  readonly endedAt: Date | null;
  readonly freshAt: Date | null;
}

export async function jobsOf({ db, orgId, sourceId }: SourceScope): Promise<JobView[]> {
  const { rows } = await sql<JobView>`
    select kind, state, coalesce(lease_until > now(), false) as "isWorking",
      case kind when 'changes' then coalesce((counts ->> 'more')::int, 0) > 0
        when 'content' then began_at is not null and ended_at is null
        when 'access' then began_at is not null and ended_at is null
        else cursor is not null end as "isUnderWay", counts, error_code as "errorCode", error,
      due_at as "dueAt", began_at as "beganAt", ended_at as "endedAt", fresh_at as "freshAt"
    from sync_job where org_id = ${orgId} and source_id = ${sourceId}
    order by kind`.execute(db);
  return rows;
}

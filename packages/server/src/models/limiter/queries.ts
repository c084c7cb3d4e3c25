// All SQL of the limiter: one locked row a credential, with the database's own clock.
import { sql } from "kysely";
import type { Db } from "../../store/db.ts";
import { withTx } from "../../store/tx.ts";
import type { BucketState } from "./bucket.ts";

export interface ModelLimitTable {
  org_id: string;
  credential: string;
  state: BucketState;
}
declare module "../../store/db.ts" {
  interface Tables {
    model_limit: ModelLimitTable;
  }
}

export interface LimitKey {
  readonly orgId: string;
  readonly credential: string;
}

/** Changes the state under its lock; `change` gets undefined the first time. */
export async function changeLimit<T>(
  db: Db,
  key: LimitKey,
  change: (state: BucketState | undefined, nowMs: number) => { state: BucketState; granted: T },
): Promise<T> {
  return withTx(db, async (tx) => {
    await sql`
      insert into model_limit (org_id, credential, state) values (${key.orgId}, ${key.credential}, '{}')
      on conflict do nothing`.execute(tx);
    const { rows } = await sql<{ state: BucketState | Record<string, never>; now: number }>`
      select state, (extract(epoch from clock_timestamp()) * 1000)::float8 as now
      from model_limit where org_id = ${key.orgId} and credential = ${key.credential} for update`.execute(
      tx,
    );
    const [row] = rows;
    const nowMs = row?.now ?? 0;
    const { state, granted } = change(row && isState(row.state) ? row.state : undefined, nowMs);
    await sql`
      update model_limit set state = ${JSON.stringify(state)}::jsonb
      where org_id = ${key.orgId} and credential = ${key.credential}`.execute(tx);
    return granted;
  });
}

function isState(state: BucketState | Record<string, never>): state is BucketState {
  return "filledAtMs" in state;
}

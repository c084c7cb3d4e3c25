// SQL over the ledger's egress events: where data went, and which paths are not gated.
import { sql } from "kysely";
import type { Ctx } from "../store/context.ts";

type Scope = Pick<Ctx, "db" | "orgId">;

/** One way to a destination: what it is to us, and what else it goes by. */
export interface WayRow {
  readonly destination: string;
  readonly kind: string | null;
  readonly name: string | null;
  readonly sends: number;
  readonly bytes: number;
  readonly failures: number;
  readonly at: number;
}

const WAYS_MAX = 2_000;

/**
 * A send that nobody settled counts as a failure: its process died, or it is still under way. One
 * grouping puts each beside what settled it: a join would look through its stream for each.
 */
export async function selectWays({ db, orgId }: Scope): Promise<WayRow[]> {
  const found = await sql<WayRow>`
    with send as (
      select max(data->>'destination') as destination, max(data->>'kind') as kind,
             max(data->>'name') as name, max(at) filter (where type = 'egress.sent') as at,
             max((data->>'bytes')::bigint) filter (where type = 'egress.sent') as bytes,
             coalesce(bool_or(type = 'egress.settled' and data->>'code' is null
               and coalesce((data->>'status')::int, 0) < 400), false) as good
      from event where org_id = ${orgId} and type in ('egress.sent', 'egress.settled')
      group by stream, data->>'sendId'
    )
    select destination, kind, name, count(*) as sends, coalesce(sum(bytes), 0)::bigint as bytes,
           count(*) filter (where not good) as failures, max(at) as at
    from send where destination is not null
    group by 1, 2, 3 order by at desc limit ${WAYS_MAX}`.execute(db);
  return found.rows;
}

export interface UngatedRow {
  readonly path: string;
  readonly why: string;
  readonly at: number;
  /** When a child of this path was first started without a network after that; null: it is open. */
  readonly until: number | null;
}

const PATHS_MAX = 1_000;

export async function selectUngated({ db, orgId }: Scope): Promise<UngatedRow[]> {
  const found = await sql<UngatedRow>`
    with opened as (
      select data->>'path' as path, data->>'why' as why, min(at) as at, max(seq) as seq
      from event
      where org_id = ${orgId} and stream = 'egress' and type = 'egress.ungated-opened'
      group by 1, 2 order by 3 limit ${PATHS_MAX}
    )
    select o.path, o.why, o.at, (
      select c.at from event c
      where c.org_id = ${orgId} and c.stream = 'egress' and c.type = 'egress.ungated-closed'
        and c.data->>'path' = o.path and c.seq > o.seq
      order by c.seq limit 1
    ) as until
    from opened o order by o.at`.execute(db);
  return found.rows;
}

// SQL of the log of sends: the ledger's events with what came of them and for whom they were.
import { sql } from "kysely";
import type { Db } from "../../store/db.ts";

export interface Wanted {
  readonly orgId: string;
  readonly destination: string | null;
  readonly class: string | null;
  readonly person: string | null;
  readonly run: string | null;
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly only: "failed" | "replaced" | null;
  /** The last send of the page before. */
  readonly after: { readonly at: number; readonly stream: string; readonly seq: number } | null;
  readonly limit: number;
}

export interface LoggedRow {
  readonly stream: string;
  readonly seq: number;
  readonly at: number;
  readonly data: string;
  readonly bodies: number;
  readonly settled: string | null;
  readonly person_id: string | null;
  readonly person_name: string | null;
}

/** Newest first. What settles a send comes after it in its stream: it is looked for last. */
export async function selectLogged(db: Db, wanted: Wanted): Promise<LoggedRow[]> {
  const { orgId, destination, class: of, person, run, fromMs, toMs, only, after } = wanted;
  // One look at all of them: beside each send it would be looked for among all of its stream.
  const failed = sql`and (e.stream, e.seq) in (
    select stream, min(seq) from event
    where org_id = ${orgId} and type in ('egress.sent', 'egress.settled')
    group by stream, data->>'sendId'
    having not bool_or(type = 'egress.settled' and data->>'code' is null
      and coalesce((data->>'status')::int, 0) < 400))`;
  const { rows } = await sql<LoggedRow>`
    with page as materialized (
      select e.org_id, e.stream, e.seq, e.at, e.data, e.bodies, r.person_id
      from event e
      left join run r on r.org_id = e.org_id and r.id = e.stream
      where e.org_id = ${orgId} and e.type = 'egress.sent'
        and (${run}::text is null or e.stream = ${run})
        and (${destination}::text is null or e.data->>'destination' = ${destination})
        and (${person}::text is null or r.person_id = ${person})
        and (${of}::text is null or e.data->'classes' ? ${of} or e.data->'found' ? ${of}
          or e.data->'replaced' @> jsonb_build_array(jsonb_build_object('class', ${of}::text)))
        and (${fromMs}::bigint is null or e.at >= ${fromMs})
        and (${toMs}::bigint is null or e.at <= ${toMs})
        and (${only}::text is distinct from 'replaced' or e.data ? 'replaced')
        ${only === "failed" ? failed : sql``}
        and (${after?.at ?? null}::bigint is null or (e.at, e.stream, e.seq)
          < (${after?.at ?? null}, ${after?.stream ?? null}::text, ${after?.seq ?? null}::bigint))
      order by e.at desc, e.stream desc, e.seq desc limit ${wanted.limit}
    )
    select e.stream, e.seq, e.at, e.data::text as data, jsonb_array_length(e.bodies) as bodies,
      s.data::text as settled, e.person_id, p.name as person_name
    from page e
    left join person p on p.org_id = e.org_id and p.id = e.person_id
    left join lateral (
      select t.data from event t
      where t.org_id = e.org_id and t.stream = e.stream and t.seq > e.seq
        and t.type = 'egress.settled' and t.data->>'sendId' = e.data->>'sendId'
      order by t.seq limit 1
    ) s on true
    order by e.at desc, e.stream desc, e.seq desc`.execute(db);
  return rows;
}

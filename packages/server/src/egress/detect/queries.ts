// All SQL of detection: the organisation's own patterns.
import { sql } from "kysely";
import type { Db } from "../../store/db.ts";
import type { PatternWish } from "./own.ts";

interface Scope {
  readonly db: Db;
  readonly orgId: string;
}

export interface PatternRow extends PatternWish {
  readonly setBy: string;
  readonly setAt: Date;
}

export async function selectPatterns({ db, orgId }: Scope): Promise<PatternRow[]> {
  const { rows } = await sql<PatternRow>`
    select name, class, source, set_by as "setBy", set_at as "setAt"
    from detector_pattern where org_id = ${orgId} order by name`.execute(db);
  return rows;
}

export async function writePattern({ db, orgId }: Scope, row: PatternRow): Promise<void> {
  const { name, class: of, source, setBy, setAt } = row;
  await sql`
    insert into detector_pattern (org_id, name, class, source, set_by, set_at)
    values (${orgId}, ${name}, ${of}, ${source}, ${setBy}, ${setAt})
    on conflict (org_id, name) do update set class = excluded.class, source = excluded.source,
      set_by = excluded.set_by, set_at = excluded.set_at`.execute(db);
}

/** False: there was none. */
export async function deletePattern({ db, orgId }: Scope, name: string): Promise<boolean> {
  const { rows } = await sql<{ name: string }>`
    delete from detector_pattern where org_id = ${orgId} and name = ${name}
    returning name`.execute(db);
  return rows.length > 0;
}

// All SQL of what sources have to be asked about.
import { sql } from "kysely";
import type { Db } from "../../store/db.ts";

interface Scope {
  readonly db: Db;
  readonly orgId: string;
}

/** Of these items, those of which the source has said nothing lately about this person. */
export async function unansweredOf(
  { db, orgId }: Scope,
  of: { readonly sourceId: string; readonly personId: string; readonly items: readonly string[] },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from unnest(${[...of.items]}::text[]) id where not exists (
      select from source_answer said where said.org_id = ${orgId}
        and said.source_id = ${of.sourceId} and said.item_id = id
        and said.person_id = ${of.personId} and said.fresh_until > clock_timestamp())`.execute(db);
  return rows.map((row) => row.id);
}

export async function classesOfDocuments(
  { db, orgId }: Scope,
  ids: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct class_id as id from document
    where org_id = ${orgId} and id = any (${[...ids]})`.execute(db);
  return rows.map((row) => row.id);
}

export interface Place {
  readonly path: string;
  readonly id: string;
}

export interface Candidate extends Place {
  readonly classId: string;
}

/** Documents of these sources in the order of their paths, whoever may read them. */
export async function documentsAfter(
  { db, orgId }: Scope,
  asked: {
    readonly sources: readonly string[];
    readonly folder: string;
    readonly after: Place;
    readonly limit: number;
  },
): Promise<Candidate[]> {
  const { sources, folder, after, limit } = asked;
  const { rows } = await sql<Candidate>`
    select path, id, class_id as "classId" from document
    where org_id = ${orgId} and source_id = any (${[...sources]})
      and (path, id) > (${after.path}, ${after.id}) and starts_with(path, ${folder})
    order by path, id limit ${limit}`.execute(db);
  return rows;
}

/** Of what the source has said of this person, what will be believed no longer so soon. */
export async function endingAnswers(
  { db, orgId }: Scope,
  of: {
    readonly sourceId: string;
    readonly personId: string;
    readonly withinMs: number;
    readonly limit: number;
  },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select item_id as id from source_answer
    where org_id = ${orgId} and source_id = ${of.sourceId} and person_id = ${of.personId}
      and fresh_until > clock_timestamp()
      and fresh_until < clock_timestamp() + ${of.withinMs} * interval '1 millisecond'
    order by fresh_until limit ${of.limit}`.execute(db);
  return rows.map((row) => row.id);
}

export async function pathOf({ db, orgId }: Scope, id: string): Promise<string | undefined> {
  const { rows } = await sql<{ path: string }>`
    select path from document where org_id = ${orgId} and id = ${id}`.execute(db);
  return rows[0]?.path;
}

// All SQL of the search index: what changed, and what stands there now.
import { sql } from "kysely";
import type { Db } from "../../store/db.ts";
import type { Section } from "../text/text.ts";
import { parseSections } from "./sections.ts";

interface Scope {
  readonly db: Db;
  readonly orgId: string;
}

/** Everything that an older transaction than this did is visible, or never will be. */
export async function horizonNow({ db }: Pick<Scope, "db">): Promise<string> {
  const { rows } = await sql<{ horizon: string }>`
    select pg_snapshot_xmin(pg_current_snapshot())::text as horizon`.execute(db);
  return rows[0]?.horizon ?? "0";
}

export interface FeedRow {
  readonly seq: number;
  readonly xid: string;
  readonly kind: "document" | "documents" | "class" | "classes" | "people";
  readonly key: string;
}

/** What transactions from the horizon on did, as far as it is visible, after the given row. */
export async function changesSince(
  { db, orgId }: Scope,
  from: { readonly horizon: string; readonly seq: number; readonly limit: number },
): Promise<FeedRow[]> {
  const { rows } = await sql<FeedRow>`
    select seq, xid::text, kind, key from index_change
    where org_id = ${orgId} and (xid, seq) > (${from.horizon}::xid8, ${from.seq})
    order by xid, seq limit ${from.limit}`.execute(db);
  return rows;
}

/** Whoever has not read them by then looks at everything anew. */
export async function dropOldChanges({ db, orgId }: Scope, olderThanMs: number): Promise<void> {
  await sql`
    delete from index_change
    where org_id = ${orgId} and at < now() - ${olderThanMs} * interval '1 millisecond'`.execute(db);
}

export interface DocumentPlace {
  readonly id: string;
  readonly stamp: string;
  readonly classId: string;
  readonly sourceId: string;
}

export async function placesOf(
  { db, orgId }: Scope,
  ids: readonly string[],
): Promise<DocumentPlace[]> {
  const { rows } = await sql<DocumentPlace>`
    select id, stamp::text, class_id as "classId", source_id as "sourceId" from document
    where org_id = ${orgId} and id = any (${[...ids]}) order by id`.execute(db);
  return rows;
}

export async function placesAfter(
  { db, orgId }: Scope,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<DocumentPlace[]> {
  const { rows } = await sql<DocumentPlace>`
    select id, stamp::text, class_id as "classId", source_id as "sourceId" from document
    where org_id = ${orgId} and id > ${after} order by id limit ${limit}`.execute(db);
  return rows;
}

export interface DocumentText extends DocumentPlace {
  readonly title: string;
  readonly text: string;
  readonly sections: readonly Section[];
}

export async function textsOf(
  { db, orgId }: Scope,
  ids: readonly string[],
): Promise<DocumentText[]> {
  const { rows } = await sql<Omit<DocumentText, "sections"> & { sections: unknown }>`
    select id, stamp::text, class_id as "classId", source_id as "sourceId", title, text, sections
    from document where org_id = ${orgId} and id = any (${[...ids]}) order by id`.execute(db);
  return rows.map((row) => ({ ...row, sections: parseSections(row.sections) }));
}

export interface ClassReaders {
  readonly id: string;
  /** Null until it has been worked out again. */
  readonly people: Uint8Array | null;
}

export async function readersOfClasses(
  { db, orgId }: Scope,
  ids: readonly string[],
): Promise<ClassReaders[]> {
  const { rows } = await sql<ClassReaders>`
    select class_id as id, people from class_reader
    where org_id = ${orgId} and class_id = any (${[...ids]})`.execute(db);
  return rows;
}

export async function readersAfter(
  { db, orgId }: Scope,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<ClassReaders[]> {
  const { rows } = await sql<ClassReaders>`
    select class_id as id, people from class_reader
    where org_id = ${orgId} and class_id > ${after} order by class_id limit ${limit}`.execute(db);
  return rows;
}

export async function personNumbers({
  db,
  orgId,
}: Scope): Promise<{ id: string; number: number }[]> {
  const { rows } = await sql<{ id: string; number: number }>`
    select person_id as id, number from person_number where org_id = ${orgId}`.execute(db);
  return rows;
}

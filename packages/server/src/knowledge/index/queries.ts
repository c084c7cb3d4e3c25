// All SQL of the search index: what changed, and what stands there now.
import { sql } from "kysely";
import type { Db } from "../../store/db.ts";
import { FORM } from "../chunk/passage.ts";
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

/** What makes vectors; empty: nothing does. */
export async function meaningKey({ db, orgId }: Scope): Promise<string> {
  const { rows } = await sql<{ key: string }>`
    select key from search_meaning where org_id = ${orgId}`.execute(db);
  return rows[0]?.key ?? "";
}

export interface DocumentPlace {
  readonly id: string;
  readonly stamp: string;
  readonly classId: string;
  readonly sourceId: string;
  /** Of its vectors; empty while there are none. */
  readonly version: string;
}

/** Documents with their vectors, where these are of the present text and of the present model. */
const withVectors = ({ orgId }: Scope, key: string) => sql`
  document d left join document_vector v on v.org_id = ${orgId} and v.document_id = d.id
    and v.key = ${key} and v.form = ${FORM} and v.stamp = d.stamp and v.whole`;
const PLACE = sql`d.id, d.stamp::text, d.class_id as "classId", d.source_id as "sourceId",
  coalesce(v.version::text, '') as version`;

export async function placesOf(
  scope: Scope,
  { key, ids }: { readonly key: string; readonly ids: readonly string[] },
): Promise<DocumentPlace[]> {
  const { rows } = await sql<DocumentPlace>`
    select ${PLACE} from ${withVectors(scope, key)}
    where d.org_id = ${scope.orgId} and d.id = any (${[...ids]}) order by d.id`.execute(scope.db);
  return rows;
}

export async function placesAfter(
  scope: Scope,
  { key, after, limit }: { readonly key: string; readonly after: string; readonly limit: number },
): Promise<DocumentPlace[]> {
  const { rows } = await sql<DocumentPlace>`
    select ${PLACE} from ${withVectors(scope, key)}
    where d.org_id = ${scope.orgId} and d.id > ${after} order by d.id limit ${limit}`.execute(
    scope.db,
  );
  return rows;
}

export interface DocumentVectors {
  readonly id: string;
  readonly stamp: string;
  readonly version: string;
  /** Of all its passages, one after the other. */
  readonly numbers: Int8Array;
}

export async function vectorsOf(
  scope: Scope,
  { key, ids }: { readonly key: string; readonly ids: readonly string[] },
): Promise<DocumentVectors[]> {
  const { rows } = await sql<Omit<DocumentVectors, "numbers"> & { bytes: Uint8Array }>`
    select d.id, d.stamp::text, v.version::text, v.vectors as bytes
    from ${withVectors(scope, key)}
    where d.org_id = ${scope.orgId} and d.id = any (${[...ids]}) and v.whole`.execute(scope.db);
  // A copy of its own: what the driver gives is a part of something larger, which would go along.
  return rows.map(({ bytes, ...row }) => ({ ...row, numbers: Int8Array.from(bytes) }));
}

export interface DocumentText extends Omit<DocumentPlace, "version"> {
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

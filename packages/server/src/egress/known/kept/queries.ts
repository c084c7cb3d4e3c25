// All SQL of the registry: its sources, and their pages of sealed values.
import { sql } from "kysely";
import type { Db } from "../../../store/db.ts";

export interface Scope {
  readonly db: Db;
  readonly orgId: string;
}

interface SourceTable {
  org_id: string;
  id: string;
  name: string;
  kind: "csv" | "directory" | "connector";
  /** JSON. */
  columns: unknown;
  generation: string;
  records: number | string;
  fed_by: string;
  fed_at: Date;
}

interface PageTable {
  org_id: string;
  source_id: string;
  generation: string;
  number: number;
  records: number;
  sealed: Buffer;
  wrapped: Buffer;
  written_at: Date;
}

declare module "../../../store/db.ts" {
  interface Tables {
    known_source: SourceTable;
    known_page: PageTable;
  }
}

export type SourceRow = SourceTable & { readonly records: number };
export type PageRow = PageTable;

export async function selectKnownSources({ db, orgId }: Scope): Promise<SourceRow[]> {
  const rows = await db
    .selectFrom("known_source")
    .selectAll()
    .where("org_id", "=", orgId)
    .orderBy("name")
    .execute();
  return rows.map((row) => ({ ...row, records: Number(row.records) }));
}

/** What is put in force for a source, and what takes it away, comes one after the other. */
export async function lockKnown({ db, orgId }: Scope, sourceId: string): Promise<void> {
  await sql`
    select pg_advisory_xact_lock(hashtextextended(${`known ${orgId} ${sourceId}`}, 0))`.execute(db);
}

export async function insertPage({ db }: Pick<Scope, "db">, row: PageRow): Promise<void> {
  await db.insertInto("known_page").values(row).execute();
}

/** The next pages of a generation, by number. */
export async function selectPages(
  { db, orgId }: Scope,
  at: { readonly sourceId: string; readonly generation: string; readonly after: number },
): Promise<PageRow[]> {
  return db
    .selectFrom("known_page")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("source_id", "=", at.sourceId)
    .where("generation", "=", at.generation)
    .where("number", ">", at.after)
    .orderBy("number")
    .limit(16)
    .execute();
}

export interface PageCounts {
  readonly pages: number;
  readonly records: number;
}

export async function countPages(
  { db, orgId }: Scope,
  sourceId: string,
  generation: string,
): Promise<PageCounts> {
  const { rows } = await sql<PageCounts>`
    select count(*)::float8 as pages, coalesce(sum(records), 0)::float8 as records
    from known_page
    where org_id = ${orgId} and source_id = ${sourceId} and generation = ${generation}`.execute(db);
  return rows[0] ?? { pages: 0, records: 0 };
}

export async function selectPage(
  { db, orgId }: Scope,
  at: { readonly sourceId: string; readonly generation: string; readonly number: number },
): Promise<PageRow | undefined> {
  return db
    .selectFrom("known_page")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("source_id", "=", at.sourceId)
    .where("generation", "=", at.generation)
    .where("number", "=", at.number)
    .executeTakeFirst();
}

/**
 * Puts a generation in force, and takes the pages of all others away, of imports under way too: two that come
 * at once are not mixed.
 */
export async function enforceSource({ db, orgId }: Scope, row: SourceRow): Promise<void> {
  const columns = JSON.stringify(row.columns);
  const { org_id: _org, id: _id, ...set } = { ...row, columns };
  await db
    .insertInto("known_source")
    .values({ ...row, columns })
    .onConflict((c) => c.columns(["org_id", "id"]).doUpdateSet(set))
    .execute();
  await db
    .deleteFrom("known_page")
    .where("org_id", "=", orgId)
    .where("source_id", "=", row.id)
    .where("generation", "!=", row.generation)
    .execute();
  await deleteUploads({ db, orgId }, row.id);
}

async function deleteUploads({ db, orgId }: Scope, sourceId: string): Promise<void> {
  await db
    .deleteFrom("known_upload")
    .where("org_id", "=", orgId)
    .where("source_id", "=", sourceId)
    .execute();
}

/** With what feeds it; false where there is neither. In a transaction of the caller's. */
export async function deleteSource({ db, orgId }: Scope, sourceId: string): Promise<boolean> {
  await lockKnown({ db, orgId }, sourceId);
  const { rows: feeds } = await sql`
    delete from known_feed where org_id = ${orgId} and 'known_' || source_id = ${sourceId}
    returning source_id`.execute(db);
  const gone = await db
    .deleteFrom("known_source")
    .where("org_id", "=", orgId)
    .where("id", "=", sourceId)
    .executeTakeFirst();
  await db
    .deleteFrom("known_page")
    .where("org_id", "=", orgId)
    .where("source_id", "=", sourceId)
    .execute();
  await deleteUploads({ db, orgId }, sourceId);
  return gone.numDeletedRows > 0 || feeds.length > 0;
}

/** Pages of a feed that never ended. */
export async function deletePages(
  { db, orgId }: Scope,
  sourceId: string,
  generation: string,
): Promise<void> {
  await db
    .deleteFrom("known_page")
    .where("org_id", "=", orgId)
    .where("source_id", "=", sourceId)
    .where("generation", "=", generation)
    .execute();
}

export interface DirectoryRow {
  readonly name: string;
  readonly email: string;
}

/** The organisation's own people, those who left included. */
export async function selectDirectory({ db, orgId }: Scope): Promise<DirectoryRow[]> {
  const { rows } = await sql<DirectoryRow>`
    select name, email from person where org_id = ${orgId} order by id`.execute(db);
  return rows;
}

// All SQL of imports in parts.
import { sql } from "kysely";
import type { Column } from "../../automaton.ts";
import type { Scope } from "../queries.ts";

interface UploadTable {
  org_id: string;
  /** The generation that its pages are of. */
  id: string;
  source_id: string;
  name: string;
  /** JSON. */
  columns: unknown;
  parts: number;
  pages: number;
  records: number;
  begun_by: string;
  written_at: Date;
}

declare module "../../../../store/db.ts" {
  interface Tables {
    known_upload: UploadTable;
  }
}

export type UploadRow = UploadTable;

export async function insertUpload(
  { db, orgId }: Scope,
  row: Omit<UploadRow, "org_id" | "columns" | "parts" | "pages" | "records"> & {
    readonly columns: readonly Column[];
  },
): Promise<void> {
  const columns = JSON.stringify(row.columns);
  const rest = { org_id: orgId, parts: 0, pages: 0, records: 0 };
  await db
    .insertInto("known_upload")
    .values({ ...row, ...rest, columns })
    .execute();
}

/** Held to the end of the transaction: of two parts that come at once one is the first. */
export async function lockUpload({ db, orgId }: Scope, id: string): Promise<UploadRow | undefined> {
  return db
    .selectFrom("known_upload")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .forUpdate()
    .executeTakeFirst();
}

export async function selectUploads({ db, orgId }: Scope): Promise<UploadRow[]> {
  return db
    .selectFrom("known_upload")
    .selectAll()
    .where("org_id", "=", orgId)
    .orderBy("name")
    .execute();
}

export async function advanceUpload(
  { db, orgId }: Scope,
  id: string,
  by: { readonly pages: number; readonly records: number; readonly at: Date },
): Promise<void> {
  await db
    .updateTable("known_upload")
    .set((of) => ({
      parts: of("parts", "+", 1),
      pages: of("pages", "+", by.pages),
      records: of("records", "+", by.records),
      written_at: by.at,
    }))
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .execute();
}

/** Imports whose last part came before `before`, and pages of no import, no reading and not in force. */
export async function sweepUploads({ db, orgId }: Scope, before: Date): Promise<number> {
  await db
    .deleteFrom("known_upload")
    .where("org_id", "=", orgId)
    .where("written_at", "<", before)
    .execute();
  const { rows } = await sql`
    delete from known_page page where org_id = ${orgId} and written_at < ${before}
      and not exists (select from known_source source where source.org_id = page.org_id
        and source.id = page.source_id and source.generation = page.generation)
      and not exists (select from known_upload upload where upload.org_id = page.org_id
        and upload.id = page.generation)
      and not exists (select from known_feed feed where feed.org_id = page.org_id
        and feed.generation = page.generation and feed.lease_until >= ${before})
    returning page.number`.execute(db);
  return rows.length;
}

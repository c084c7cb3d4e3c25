// All SQL of knowledge. Whoever searches gets what they may read: the filter is in the query.
import { trustSchema } from "@stead/protocol";
import { sql } from "kysely";
import type { Db } from "../store/db.ts";
import type { Document } from "./document.ts";

export interface DocumentTable {
  org_id: string;
  id: string;
  title: string;
  path: string;
  revision: string;
  text: string;
  class_id: string;
  classes: string[];
  trust: string;
  updated_at: Date;
}
declare module "../store/db.ts" {
  interface Tables {
    document: DocumentTable;
  }
}

export async function upsertDocument(db: Db, orgId: string, document: Document): Promise<void> {
  const row: DocumentTable = {
    org_id: orgId,
    id: document.id,
    title: document.title,
    path: document.path,
    revision: document.revision,
    text: document.text,
    class_id: document.classId,
    classes: [...document.classes],
    trust: document.trust,
    updated_at: document.updatedAt,
  };
  const { org_id: _org, id: _id, ...changed } = row;
  await db
    .insertInto("document")
    .values(row)
    .onConflict((c) => c.columns(["org_id", "id"]).doUpdateSet(changed))
    .execute();
}

/**
 * Full text, any of the words, best first. A row is found only through the person's own readable
 * classes: what they may not read is not ranked, not counted, not touched.
 */
export async function findDocuments(
  db: Db,
  orgId: string,
  asked: { personId: string; query: string; limit: number },
): Promise<(Document & { score: number })[]> {
  const { personId, query, limit } = asked;
  const found = await sql<DocumentTable & { score: number }>`
    with asked as (
      select replace(plainto_tsquery('english', ${query})::text, '&', '|')::tsquery as words
    )
    select d.org_id, d.id, d.title, d.path, d.revision, d.text, d.class_id, d.classes, d.trust,
           d.updated_at, ts_rank_cd(d.words, asked.words) as score
    from document d
    join person_class p
      on p.org_id = d.org_id and p.class_id = d.class_id and p.person_id = ${personId}
    cross join asked
    where d.org_id = ${orgId} and d.words @@ asked.words
    order by score desc, d.id
    limit ${limit}`.execute(db);
  return found.rows.map((row) => ({ ...fromRow(row), score: row.score }));
}

export async function documentOf(db: Db, orgId: string, id: string): Promise<Document | undefined> {
  const row = await db
    .selectFrom("document")
    .select(["org_id", "id", "title", "path", "revision", "text", "class_id", "classes"])
    .select(["trust", "updated_at"])
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .executeTakeFirst();
  return row && fromRow(row);
}

function fromRow(row: DocumentTable): Document {
  return {
    id: row.id,
    title: row.title,
    path: row.path,
    revision: row.revision,
    text: row.text,
    classId: row.class_id,
    classes: row.classes,
    trust: trustSchema.parse(row.trust),
    updatedAt: row.updated_at,
  };
}

// All SQL of documents. What a person gets of a list is filtered in the query, and checked again by the caller.
import { trustSchema, type Trust } from "@stead/protocol";
import { sql, type ColumnType } from "kysely";
import type { Db } from "../store/db.ts";
import type { Document, DocumentInput } from "./document.ts";
import { parseSections } from "./index/sections.ts";

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
  source_id: string;
  external_id: string | null;
  url: string | null;
  media_type: string;
  sections: unknown;
}
declare module "../store/db.ts" {
  interface Tables {
    document: Omit<DocumentTable, "sections"> & { sections: ColumnType<unknown, string> };
  }
}

export async function upsertDocument(
  db: Db,
  orgId: string,
  document: DocumentInput,
): Promise<void> {
  const row = {
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
    source_id: document.sourceId ?? "",
    external_id: document.externalId ?? null,
    url: document.url ?? null,
    media_type: document.mediaType ?? "text/plain",
    sections: JSON.stringify(document.sections ?? []),
  };
  const { org_id: _org, id: _id, ...changed } = row;
  await db
    .insertInto("document")
    .values(row)
    .onConflict((c) => c.columns(["org_id", "id"]).doUpdateSet(changed))
    .execute();
}

const COLUMNS = [
  "org_id",
  "id",
  "title",
  "path",
  "revision",
  "text",
  "class_id",
  "classes",
  "trust",
  "updated_at",
  "source_id",
  "external_id",
  "url",
  "media_type",
  "sections",
] as const;

export async function documentOf(db: Db, orgId: string, id: string): Promise<Document | undefined> {
  const [found] = await documentsOf(db, orgId, [id]);
  return found?.document;
}

/** With the stamp that says which text it is. */
export async function documentsOf(
  db: Db,
  orgId: string,
  ids: readonly string[],
): Promise<{ document: Document; stamp: string }[]> {
  const rows = await db
    .selectFrom("document")
    .select([...COLUMNS, sql<string>`stamp::text`.as("stamp")])
    .where("org_id", "=", orgId)
    .where("id", "in", [...ids])
    .execute();
  return rows.map((row) => ({ document: fromRow(row), stamp: row.stamp }));
}

export interface DocumentEntry {
  readonly id: string;
  readonly title: string;
  readonly path: string;
  readonly sourceId: string;
  readonly url: string | null;
  readonly mediaType: string;
  readonly classId: string;
  /** Data classes. */
  readonly classes: readonly string[];
  readonly trust: Trust;
  readonly updatedAt: Date;
  /** How long its text is. */
  readonly chars: number;
}

/** In the order of their paths, those that the person's table of classes has. */
export async function entriesAfter(
  db: Db,
  orgId: string,
  asked: {
    readonly personId: string;
    readonly sourceId?: string;
    readonly folder: string;
    readonly after: { readonly path: string; readonly id: string };
    readonly until?: { readonly path: string; readonly id: string };
    readonly limit: number;
  },
): Promise<DocumentEntry[]> {
  const { personId, sourceId, folder, after, until, limit } = asked;
  const { rows } = await sql<DocumentEntry>`
    select d.id, d.title, d.path, d.source_id as "sourceId", d.url, d.media_type as "mediaType",
           d.class_id as "classId", d.classes, d.trust, d.updated_at as "updatedAt",
           length(d.text) as chars
    from document d
    join person_class p
      on p.org_id = d.org_id and p.class_id = d.class_id and p.person_id = ${personId}
    where d.org_id = ${orgId} and (d.path, d.id) > (${after.path}, ${after.id})
      and starts_with(d.path, ${folder})
      ${sourceId === undefined ? sql`` : sql`and d.source_id = ${sourceId}`}
      ${until === undefined ? sql`` : sql`and (d.path, d.id) <= (${until.path}, ${until.id})`}
    order by d.path, d.id
    limit ${limit}`.execute(db);
  return rows;
}

/** Sources in which this person has an account, and of which nobody reads anything: too old, or never whole. */
export async function closedSourcesOf(
  db: Db,
  orgId: string,
  personId: string,
): Promise<{ sourceId: string; name: string }[]> {
  const { rows } = await sql<{ sourceId: string; name: string }>`
    select source.id as "sourceId", source.name from source
    join source_state state on state.org_id = source.org_id and state.source_id = source.id
      and state.closed
    join identity_link link on link.org_id = source.org_id and link.source_id = source.id
      and link.person_id = ${personId}
    where source.org_id = ${orgId} order by source.name`.execute(db);
  return rows;
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
    sourceId: row.source_id,
    externalId: row.external_id,
    url: row.url,
    mediaType: row.media_type,
    sections: parseSections(row.sections),
  };
}

// All SQL of items: what a source holds, where it stands and who may read it.
import { sql } from "kysely";
import { documentIdOf, type ItemInput } from "./item.ts";
import type { SourceScope } from "./job/queries.ts";

export interface Reading {
  /** The number of the asking. */
  readonly no: number;
  /** The whole listing that this is of; otherwise what is known of them stays. */
  readonly generation: number | null;
}

export interface Written {
  readonly id: string;
  /** New, or with other permissions or in another place than before. */
  readonly isMoved: boolean;
}

/** What a later asking knows better is left as it is, and so is what is gone since. */
export async function writeItems(
  { db, orgId, sourceId }: SourceScope,
  items: readonly ItemInput[],
  { no, generation }: Reading,
): Promise<Written[]> {
  const { rows } = await sql<Written>`
    with given as (
      select * from jsonb_to_recordset(${JSON.stringify(items)}::jsonb) given (id text,
        "parentId" text, kind text, title text, path text, url text, "mediaType" text,
        bytes bigint, revision text, "updatedAt" timestamptz, access text, classes text[])
      where not exists (select from sync_seen gone where gone.org_id = ${orgId}
        and gone.source_id = ${sourceId} and gone.kind = 'gone' and gone.id = given.id
        and gone.read_no > ${no})
    )
    insert into item as known (org_id, source_id, id, parent_id, kind, title, path, url,
        media_type, bytes, revision, updated_at, access, classes, class_id, read_no, access_no,
        generation, state)
      select ${orgId}, ${sourceId}, id, "parentId", kind, title, path, url, "mediaType", bytes,
        revision, "updatedAt", access::jsonb, classes, '', ${no}, ${no}, ${generation ?? 0},
        case when kind = 'document' then 'pending' else 'none' end
      from given
      on conflict (org_id, source_id, id) do update set parent_id = excluded.parent_id,
        kind = excluded.kind, title = excluded.title, path = excluded.path, url = excluded.url,
        media_type = excluded.media_type, bytes = excluded.bytes, revision = excluded.revision,
        updated_at = excluded.updated_at, access = excluded.access, classes = excluded.classes,
        read_no = excluded.read_no,
        access_no = case when known.reread is distinct from 'closed' and known.class_id <> ''
          and known.access = excluded.access
          and known.parent_id is not distinct from excluded.parent_id
          and known.kind = excluded.kind then known.access_no else excluded.access_no end,
        generation = greatest(known.generation, excluded.generation),
        reread = null,
        state = case when excluded.kind = 'container' then 'none'
          when known.kind = excluded.kind and known.revision = excluded.revision
            and known.state <> 'none' then known.state else 'pending' end,
        tries = case when known.revision = excluded.revision then known.tries else 0 end,
        due_at = case when known.revision = excluded.revision then known.due_at else now() end
      where known.read_no <= excluded.read_no
    returning id, access_no = ${no} as "isMoved"`.execute(db);
  const written = new Set(rows.map(({ id }) => id));
  await refreshDocuments(
    { db, orgId, sourceId },
    items.filter(({ id }) => written.has(id)),
  );
  return rows;
}

/** How many of these the listing has named already. */
export async function namedBy(
  { db, orgId, sourceId }: SourceScope,
  ids: readonly string[],
  generation: number,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from item where org_id = ${orgId} and source_id = ${sourceId}
      and id = any (${[...ids]}) and generation = ${generation}`.execute(db);
  return rows[0]?.count ?? 0;
}

/** Names and places of documents follow their items at once; texts follow when they are read. */
async function refreshDocuments(
  { db, orgId, sourceId }: SourceScope,
  items: readonly ItemInput[],
): Promise<void> {
  const given = items.map((item) => ({ ...item, docId: documentIdOf(sourceId, item.id) }));
  const documents = given.filter(({ kind }) => kind === "document");
  const ids = documents.map(({ docId }) => docId);
  if (ids.length > 0)
    await sql`
      update document d set title = given.title, path = given.path, url = given.url,
        classes = given.classes, updated_at = given."updatedAt"
      from jsonb_to_recordset(${JSON.stringify(documents)}::jsonb) given ("docId" text, title text,
        path text, url text, classes text[], "updatedAt" timestamptz)
      where d.org_id = ${orgId} and d.id = any (${ids}) and d.id = given."docId"
        and (d.title, d.path, d.url, d.classes, d.updated_at) is distinct from
          (given.title, given.path, given.url, given.classes, given."updatedAt")`.execute(db);
  const containers = given.filter(({ kind }) => kind === "container");
  if (containers.length > 0)
    await sql`
      delete from document where org_id = ${orgId}
        and id = any (${containers.map(({ docId }) => docId)})`.execute(db);
}

export interface RightsRow {
  readonly id: string;
  readonly parentId: string | null;
  readonly access: unknown;
  readonly classId: string;
  readonly accessFailure: string | null;
  readonly isClosed: boolean;
}

const RIGHTS = sql`id, parent_id as "parentId", access, class_id as "classId",
  access_failure as "accessFailure", coalesce(reread = 'closed', false) as "isClosed"`;

export async function rightsOf(
  { db, orgId, sourceId }: SourceScope,
  ids: readonly string[],
): Promise<RightsRow[]> {
  const { rows } = await sql<RightsRow>`
    select ${RIGHTS} from item
    where org_id = ${orgId} and source_id = ${sourceId} and id = any (${[...ids]})`.execute(db);
  return rows;
}

/** Everything that these are in, and what that is in; ends also where parents go in a circle. */
export async function ancestorsOf(
  { db, orgId, sourceId }: SourceScope,
  parents: readonly string[],
): Promise<RightsRow[]> {
  const { rows } = await sql<RightsRow>`
    with recursive above (id) as (
      select unnest(${[...parents]}::text[])
      union
      select i.parent_id from above join item i on i.org_id = ${orgId}
        and i.source_id = ${sourceId} and i.id = above.id
      where i.parent_id is not null
    )
    select ${RIGHTS} from item
    where org_id = ${orgId} and source_id = ${sourceId} and id in (select id from above)
    `.execute(db);
  return rows;
}

/** Ends also where parents go in a circle. What is closed until it is read stays so, and all in it. */
function below({ orgId, sourceId }: SourceScope, ids: readonly string[], past = "closed") {
  const which = sql`i.org_id = ${orgId} and i.source_id = ${sourceId}
    and i.reread is distinct from ${past}`;
  return sql`below (id) as (
      select i.id from item i where ${which} and i.parent_id = any (${[...ids]})
      union
      select i.id from below join item i on ${which} and i.parent_id = below.id
    )`;
}

/** What is in these, at any depth: at most `limit` ids. */
export async function idsBelow(
  scope: SourceScope,
  ids: readonly string[],
  limit: number,
): Promise<string[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<{ id: string }>`
    with recursive ${below(scope, ids)} select id from below limit ${limit}`.execute(scope.db);
  return rows.map(({ id }) => id);
}

/** Nobody reads what is in these any more, until its class has been worked out again. */
export async function closeBelow(
  scope: SourceScope,
  ids: readonly string[],
  closed: string,
): Promise<void> {
  const { db, orgId, sourceId } = scope;
  await sql`
    with recursive ${below(scope, ids)}
    update item set class_id = ${closed}, recompute = true
    where org_id = ${orgId} and source_id = ${sourceId} and id in (select id from below)
    `.execute(db);
  await sql`
    with recursive ${below(scope, ids)} ${closeDocuments(scope, closed)}
      and external_id in (select id from below)`.execute(db);
}

/** After the items' own statement, which waits for contents on their way: so this one sees them. */
function closeDocuments({ orgId, sourceId }: SourceScope, closed: string) {
  return sql`
    update document set class_id = ${closed} where org_id = ${orgId} and source_id = ${sourceId}
      and external_id is not null and class_id <> ${closed}`;
}

/**
 * What is in this has to be asked for again. What was read before its permissions or place last changed is
 * closed until then; with `all` everything is.
 */
export async function rereadBelow(
  scope: SourceScope,
  id: string,
  { closed, all }: { closed: string; all: boolean },
): Promise<void> {
  const { db, orgId, sourceId } = scope;
  await sql`
    with recursive ${below(scope, [id], "")}, marked as (
      update item i set due_at = now(), tries = 0,
        reread = case when ${all} or i.reread = 'closed' or i.read_no < coalesce(
          (select top.access_no from item top where top.org_id = ${orgId}
            and top.source_id = ${sourceId} and top.id = ${id}), i.read_no + 1)
          then 'closed' else 'later' end
      where org_id = ${orgId} and source_id = ${sourceId} and id in (select id from below)
      returning id
    )
    select count(*) from marked`.execute(db);
  await sql`
    with recursive ${below(scope, [id], "")}
    update item set class_id = ${closed}
    where org_id = ${orgId} and source_id = ${sourceId} and reread = 'closed'
      and id in (select id from below)`.execute(db);
  await sql`
    with recursive ${below(scope, [id], "")}, shut (id) as (
      select i.id from item i join below on i.id = below.id
      where i.org_id = ${orgId} and i.source_id = ${sourceId} and i.reread = 'closed'
    )
    ${closeDocuments(scope, closed)} and external_id in (select id from shut)`.execute(db);
}

/** This item itself has to be asked for again before anybody reads it. */
export async function closeItem(
  { db, orgId, sourceId }: SourceScope,
  id: string,
  closed: string,
): Promise<boolean> {
  const { rows } = await sql`
    update item set reread = 'closed', class_id = ${closed}, due_at = now(), tries = 0
    where org_id = ${orgId} and source_id = ${sourceId} and id = ${id} returning id`.execute(db);
  await sql`
    ${closeDocuments({ db, orgId, sourceId }, closed)} and external_id = ${id}`.execute(db);
  return rows.length > 0;
}

export interface ClassRow {
  readonly id: string;
  readonly classId: string;
  readonly failure: string | null;
}

/** An item and its document always have the same class. */
export async function writeClasses(
  { db, orgId, sourceId }: SourceScope,
  classes: readonly ClassRow[],
): Promise<void> {
  const ids = classes.map(({ id }) => id);
  const rows = classes.map((row) => ({ ...row, docId: documentIdOf(sourceId, row.id) }));
  const docIds = rows.map(({ docId }) => docId);
  const given = sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
    given (id text, "docId" text, "classId" text, failure text)`;
  await sql`
    update item i set class_id = given."classId", access_failure = given.failure, recompute = false
    from ${given} where i.org_id = ${orgId} and i.source_id = ${sourceId}
      and i.id = any (${ids}) and i.id = given.id
      and (i.recompute or (i.class_id, i.access_failure)
        is distinct from (given."classId", given.failure))`.execute(db);
  await sql`
    update document d set class_id = given."classId" from ${given}
    where d.org_id = ${orgId} and d.id = any (${docIds}) and d.id = given."docId"
      and d.class_id <> given."classId"`.execute(db);
}

export async function toRecompute(
  { db, orgId, sourceId }: SourceScope,
  limit: number,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from item where org_id = ${orgId} and source_id = ${sourceId} and recompute
    order by id limit ${limit}`.execute(db);
  return rows.map(({ id }) => id);
}

/** Those that are closed until they are read come first. */
export async function toReread(
  { db, orgId, sourceId }: SourceScope,
  limit: number,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from item where org_id = ${orgId} and source_id = ${sourceId}
      and reread is not null and due_at <= now()
    order by reread, due_at, id limit ${limit}`.execute(db);
  return rows.map(({ id }) => id);
}

/** It could not be read: it stays closed where it was, and its turn comes later. */
export async function rereadLater(
  { db, orgId, sourceId }: SourceScope,
  id: string,
  { detail, waitMs }: { detail: string; waitMs: number },
): Promise<void> {
  await sql`
    update item set tries = tries + 1, access_failure = ${detail},
      due_at = now() + ${waitMs} * interval '1 millisecond'
    where org_id = ${orgId} and source_id = ${sourceId} and id = ${id} and reread is not null
    `.execute(db);
}

/** When the next of them is due, in milliseconds from now; null when none waits. */
export async function nextRereadMs({ db, orgId, sourceId }: SourceScope): Promise<number | null> {
  const { rows } = await sql<{ ms: number; count: number }>`
    select (extract(epoch from greatest(min(due_at), now()) - now()) * 1000)::float8 as ms,
    count(*) from item
    where org_id = ${orgId} and source_id = ${sourceId} and reread is not null`.execute(db);
  const [row] = rows;
  return row && row.count > 0 ? row.ms : null;
}

/** Gone: rows, documents, and a note of it for whoever asked before. True for those that were there. */
export async function deleteItems(
  { db, orgId, sourceId }: SourceScope,
  ids: readonly string[],
  no: number,
): Promise<void> {
  const which = sql`org_id = ${orgId} and source_id = ${sourceId}`;
  await sql`
    insert into sync_seen as known (org_id, source_id, kind, id, read_no)
    select ${orgId}, ${sourceId}, 'gone', id, ${no} from unnest(${[...ids]}::text[]) id
    on conflict (org_id, source_id, kind, id) do update
      set read_no = greatest(known.read_no, excluded.read_no), at = now()`.execute(db);
  const { rows } = await sql<{ id: string }>`
    delete from item where ${which} and id = any (${[...ids]}) and read_no <= ${no} returning id
    `.execute(db);
  await sql`
    delete from document where ${which} and external_id = any (${rows.map(({ id }) => id)})
    `.execute(db);
}

/** What the whole listing did not name and nobody has read by itself meanwhile. */
const missing = ({ orgId, sourceId }: SourceScope, since: Reading) => sql`
  org_id = ${orgId} and source_id = ${sourceId} and generation < ${since.generation ?? 0}
    and read_no < ${since.no}`;

export async function missingItems(
  scope: SourceScope,
  since: Reading,
  limit: number,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from item where ${missing(scope, since)} order by id limit ${limit}`.execute(
    scope.db,
  );
  return rows.map(({ id }) => id);
}

export async function closeMissing(
  scope: SourceScope,
  since: Reading,
  closed: string,
): Promise<void> {
  const { db } = scope;
  await sql`
    update item set class_id = '' where ${missing(scope, since)}`.execute(db);
  await sql`
    ${closeDocuments(scope, closed)} and external_id in (
      select id from item where ${missing(scope, since)})`.execute(db);
}

/** The listing was not whole: what it left out is as it was before. */
export async function restoreMissing(scope: SourceScope, since: Reading): Promise<void> {
  await sql`
    update item set recompute = true where ${missing(scope, since)}`.execute(scope.db);
}

export interface PendingRow {
  readonly id: string;
  readonly parentId: string | null;
  readonly title: string;
  readonly path: string;
  readonly url: string | null;
  readonly mediaType: string | null;
  readonly bytes: number | null;
  readonly revision: string;
  readonly updatedAt: Date;
  readonly access: unknown;
  readonly classes: string[];
  readonly tries: number;
}

export async function pendingItems(
  { db, orgId, sourceId }: SourceScope,
  limit: number,
): Promise<PendingRow[]> {
  const { rows } = await sql<PendingRow>`
    select id, parent_id as "parentId", title, path, url, media_type as "mediaType", bytes,
      revision, updated_at as "updatedAt", access, classes, tries
    from item where org_id = ${orgId} and source_id = ${sourceId} and state = 'pending'
      and due_at <= now()
    order by due_at, id limit ${limit}`.execute(db);
  return rows;
}

export async function nextPendingMs({ db, orgId, sourceId }: SourceScope): Promise<number | null> {
  const { rows } = await sql<{ ms: number; count: number }>`
    select (extract(epoch from greatest(min(due_at), now()) - now()) * 1000)::float8 as ms,
    count(*) from item
    where org_id = ${orgId} and source_id = ${sourceId} and state = 'pending'`.execute(db);
  const [row] = rows;
  return row && row.count > 0 ? row.ms : null;
}

export type HeldRow = Pick<
  PendingRow,
  "id" | "title" | "path" | "url" | "revision" | "classes" | "updatedAt"
> & { readonly classId: string };

/**
 * Those that still wait for their content, as they are now, held to the transaction's end. One that somebody
 * is just changing is left out and not waited for: whoever holds items must not wait for others.
 */
export async function holdPending(
  { db, orgId, sourceId }: SourceScope,
  ids: readonly string[],
): Promise<HeldRow[]> {
  const { rows } = await sql<HeldRow>`
    select id, title, path, url, revision, classes, updated_at as "updatedAt", class_id as "classId"
    from item where org_id = ${orgId} and source_id = ${sourceId} and id = any (${[...ids]})
      and state = 'pending'
    for update skip locked`.execute(db);
  return rows;
}

/** After many rows came at once, so that those who look for few of them find their index. */
export async function countAnew({ db }: Pick<SourceScope, "db">): Promise<void> {
  await sql`analyze item, document, sync_seen`.execute(db);
}

/** `due_at` of what is indexed says since when. */
export async function settleContent(
  { db, orgId, sourceId }: SourceScope,
  id: string,
  as: { state: "indexed" | "failed" | "skipped"; code: string | null; detail: string | null },
): Promise<void> {
  await sql`
    update item set state = ${as.state}, failure_code = ${as.code}, failure = ${as.detail},
      due_at = clock_timestamp(), tries = 0
    where org_id = ${orgId} and source_id = ${sourceId} and id = ${id}`.execute(db);
  if (as.state === "indexed") return;
  // A text of before would be taken for what the item says now.
  await sql`
    delete from document where org_id = ${orgId} and source_id = ${sourceId}
      and external_id = ${id}`.execute(db);
}

export async function contentLater(
  { db, orgId, sourceId }: SourceScope,
  id: string,
  { code, detail, waitMs }: { code: string; detail: string; waitMs: number },
): Promise<void> {
  await sql`
    update item set tries = tries + 1, failure_code = ${code}, failure = ${detail},
      due_at = now() + ${waitMs} * interval '1 millisecond'
    where org_id = ${orgId} and source_id = ${sourceId} and id = ${id} and state = 'pending'
    `.execute(db);
}

/** What failed by the source, and not by the file itself. */
export async function tryContentAgain({ db, orgId, sourceId }: SourceScope): Promise<void> {
  await sql`
    update item set state = 'pending', tries = 0, due_at = now()
    where org_id = ${orgId} and source_id = ${sourceId} and state = 'failed'
      and failure_code like 'source.%'`.execute(db);
}

const REMOVE_BATCH = 2_000;

/** True while there is more. */
export async function removeBatch({ db, orgId, sourceId }: SourceScope): Promise<boolean> {
  const which = sql`org_id = ${orgId} and source_id = ${sourceId}`;
  for (const table of ["sync_job", "push_watch", "push_event", "sync_seen"])
    await sql`delete from ${sql.table(table)} where ${which}`.execute(db);
  const { rows } = await sql`
    delete from item where ${which} and id in (
      select id from item where ${which} limit ${REMOVE_BATCH}) returning id`.execute(db);
  const documents = await sql`
    delete from document where ${which} and id in (
      select id from document where ${which} limit ${REMOVE_BATCH}) returning id`.execute(db);
  return rows.length === REMOVE_BATCH || documents.rows.length === REMOVE_BATCH;
}

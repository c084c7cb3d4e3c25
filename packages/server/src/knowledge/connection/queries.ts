// All SQL of connections, of registrations at providers and of sign-ins under way. Secrets stand here sealed.
import { sql } from "kysely";
import type { Sealed } from "../../ledger/keys.ts";
import type { Db } from "../../store/db.ts";

export type Purpose = "crawl" | "acting";

interface AppTable {
  org_id: string;
  source_id: string;
  purpose: string;
  client_id: string;
  sealed: Buffer;
  wrapped: Buffer;
}
interface AttemptTable extends Omit<AppTable, "client_id"> {
  state_hash: string;
  person_id: string;
  session_id: string;
  expires_at: Date;
}
interface ConnectionTable {
  org_id: string;
  id: string;
  source_id: string;
  person_id: string;
  user_id: string;
  sealed: Buffer;
  wrapped: Buffer;
  version: string | number;
  expires_at: Date | null;
  state: string;
  created_at: Date;
}
declare module "../../store/db.ts" {
  interface Tables {
    oauth_app: AppTable;
    oauth_attempt: AttemptTable;
    connection: ConnectionTable;
  }
}

export interface OfSource {
  readonly db: Db;
  readonly orgId: string;
  readonly sourceId: string;
}

export interface ConnectionRow extends Sealed {
  readonly id: string;
  /** Empty: the identity that crawls. */
  readonly personId: string;
  readonly userId: string;
  readonly version: number;
  readonly expiresAt: Date | null;
  readonly state: "good" | "reconnect";
  readonly createdAt: Date;
}

export async function selectConnection(
  { db, orgId, sourceId }: OfSource,
  personId: string,
  { lock = false }: { lock?: boolean } = {},
): Promise<ConnectionRow | undefined> {
  let query = db
    .selectFrom("connection")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("source_id", "=", sourceId)
    .where("person_id", "=", personId);
  if (lock) query = query.forUpdate();
  const row = await query.executeTakeFirst();
  return row && connectionFrom(row);
}

export async function selectConnections({
  db,
  orgId,
  sourceId,
}: OfSource): Promise<ConnectionRow[]> {
  const rows = await db
    .selectFrom("connection")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("source_id", "=", sourceId)
    .execute();
  return rows.map(connectionFrom);
}

function connectionFrom(row: ConnectionTable): ConnectionRow {
  return {
    id: row.id,
    personId: row.person_id,
    userId: row.user_id,
    sealed: row.sealed,
    wrapped: row.wrapped,
    version: Number(row.version),
    expiresAt: row.expires_at,
    state: row.state === "good" ? "good" : "reconnect",
    createdAt: row.created_at,
  };
}

/** In place of the one that this person, or the crawl, had before. */
export async function replaceConnection(
  { db, orgId, sourceId }: OfSource,
  row: Omit<ConnectionRow, "state">,
): Promise<void> {
  await deleteConnection({ db, orgId, sourceId }, row.personId);
  await db
    .insertInto("connection")
    .values({
      org_id: orgId,
      id: row.id,
      source_id: sourceId,
      person_id: row.personId,
      user_id: row.userId,
      sealed: row.sealed,
      wrapped: row.wrapped,
      version: row.version,
      expires_at: row.expiresAt,
      state: "good",
      created_at: row.createdAt,
    })
    .execute();
}

export async function renewConnection(
  { db, orgId }: OfSource,
  row: Pick<ConnectionRow, "id" | "sealed" | "wrapped" | "version" | "expiresAt">,
): Promise<void> {
  await db
    .updateTable("connection")
    .set({
      sealed: row.sealed,
      wrapped: row.wrapped,
      version: row.version,
      expires_at: row.expiresAt,
      state: "good",
    })
    .where("org_id", "=", orgId)
    .where("id", "=", row.id)
    .execute();
}

export async function breakConnection({ db, orgId }: OfSource, id: string): Promise<void> {
  await db
    .updateTable("connection")
    .set({ state: "reconnect" })
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .execute();
}

export async function deleteConnection(
  { db, orgId, sourceId }: OfSource,
  personId: string,
): Promise<void> {
  await db
    .deleteFrom("connection")
    .where("org_id", "=", orgId)
    .where("source_id", "=", sourceId)
    .where("person_id", "=", personId)
    .execute();
}

export async function upsertApp(
  { db, orgId, sourceId }: OfSource,
  app: Sealed & { readonly purpose: Purpose; readonly clientId: string },
): Promise<void> {
  const { sealed, wrapped, clientId, purpose } = app;
  const own = { client_id: clientId, sealed, wrapped };
  await db
    .insertInto("oauth_app")
    .values({ org_id: orgId, source_id: sourceId, purpose, ...own })
    .onConflict((c) => c.columns(["org_id", "source_id", "purpose"]).doUpdateSet(own))
    .execute();
}

export async function selectApp(
  { db, orgId, sourceId }: OfSource,
  purpose: Purpose,
): Promise<(Sealed & { readonly clientId: string }) | undefined> {
  const row = await db
    .selectFrom("oauth_app")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("source_id", "=", sourceId)
    .where("purpose", "=", purpose)
    .executeTakeFirst();
  return row && { clientId: row.client_id, sealed: row.sealed, wrapped: row.wrapped };
}

export interface AttemptRow extends Sealed {
  readonly stateHash: string;
  readonly sourceId: string;
  readonly purpose: Purpose;
  readonly personId: string;
  readonly sessionId: string;
  readonly expiresAt: Date;
}

export async function insertAttempt(db: Db, orgId: string, row: AttemptRow): Promise<void> {
  await db
    .insertInto("oauth_attempt")
    .values({
      org_id: orgId,
      state_hash: row.stateHash,
      source_id: row.sourceId,
      purpose: row.purpose,
      person_id: row.personId,
      session_id: row.sessionId,
      sealed: row.sealed,
      wrapped: row.wrapped,
      expires_at: row.expiresAt,
    })
    .execute();
}

/** Gone with the reading, whoever reads; those that nobody came back to go with it. */
export async function takeAttempt(
  db: Db,
  orgId: string,
  stateHash: string,
): Promise<AttemptRow | undefined> {
  const { rows } = await sql<AttemptTable>`
    delete from oauth_attempt where org_id = ${orgId}
      and (state_hash = ${stateHash} or expires_at < now() - interval '1 hour')
    returning *`.execute(db);
  const row = rows.find(({ state_hash: hash }) => hash === stateHash);
  if (!row) return undefined;
  return {
    stateHash,
    sourceId: row.source_id,
    purpose: row.purpose === "crawl" ? "crawl" : "acting",
    personId: row.person_id,
    sessionId: row.session_id,
    sealed: row.sealed,
    wrapped: row.wrapped,
    expiresAt: row.expires_at,
  };
}

export async function forgetConnections({ db, orgId, sourceId }: OfSource): Promise<void> {
  for (const table of ["connection", "oauth_app", "oauth_attempt"] as const)
    await db
      .deleteFrom(table)
      .where("org_id", "=", orgId)
      .where("source_id", "=", sourceId)
      .execute();
}

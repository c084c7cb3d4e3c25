// All SQL of signing in to MCP servers: registrations, people's grants, sign-ins under way.
import { sql } from "kysely";
import type { Sealed } from "../../../ledger/keys.ts";
import type { Db } from "../../../store/db.ts";

interface SealedColumns {
  sealed: Buffer;
  wrapped: Buffer;
}
interface AccountTable extends SealedColumns {
  org_id: string;
  server_id: string;
  person_id: string;
  id: string;
  version: string | number;
  expires_at: Date | null;
  state: string;
  created_at: Date;
}
interface AttemptTable extends SealedColumns {
  org_id: string;
  state_hash: string;
  server_id: string;
  person_id: string;
  session_id: string;
  expires_at: Date;
}
interface ClientTable extends SealedColumns {
  org_id: string;
  server_id: string;
  issuer: string;
  client_id: string;
}
declare module "../../../store/db.ts" {
  interface Tables {
    mcp_account: AccountTable;
    mcp_attempt: AttemptTable;
    mcp_client: ClientTable;
  }
}

export interface OfServer {
  readonly db: Db;
  readonly orgId: string;
  readonly serverId: string;
}

export interface AccountRow extends Sealed {
  readonly id: string;
  readonly serverId: string;
  readonly personId: string;
  readonly version: number;
  readonly expiresAt: Date | null;
  readonly state: "good" | "reconnect";
  readonly createdAt: Date;
}

function accountFrom(row: AccountTable): AccountRow {
  return {
    id: row.id,
    serverId: row.server_id,
    personId: row.person_id,
    sealed: row.sealed,
    wrapped: row.wrapped,
    version: Number(row.version),
    expiresAt: row.expires_at,
    state: row.state === "good" ? "good" : "reconnect",
    createdAt: row.created_at,
  };
}

export async function selectAccount(
  { db, orgId, serverId }: OfServer,
  personId: string,
  { lock = false }: { lock?: boolean } = {},
): Promise<AccountRow | undefined> {
  let query = db
    .selectFrom("mcp_account")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("server_id", "=", serverId)
    .where("person_id", "=", personId);
  if (lock) query = query.forUpdate();
  const row = await query.executeTakeFirst();
  return row && accountFrom(row);
}

/** Of one person in all servers, or of all people in one. */
export async function selectAccounts(
  { db, orgId }: Pick<OfServer, "db" | "orgId">,
  of: { readonly personId: string } | { readonly serverId: string },
): Promise<AccountRow[]> {
  const all = db.selectFrom("mcp_account").selectAll().where("org_id", "=", orgId);
  const some =
    "personId" in of
      ? all.where("person_id", "=", of.personId)
      : all.where("server_id", "=", of.serverId);
  return (await some.execute()).map(accountFrom);
}

/** In place of the one that this person had before. */
export async function replaceAccount(
  { db, orgId, serverId }: OfServer,
  row: Omit<AccountRow, "state" | "serverId">,
): Promise<void> {
  const own = {
    id: row.id,
    sealed: row.sealed,
    wrapped: row.wrapped,
    version: row.version,
    expires_at: row.expiresAt,
    state: "good",
    created_at: row.createdAt,
  };
  await db
    .insertInto("mcp_account")
    .values({ org_id: orgId, server_id: serverId, person_id: row.personId, ...own })
    .onConflict((c) => c.columns(["org_id", "server_id", "person_id"]).doUpdateSet(own))
    .execute();
}

export async function renewAccount(
  { db, orgId }: OfServer,
  row: Pick<AccountRow, "id" | "sealed" | "wrapped" | "version" | "expiresAt">,
): Promise<void> {
  const { sealed, wrapped, version, expiresAt } = row;
  await db
    .updateTable("mcp_account")
    .set({ sealed, wrapped, version, expires_at: expiresAt })
    .where("org_id", "=", orgId)
    .where("id", "=", row.id)
    .execute();
}

/** Whatever version it has come to: one that another has renewed meanwhile stands. */
export async function breakAccount(
  { db, orgId }: OfServer,
  { id, version }: Pick<AccountRow, "id" | "version">,
): Promise<void> {
  await db
    .updateTable("mcp_account")
    .set({ state: "reconnect" })
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .where("version", "=", version)
    .execute();
}

export async function deleteAccount(
  { db, orgId, serverId }: OfServer,
  personId: string,
): Promise<void> {
  await db
    .deleteFrom("mcp_account")
    .where("org_id", "=", orgId)
    .where("server_id", "=", serverId)
    .where("person_id", "=", personId)
    .execute();
}

export interface ClientRow extends Sealed {
  readonly issuer: string;
  readonly clientId: string;
}

export async function selectClient({
  db,
  orgId,
  serverId,
}: OfServer): Promise<ClientRow | undefined> {
  const row = await db
    .selectFrom("mcp_client")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("server_id", "=", serverId)
    .executeTakeFirst();
  const { issuer, client_id: clientId = "", sealed, wrapped } = row ?? {};
  return issuer !== undefined && sealed && wrapped
    ? { issuer, clientId, sealed, wrapped }
    : undefined;
}

export async function upsertClient(
  { db, orgId, serverId }: OfServer,
  { issuer, clientId, sealed, wrapped }: ClientRow,
): Promise<void> {
  const own = { issuer, client_id: clientId, sealed, wrapped };
  await db
    .insertInto("mcp_client")
    .values({ org_id: orgId, server_id: serverId, ...own })
    .onConflict((c) => c.columns(["org_id", "server_id"]).doUpdateSet(own))
    .execute();
}

export interface AttemptRow extends Sealed {
  readonly stateHash: string;
  readonly serverId: string;
  readonly personId: string;
  readonly sessionId: string;
  readonly expiresAt: Date;
}

export async function insertAttempt(db: Db, orgId: string, row: AttemptRow): Promise<void> {
  await db
    .insertInto("mcp_attempt")
    .values({
      org_id: orgId,
      state_hash: row.stateHash,
      server_id: row.serverId,
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
    delete from mcp_attempt where org_id = ${orgId}
      and (state_hash = ${stateHash} or expires_at < now() - interval '1 hour')
    returning *`.execute(db);
  const row = rows.find(({ state_hash: hash }) => hash === stateHash);
  return (
    row && {
      stateHash,
      serverId: row.server_id,
      personId: row.person_id,
      sessionId: row.session_id,
      sealed: row.sealed,
      wrapped: row.wrapped,
      expiresAt: row.expires_at,
    }
  );
}

// SQL of connected MCP servers, and of the keys by which they check who acts.
import { sql, type Selectable } from "kysely";
import type { Db } from "../../store/db.ts";
import type { Ctx } from "../../store/context.ts";
import type { Tx } from "../../store/tx.ts";

interface McpServerTable {
  org_id: string;
  id: string;
  name: string;
  transport: string;
  tools: string;
  account: string;
  created_by: string;
  created_at: number;
  accepted_at: number;
  sign_in: string | null;
}

/** Told when connected servers change, by a trigger; see the migrations. */
export const MCP_CHANNEL = "stead_mcp";

declare module "../../store/db.ts" {
  interface Tables {
    mcp_server: McpServerTable;
  }
}

/** `transport` and `tools` go in as JSON text and come back as the values that they are. */
export type McpServerRow = Omit<Selectable<McpServerTable>, "transport" | "tools" | "sign_in"> & {
  readonly transport: unknown;
  readonly tools: unknown;
  readonly sign_in: unknown;
};

export async function selectServers({ db, orgId }: Ctx): Promise<McpServerRow[]> {
  return db
    .selectFrom("mcp_server")
    .selectAll()
    .where("org_id", "=", orgId)
    .orderBy("name")
    .execute();
}

/** False when the name is taken. */
export async function insertServer(tx: Tx, row: McpServerTable): Promise<boolean> {
  const done = await tx
    .insertInto("mcp_server")
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return (done.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

export async function updateTools(
  tx: Tx,
  change: Pick<McpServerTable, "org_id" | "id" | "tools" | "accepted_at">,
): Promise<void> {
  await tx
    .updateTable("mcp_server")
    .set({ tools: change.tools, accepted_at: change.accepted_at })
    .where("org_id", "=", change.org_id)
    .where("id", "=", change.id)
    .execute();
}

export async function updateSignIn(
  { db, orgId }: { readonly db: Db; readonly orgId: string },
  change: { readonly id: string; readonly signIn: string },
): Promise<void> {
  await db
    .updateTable("mcp_server")
    .set({ sign_in: change.signIn })
    .where("org_id", "=", orgId)
    .where("id", "=", change.id)
    .execute();
}

export async function deleteServer(tx: Tx, orgId: string, id: string): Promise<void> {
  await tx.deleteFrom("mcp_server").where("org_id", "=", orgId).where("id", "=", id).execute();
}

/** Published until then; keys that are over are forgotten in passing. */
export async function publishKey(
  { db, orgId }: Ctx,
  key: { kid: string; jwk: string; untilMs: number; nowMs: number },
): Promise<void> {
  await sql`delete from acting_key where org_id = ${orgId}
    and expires_at < to_timestamp(${key.nowMs} / 1000.0)`.execute(db);
  await sql`
    insert into acting_key (org_id, kid, jwk, expires_at)
    values (${orgId}, ${key.kid}, ${key.jwk}, to_timestamp(${key.untilMs} / 1000.0))
    on conflict (org_id, kid) do update set expires_at = excluded.expires_at`.execute(db);
}

export async function publishedKeys({ db, orgId }: Ctx, nowMs: number): Promise<unknown[]> {
  const { rows } = await sql<{ jwk: unknown }>`
    select jwk from acting_key where org_id = ${orgId}
      and expires_at > to_timestamp(${nowMs} / 1000.0)
    order by expires_at desc limit 200`.execute(db);
  return rows.map(({ jwk }) => jwk);
}

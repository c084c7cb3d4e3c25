// SQL of the contracts that administrators wrote.
import type { Selectable } from "kysely";
import type { Ctx } from "../../store/context.ts";
import type { Tx } from "../../store/tx.ts";

interface ToolContractTable {
  org_id: string;
  server_id: string;
  tool: string;
  version: number;
  state: "draft" | "accepted";
  contract: string;
  definition: string;
  saved_by: string;
  saved_at: number;
}

declare module "../../store/db.ts" {
  interface Tables {
    tool_contract: ToolContractTable;
  }
}

/** `contract` and `definition` go in as JSON text and come back as the values that they are. */
export type ContractRow = Omit<Selectable<ToolContractTable>, "contract" | "definition"> & {
  readonly contract: unknown;
  readonly definition: unknown;
};

/** The last accepted and the last version of each tool, in order. */
export async function lastContracts({ db, orgId }: Ctx): Promise<ContractRow[]> {
  return db
    .selectFrom("tool_contract as c")
    .selectAll()
    .where("c.org_id", "=", orgId)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom("tool_contract as later")
            .select("later.version")
            .whereRef("later.org_id", "=", "c.org_id")
            .whereRef("later.server_id", "=", "c.server_id")
            .whereRef("later.tool", "=", "c.tool")
            .whereRef("later.state", "=", "c.state")
            .whereRef("later.version", ">", "c.version"),
        ),
      ),
    )
    .orderBy("c.server_id")
    .orderBy("c.tool")
    .orderBy("c.version")
    .execute();
}

/** Every version of one, the newest first. */
export async function versionsOf(
  { db, orgId }: Ctx,
  of: { readonly serverId: string; readonly tool: string },
): Promise<ContractRow[]> {
  return db
    .selectFrom("tool_contract")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("server_id", "=", of.serverId)
    .where("tool", "=", of.tool)
    .orderBy("version", "desc")
    .limit(200)
    .execute();
}

/** False when somebody else has written that version meanwhile. */
export async function insertContract(tx: Tx, row: ToolContractTable): Promise<boolean> {
  const done = await tx
    .insertInto("tool_contract")
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return (done.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

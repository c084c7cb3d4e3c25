// The contracts in force, by server and tool, as they are stored.
import { contractSchema } from "@stead/protocol";
import type { Ctx } from "../../store/context.ts";
import { listedSchema } from "./listed.ts";
import { pinOf, type ReviewedContract } from "./pin.ts";
import { lastContracts } from "./queries.ts";

export async function reviewedContracts(
  ctx: Ctx,
): Promise<Map<string, Map<string, ReviewedContract>>> {
  const servers = new Map<string, Map<string, ReviewedContract>>();
  for (const row of await lastContracts(ctx)) {
    if (row.state !== "accepted") continue;
    const tools = servers.get(row.server_id) ?? new Map<string, ReviewedContract>();
    servers.set(row.server_id, tools);
    const contract = contractSchema.parse(row.contract);
    const pin = pinOf(listedSchema.parse(row.definition));
    tools.set(row.tool, { version: row.version, contract, pin });
  }
  return servers;
}

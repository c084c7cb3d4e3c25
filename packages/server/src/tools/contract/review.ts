// Contracts of MCP servers' tools under review: listed, proposed, kept as drafts, and put in force by an
// administrator, for the tool as they looked at it. Each version is an event of the stream `tools`.
import type { Contract, ContractView, Principal } from "@stead/protocol";
import { append } from "../../ledger/append.ts";
import type { AppendInput } from "../../ledger/event.ts";
import type { Json } from "../../lib/json.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { whileAvailable } from "../../store/available.ts";
import type { McpServer } from "../mcp/server.ts";
import type { McpServers } from "../mcp/servers.ts";
import { checkContract } from "./check.ts";
import { listedSchema, type Listed } from "./listed.ts";
import { pinOf } from "./pin.ts";
import { insertContract, versionsOf } from "./queries.ts";
import { viewContract } from "./view.ts";

export interface Written {
  readonly serverId: string;
  readonly tool: string;
  readonly contract: Contract;
  /** Pins what was looked at. */
  readonly offered: string;
}

interface Reviewing extends Written {
  readonly server: McpServer;
  readonly definition: Listed;
  readonly version: number;
  readonly state: "draft" | "accepted";
  readonly principal: Principal;
}

export async function saveContract(
  servers: McpServers,
  principal: Principal,
  written: Written,
): Promise<Result<ContractView>> {
  const reviewing = await reviewingOf(servers, principal, { written, state: "draft" });
  if (!reviewing.ok) return reviewing;
  const { event, also } = keeping(servers, reviewing.value);
  const input: AppendInput = { stream: "tools", after: "tail", events: [event], also };
  const done = await append(servers.ledger, input);
  return done.ok ? await viewContract(servers, written) : done;
}

export async function acceptContract(
  servers: McpServers,
  principal: Principal,
  written: Written,
): Promise<Result<ContractView>> {
  const reviewing = await reviewingOf(servers, principal, { written, state: "accepted" });
  if (!reviewing.ok) return reviewing;
  const { server, definition } = reviewing.value;
  const kept = keeping(servers, reviewing.value);
  const schema = { ...definition.inputSchema, type: "object" as const };
  const tool = { ...definition, inputSchema: schema };
  const done = await servers.acceptTool(server, tool, kept);
  return done.ok ? await viewContract(servers, written) : done;
}

async function reviewingOf(
  servers: McpServers,
  principal: Principal,
  { written, state }: { readonly written: Written; readonly state: Reviewing["state"] },
): Promise<Result<Reviewing>> {
  const { serverId, tool, contract, offered } = written;
  const found = servers.all().find((one) => one.server.setup.id === serverId);
  if (!found) return fail("resource.not_found", "There is no such MCP server.");
  if (found.ours)
    return fail("request.conflict", "The contracts of this server come with the installation.");
  const { server } = found;
  const given = server.offered.find(({ name }) => name === tool);
  if (!given)
    return fail(
      "tool.unknown",
      `${server.setup.name} has no tool ${tool} any more. Its contract is kept, and not in force.`,
    );
  const definition = listedSchema.parse(JSON.parse(JSON.stringify(given)));
  if (pinOf(definition) !== offered)
    return fail("request.conflict", `The server has changed ${tool} since you looked at it.`, {
      hint: "Look at it again.",
    });
  const fits = checkContract(contract, definition, (name) => {
    const other = servers.toolNamed(name);
    return other?.provider === serverId ? other : undefined;
  });
  if (!fits.ok) return fits;
  const rows = await whileAvailable(() => versionsOf(servers.ledger, { serverId, tool }));
  if (!rows.ok) return rows;
  const version = (rows.value[0]?.version ?? 0) + 1;
  return ok({ ...written, server, definition, version, state, principal });
}

/** The row and the event of one version: both or neither. */
function keeping(
  { ledger }: McpServers,
  reviewing: Reviewing,
): Parameters<McpServers["acceptTool"]>[2] {
  const { serverId, tool, version, state, contract, definition, principal } = reviewing;
  const plain: Json = JSON.parse(JSON.stringify(contract));
  const by = principal.personId;
  const name = reviewing.server.called(tool);
  const data = { by, serverId, tool: name, version, pin: pinOf(definition), contract: plain };
  return {
    event: { type: state === "draft" ? "contract.drafted" : "contract.accepted", data },
    also: async (tx) => {
      const inserted = await insertContract(tx, {
        org_id: ledger.orgId,
        server_id: serverId,
        tool,
        version,
        state,
        contract: JSON.stringify(contract),
        definition: JSON.stringify(definition),
        saved_by: by,
        saved_at: ledger.clock.now(),
      });
      return inserted
        ? ok()
        : fail("request.conflict", `Somebody else has just written a contract for ${name}.`);
    },
  };
}

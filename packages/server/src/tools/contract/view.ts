// Contracts as administrators and builders see them: what is in force, what is proposed, what changed.
import {
  contractSchema,
  type Contract,
  type ContractEntry,
  type ContractState,
  type ContractView,
} from "@stead/protocol";
import { clip } from "../../lib/bounded.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { visible } from "../../lib/visible.ts";
import { whileAvailable } from "../../store/available.ts";
import { STRICTEST } from "../contract.ts";
import type { McpServer } from "../mcp/server.ts";
import type { McpServers } from "../mcp/servers.ts";
import { contractChanges, toolChanges } from "./diff.ts";
import { draftContract } from "./draft.ts";
import { knownContract, knownServer } from "./known.ts";
import { listedSchema, type Listed } from "./listed.ts";
import { pinOf } from "./pin.ts";
import { lastContracts, versionsOf, type ContractRow } from "./queries.ts";

const DESCRIPTION_CHARS_MAX = 4_000;

export interface Proposal {
  readonly contract: Contract;
  readonly reasons: { readonly about: string; readonly words: string }[];
  readonly known: string | null;
}

/** What Stead would write for each tool of a server. */
export function proposalsOf(server: McpServer): Map<string, Proposal> {
  const offered = offeredBy(server);
  const known = knownServer(offered);
  const called = (name: string): string => server.called(name);
  const proposals = new Map<string, Proposal>();
  for (const tool of offered) {
    const ready = known ? knownContract(known, tool) : undefined;
    if (known && ready) {
      const words = `it is as in ${known.name}, for which Stead has a contract`;
      const reasons = [{ about: "effect", words }];
      proposals.set(tool.name, { contract: ready, reasons, known: known.name });
    } else {
      const { contract, reasons } = draftContract(tool, { others: offered, called });
      proposals.set(tool.name, { contract, reasons: [...reasons], known: null });
    }
  }
  return proposals;
}

export async function listContracts(servers: McpServers): Promise<Result<ContractEntry[]>> {
  const rows = await whileAvailable(() => lastContracts(servers.ledger));
  if (!rows.ok) return rows;
  const entries: ContractEntry[] = [];
  for (const { server, ours } of servers.all()) {
    const own = rows.value.filter((row) => row.server_id === server.setup.id);
    const proposals = proposalsOf(server);
    const offered = offeredBy(server);
    const names = new Set([...offered.map(({ name }) => name), ...own.map((row) => row.tool)]);
    for (const tool of [...names].toSorted()) {
      const of = own.filter((row) => row.tool === tool);
      const known = proposals.get(tool)?.known ?? null;
      entries.push(entryOf({ server, ours, tool, rows: of, known }));
    }
  }
  return ok(entries);
}

export async function viewContract(
  servers: McpServers,
  { serverId, tool }: { readonly serverId: string; readonly tool: string },
): Promise<Result<ContractView>> {
  const found = servers.all().find(({ server }) => server.setup.id === serverId);
  if (!found) return fail("resource.not_found", "There is no such MCP server.");
  const rows = await whileAvailable(() => versionsOf(servers.ledger, { serverId, tool }));
  if (!rows.ok) return rows;
  const { server, ours } = found;
  const offered = offeredBy(server).find(({ name }) => name === tool);
  const accepted = rows.value.find(({ state }) => state === "accepted");
  const [last] = rows.value;
  if (!offered && !last) return fail("tool.unknown", `This server has no tool ${tool}.`);
  const proposal = proposalsOf(server).get(tool) ?? null;
  const contract = accepted ? contractSchema.parse(accepted.contract) : server.contractOf(tool);
  const shown = offered ?? (last && listedSchema.parse(last.definition));
  const known = proposal?.known ?? null;
  const entry = entryOf({ server, ours, tool, rows: rows.value, known });
  return ok({
    ...entry,
    title: clip(visible(shown?.title ?? tool), 200),
    description: clip(visible(shown?.description ?? ""), DESCRIPTION_CHARS_MAX),
    inputSchema: shown?.inputSchema ?? {},
    offered: offered ? pinOf(offered) : null,
    contract: contract ?? null,
    draft: last?.state === "draft" ? contractSchema.parse(last.contract) : null,
    proposal: ours ? null : proposal,
    changes:
      entry.state === "quarantined" && offered
        ? changesOf({ server, offered, accepted, proposed: proposal?.contract })
        : [],
    versions: rows.value.map(({ version, state, saved_by: by, saved_at: at }) => ({
      version,
      state,
      by,
      at: new Date(at).toISOString(),
    })),
  });
}

function changesOf(of: {
  readonly server: McpServer;
  readonly offered: Listed;
  readonly accepted: ContractRow | undefined;
  readonly proposed: Contract | undefined;
}): ContractView["changes"] {
  const { server, offered, accepted, proposed } = of;
  const before =
    accepted?.definition ?? server.definitions.find(({ name }) => name === offered.name);
  const tool = before === undefined ? [] : toolChanges(listedOf(before), offered);
  if (!accepted || !proposed) return tool;
  return [...tool, ...contractChanges(contractSchema.parse(accepted.contract), proposed)];
}

interface Entry {
  readonly server: McpServer;
  readonly ours: boolean;
  readonly tool: string;
  /** The newest first or last: told by their versions. */
  readonly rows: readonly ContractRow[];
  readonly known: string | null;
}

function entryOf({ server, ours, tool, rows, known }: Entry): ContractEntry {
  const accepted = newest(rows.filter(({ state }) => state === "accepted"));
  const state = stateOf({ server, ours, tool, rows, known });
  const inForce = accepted ? contractSchema.parse(accepted.contract) : server.contractOf(tool);
  const { effect, sinks } = inForce ?? STRICTEST;
  const last = accepted ?? newest(rows);
  return {
    serverId: server.setup.id,
    server: server.setup.name,
    tool,
    name: server.called(tool),
    state,
    effect,
    sinks: Object.keys(sinks),
    known: ours || state === "reviewed" ? null : known,
    ours,
    version: last?.version ?? null,
    by: last?.saved_by ?? null,
    at: last ? new Date(last.saved_at).toISOString() : null,
  };
}

function stateOf({ server, ours, tool, rows }: Entry): ContractState {
  const name = server.called(tool);
  const offered = server.offered.some((one) => one.name === tool);
  if (!offered) return "orphaned";
  if (server.tools.some((one) => one.name === name && one.changed)) return "quarantined";
  if (ours) return server.contractOf(tool) ? "reviewed" : "unreviewed";
  const last = newest(rows);
  if (last?.state === "draft") return "draft";
  return last ? "reviewed" : "unreviewed";
}

function newest(rows: readonly ContractRow[]): ContractRow | undefined {
  return rows.toSorted((a, b) => b.version - a.version)[0];
}

export function offeredBy(server: McpServer): Listed[] {
  return server.offered.map((tool) => listedOf(tool));
}

function listedOf(tool: unknown): Listed {
  return listedSchema.parse(JSON.parse(JSON.stringify(tool)));
}

// Contracts that come with Stead for servers that many people use. One is proposed, never in force by
// itself: a name is easily borrowed, so an administrator accepts it for this server.
import { contractSchema, type Contract } from "@stead/protocol";
import type { z } from "zod";
import { EVERYTHING } from "./defaults/everything.ts";
import { FILESYSTEM } from "./defaults/filesystem.ts";
import { GITHUB } from "./defaults/github.ts";
import { SLACK } from "./defaults/slack.ts";
import { argumentsOf, type Listed } from "./listed.ts";

export interface KnownTool {
  /** Each argument that the contract was written for; another one could be anything. */
  readonly arguments: string;
  readonly contract: z.input<typeof contractSchema>;
}

export interface KnownServer {
  readonly name: string;
  readonly tools: Readonly<Record<string, KnownTool>>;
}

const SERVERS: readonly KnownServer[] = [FILESYSTEM, EVERYTHING, GITHUB, SLACK];
/** So many of its tools must be there, as they were when the contracts were written. */
const TOOLS_MIN = 3;

/** The server that these tools are of, told by their names and arguments together. */
export function knownServer(offered: readonly Listed[]): KnownServer | undefined {
  return SERVERS.map((server) => {
    const same = offered.filter((tool) => fits(server, tool)).length;
    return { server, same };
  })
    .filter(({ server, same }) => same >= Math.min(TOOLS_MIN, Object.keys(server.tools).length))
    .toSorted((a, b) => b.same - a.same)[0]?.server;
}

/** Its contract; none when it takes anything that the contract does not know of. */
export function knownContract(server: KnownServer, tool: Listed): Contract | undefined {
  const known = Object.hasOwn(server.tools, tool.name) ? server.tools[tool.name] : undefined;
  return known && fits(server, tool) ? contractSchema.parse(known.contract) : undefined;
}

function fits(server: KnownServer, tool: Listed): boolean {
  const known = Object.hasOwn(server.tools, tool.name) ? server.tools[tool.name] : undefined;
  if (!known) return false;
  const given = new Set(argumentsOf(tool.inputSchema).map(({ path }) => path));
  const written = new Set(known.arguments.split(" ").filter((name) => name !== ""));
  const contract = contractSchema.parse(known.contract);
  const { readers } = contract;
  const people = readers?.kind === "people" ? readers.arguments : [];
  const channel = readers?.kind === "channel" ? [readers.argument] : [];
  const named = [...Object.keys(contract.sinks), ...people, ...channel];
  return (
    [...given].every((name) => written.has(name) || isMember(name, written)) &&
    named.every((name) => given.has(name) || [...given].some((one) => one.startsWith(`${name}.`)))
  );
}

/** Of `edits.*` each member is known. */
function isMember(name: string, written: ReadonlySet<string>): boolean {
  return name.includes(".") && written.has(`${name.split(".")[0] ?? ""}.*`);
}

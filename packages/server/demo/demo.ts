// The demo company as the server takes it: seeded data, the CRM's tools, the back office over MCP.
import { mkdirSync } from "node:fs";
import { getCompileCacheDir } from "node:module";
import { basename, dirname, join } from "node:path";
import type { Result } from "../src/lib/result.ts";
import type { Connection } from "../src/store/connection.ts";
import { RELAY_PORT, relayTo } from "../src/store/relay.ts";
import type { SteadParts } from "../src/main.ts";
import type { McpTransport } from "../src/tools/mcp/server.ts";
import { BACKOFFICE_CONTRACTS } from "./contracts.ts";
import { crmTools } from "./crm.ts";
import { seedAgents, seedCompany } from "./seed.ts";

export { PERSONAS } from "./company.ts";
export const POLICIES_DIR = join(import.meta.dirname, "policies");

const PACKAGES = join(import.meta.dirname, "../..");
const SERVER_FILE = join(import.meta.dirname, "backoffice/server.ts");

/** Called before policies are read, for these name the company's groups and tools. */
export async function prepareDemo(
  parts: SteadParts,
  { connection, say }: { connection: Connection | string; say: (text: string) => void },
): Promise<Result<void>> {
  const { pool } = parts.database;
  const seeded = await seedCompany(parts.agents, pool, say);
  if (!seeded.ok) return seeded;
  for (const tool of crmTools(pool)) {
    const added = parts.registry.add(tool);
    if (!added.ok) return added;
  }
  const connected = await parts.mcp.registerMcp({
    id: "demo-backoffice",
    name: "backoffice",
    prefix: "",
    transport: {
      kind: "stdio",
      command: process.execPath,
      args: ["--conditions=stead-source", SERVER_FILE],
      ...(parts.mcp.sandboxed ? await inSandbox(connection) : besideUs(connection)),
    },
    contracts: BACKOFFICE_CONTRACTS,
  });
  if (!connected.ok) return connected;
  return seedAgents(parts.agents, chainOf(parts));
}

type Placed = Pick<Extract<McpTransport, { kind: "stdio" }>, "environment" | "grants">;

function besideUs(connection: Connection | string): Placed {
  return { environment: { BACKOFFICE_DATABASE: urlOf(connection), ...compiledIn() } };
}

/** It reaches its database by one socket, and nothing else. */
async function inSandbox(connection: Connection | string): Promise<Placed> {
  const from = await relayTo(connection);
  const url = new URL(urlOf(connection).replace(/@(?=\/)/, "@localhost"));
  const query = new URLSearchParams({ host: "/run/postgres", port: String(RELAY_PORT) });
  const who = `${url.username}:${url.password}`;
  // Apart from ours: what it writes there is nothing that we run.
  const compiled = compiledIn("backoffice");
  const kept = compiled["NODE_COMPILE_CACHE"];
  if (kept !== undefined) mkdirSync(kept, { recursive: true });
  return {
    environment: {
      BACKOFFICE_DATABASE: `postgres://${who}@${url.pathname}?${query.toString()}`,
      ...compiled,
    },
    grants: {
      read: [PACKAGES],
      write: kept === undefined ? [] : [kept],
      sockets: [{ from, to: join("/run/postgres", basename(from)) }],
    },
  };
}

/** It starts in half the time where what is compiled is kept, in a folder for each version of Node. */
function compiledIn(folder = ""): Record<string, string> {
  const kept = getCompileCacheDir();
  return kept === undefined ? {} : { NODE_COMPILE_CACHE: join(dirname(kept), folder) };
}

/** Language models when a key is set; the built-in stand-in only when there is none. */
function chainOf({ models }: SteadParts): string[] {
  const names = models.list().map((model) => model.name);
  const real = names.filter((name) => !name.startsWith("offline/"));
  return real.length > 0 ? real.slice(0, 3) : names.slice(0, 1);
}

/** A URL also for a server on a Unix socket. */
export function urlOf(connection: Connection | string): string {
  if (typeof connection === "string") return connection;
  const { host, port, user, password, database } = connection;
  const who = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  const place = new URLSearchParams({ host, port: String(port) });
  return `postgres://${who}@/${encodeURIComponent(database)}?${place.toString()}`;
}

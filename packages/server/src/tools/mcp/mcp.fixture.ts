// For tests: a registry with a real MCP server behind it, over stdio or streamable HTTP.
import { fileURLToPath } from "node:url";
import type { Contract } from "@stead/protocol";
import { createEgress, type Egress } from "../../egress/egress.ts";
import { systemClock } from "../../lib/clock.ts";
import { createIds } from "../../lib/ids.ts";
import { silentLog, type Log } from "../../lib/log.ts";
import { assert } from "../../lib/result.ts";
import type { Registry } from "../registry.ts";
import { blobTools } from "../blob/tools.ts";
import { inputFor, permitFor, record, registryOf } from "../tools.fixture.ts";
import { createActingKey, type ActingKey } from "./acting.ts";
import { adminWay, McpServer, type McpDeps, type McpTransport } from "./server.ts";
import type { WatchWay } from "./watch.ts";
import type { Way } from "./way.ts";

export const READ: Contract = {
  effect: "read",
  sinks: {},
  keyed: true,
  result: { audience: [], classes: [], trust: "outside" },
  resultForCallerOnly: true,
};
const NAMES = [
  ..."whoami environment hang block huge long refuse die shapes structured".split(" "),
  ..."mutable injected change garbage flood".split(" "),
];
/** A contract for every tool of the peer: these tests are not about approvals. */
export const CONTRACTS = Object.fromEntries(NAMES.map((name) => [name, READ]));

export interface Connected {
  readonly registry: Registry;
  readonly server: McpServer;
  readonly egress: Egress;
  readonly actingKey: ActingKey;
  readonly ungated: string[];
  readonly logged: string[];
  close(): Promise<void>;
}

export interface ConnectOptions {
  readonly timeoutMs?: number;
  readonly contracts?: Readonly<Record<string, Contract>>;
  readonly actingKey?: ActingKey;
  readonly environment?: Readonly<Record<string, string>>;
  readonly allowPrivate?: readonly string[];
  readonly way?: Way;
  readonly watchWay?: WatchWay;
  readonly deps?: Partial<McpDeps>;
  /** Given: tools may be refused, and why each was is put here. */
  readonly refused?: string[];
}

export const STDIO: McpTransport = {
  kind: "stdio",
  command: process.execPath,
  args: [fileURLToPath(new URL("../../../test/fixtures/mcp-stdio.ts", import.meta.url))],
};

export async function connectTo(
  transport: McpTransport,
  options: ConnectOptions = {},
): Promise<Connected> {
  const { timeoutMs = 25_000, allowPrivate = [], contracts = CONTRACTS } = options;
  const logged: string[] = [];
  const log: Log = (level, message, fields) =>
    void logged.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`);
  const actingKey = options.actingKey ?? (await createActingKey(systemClock));
  const egress = createEgress({
    clock: systemClock,
    ids: createIds(systemClock),
    log: silentLog,
    allowPrivate,
  });
  const ungated: string[] = [];
  const server = new McpServer(
    {
      id: "mcp_peer",
      name: "peer",
      transport,
      contracts,
      ...(options.watchWay ? { watchWay: options.watchWay } : {}),
    },
    {
      clock: systemClock,
      log,
      egress,
      actingKey,
      childEnvironment: { PATH: "/usr/bin:/bin", ...options.environment },
      onUngated: (path) => ungated.push(path),
      ...options.deps,
    },
  );
  const registry = registryOf(timeoutMs);
  const tools = await server.refresh(options.way ?? null);
  assert(tools.ok, tools.ok ? "" : `${tools.failure.code}: ${tools.failure.detail}`);
  for (const tool of tools.value) {
    const added = registry.add(tool);
    if (!added.ok && options.refused) options.refused.push(added.failure.detail);
    else assert(added.ok, added.ok ? "" : added.failure.detail);
  }
  const close = async (): Promise<void> => {
    await server.close();
    await egress.close();
  };
  return { registry, server, egress, actingKey, ungated, logged, close };
}

/** An administrator's, whose permit policy really gave. */
export async function someWay(): Promise<Way> {
  const registry = registryOf();
  const [tool] = blobTools(registry.blobs);
  if (!tool) throw new Error("there is no tool");
  registry.add(tool);
  return adminWay(
    await permitFor(inputFor(tool, { arguments: { blobId: "b" } }), registry.list()),
    record(),
  );
}

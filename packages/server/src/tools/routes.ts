// Endpoints of tools and of the MCP servers that bring some of them.
import type { Handlers } from "../lib/handler.ts";
import { idFrom } from "../lib/ids.ts";
import { ok } from "../lib/result.ts";
import { contractRoutes } from "./contract/routes.ts";
import type { McpServers } from "./mcp/servers.ts";
import { signInRoutes, type OnLinked } from "./mcp/signin/routes.ts";
import type { Registry } from "./registry.ts";

type Names =
  | "acting-key.list"
  | "tool.list"
  | "mcp-server.list"
  | "mcp-server.create"
  | "mcp-server.refresh"
  | "mcp-server.delete";

export function toolRoutes(
  registry: Registry,
  servers: McpServers,
  onLinked: OnLinked,
): Pick<Handlers, Names> & ReturnType<typeof contractRoutes> & ReturnType<typeof signInRoutes> {
  return {
    ...contractRoutes(servers),
    ...signInRoutes(servers, onLinked),
    "acting-key.list": async () => {
      const keys = await servers.actingKeys();
      return keys.ok ? ok({ keys: keys.value }) : keys;
    },
    "tool.list": async () => ok({ items: registry.list(), next: null }),
    "mcp-server.list": async () => ok({ items: servers.list(), next: null }),
    "mcp-server.create": ({ principal, idempotencyKey }, { body }) =>
      servers.create(principal, body, idFrom("mcp", idempotencyKey)),
    "mcp-server.refresh": ({ principal }, { params }) =>
      servers.refresh(principal, params.serverId),
    "mcp-server.delete": async ({ principal }, { params }) => {
      const done = await servers.delete(principal, params.serverId);
      return done.ok ? ok({}) : done;
    },
  };
}

// Endpoints of people's own grants at MCP servers.
import type { Principal } from "@stead/protocol";
import type { Handlers } from "../../../lib/handler.ts";
import { ok } from "../../../lib/result.ts";
import type { McpServers } from "../servers.ts";

type Names =
  | "mcp-account.link"
  | "mcp-account.unlink"
  | "mcp-account.callback"
  | "mcp-server.register"
  | "mcp-client.get";

/** Told when somebody has signed in: what waited for it goes on. */
export type OnLinked = (principal: Principal) => Promise<void>;

export function signInRoutes(servers: McpServers, onLinked: OnLinked): Pick<Handlers, Names> {
  const { signIn } = servers;
  return {
    "mcp-account.link": async ({ principal }, { params }) => {
      const server = servers.signed(params.serverId);
      return server.ok ? signIn.begin(server.value, principal) : server;
    },
    "mcp-account.unlink": async ({ principal }, { params }) => {
      const left = await signIn.unlink(principal, params.serverId);
      return left.ok ? ok({ left: left.value }) : left;
    },
    "mcp-account.callback": async ({ principal }, { query }) => {
      const params = new URLSearchParams();
      for (const [name, value] of Object.entries(query))
        if (typeof value === "string") params.set(name, value);
      const back = await signIn.finish(principal, params);
      // What went wrong is shown by the console, in the words of its code alone.
      if (!back.ok) {
        const { code, detail } = back.failure;
        servers.ledger.log("warn", "a sign-in at an MCP server failed", { detail });
        return ok({ location: `/mine?problem=${encodeURIComponent(code)}` });
      }
      await onLinked(principal);
      return ok({ location: `/mine?linked=${encodeURIComponent(back.value.serverId)}` });
    },
    "mcp-server.register": async (_, { params, body }) => {
      const server = servers.signed(params.serverId);
      if (!server.ok) return server;
      const { clientId: client_id, clientSecret: client_secret } = body;
      const secret = client_secret === undefined ? {} : { client_secret };
      const kept = await signIn.register(server.value, { client_id, ...secret });
      return kept.ok ? ok({}) : kept;
    },
    "mcp-client.get": async () => ok(signIn.client),
  };
}

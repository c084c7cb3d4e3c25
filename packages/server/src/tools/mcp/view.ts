// A connected server as administrators see it.
import type { EndpointReply, Endpoints } from "@stead/protocol";
import type { McpServer } from "./server.ts";

export type McpServerView = EndpointReply<Endpoints["mcp-server.refresh"]>;

export function viewOf(server: McpServer): McpServerView {
  const { id, name, transport } = server.setup;
  return {
    id,
    name,
    transport: transport.kind,
    target:
      transport.kind === "http" ? transport.url : [transport.command, ...transport.args].join(" "),
    status: server.status,
    tools: server.tools,
    gated: server.gated,
    hosts: transport.kind === "stdio" ? [...(transport.hosts ?? [])] : [],
    signIn: server.door?.place?.issuer ?? null,
    note: server.notes.join(" "),
  };
}

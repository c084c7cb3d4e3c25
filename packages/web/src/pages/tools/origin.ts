// Where a tool comes from, in words: of a connected server the name, with which its tools' begin.
import type { Tool } from "@stead/protocol";

export function originOf({ name, provider }: Pick<Tool, "name" | "provider">): string {
  return provider.startsWith("mcp_") ? `MCP server ${name.split(".")[0] ?? name}` : provider;
}

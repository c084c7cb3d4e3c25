// The built-in connectors, by name; written against the public sdk alone.

/** None yet: documents come in by hand, systems through tools and MCP servers. */
export const CONNECTOR_NAMES: readonly string[] = [];
export { files } from "./files/connector.ts";
export { googleDrive } from "./google-drive/connector.ts";
export { mcp } from "./mcp/connector.ts";
export { postgres } from "./postgres/connector.ts";
export { slack } from "./slack/connector.ts";

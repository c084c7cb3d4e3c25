// The built-in connectors, by name; written against the public sdk alone.

export { CONNECTORS } from "./all.ts";
export { confluence } from "./confluence/connector.ts";
export { files } from "./files/connector.ts";
export { googleDrive } from "./google-drive/connector.ts";
export { mail } from "./mail/connector.ts";
export { mcp } from "./mcp/connector.ts";
export { postgres } from "./postgres/connector.ts";
export { salesforce } from "./salesforce/connector.ts";
export { slack } from "./slack/connector.ts";

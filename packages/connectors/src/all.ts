// Every connector of the house, for whoever hands them out.
import type { Connector } from "@stead/sdk";
import { confluence } from "./confluence/connector.ts";
import { files } from "./files/connector.ts";
import { googleDrive } from "./google-drive/connector.ts";
import { mail } from "./mail/connector.ts";
import { mcp } from "./mcp/connector.ts";
import { postgres } from "./postgres/connector.ts";
import { salesforce } from "./salesforce/connector.ts";
import { slack } from "./slack/connector.ts";

export const CONNECTORS: readonly Connector[] = [
  confluence,
  files,
  googleDrive,
  mail,
  mcp,
  postgres,
  salesforce,
  slack,
];

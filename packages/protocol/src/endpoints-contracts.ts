// Endpoints of contracts for tools of MCP servers: a part of the table in endpoints.ts.
import { z } from "zod";
import { contractDraftSchema, contractEntrySchema, contractViewSchema } from "./contract-review.ts";
import { id, list } from "./endpoint-parts.ts";
import type { Endpoint } from "./endpoint.ts";
import { contractSchema } from "./tool.ts";

const toolParams = z.object({
  serverId: z.string().min(1).max(80),
  tool: z.string().min(1).max(200),
});
const written = z.object({
  contract: contractSchema,
  /** `offered` of what was looked at. */
  offered: z.string().max(100),
});

export const CONTRACT_ENDPOINTS = {
  "contract.list": {
    method: "GET",
    path: "/api/contracts",
    action: "contract.list",
    summary: "Contracts of MCP servers' tools, and which wait for a review",
    reply: list(contractEntrySchema),
  },
  "contract.get": {
    method: "GET",
    path: "/api/contracts/:serverId/:tool",
    action: "contract.list",
    summary: "A tool's contract, what is proposed and why, and what changed since it was reviewed",
    params: toolParams,
    reply: contractViewSchema,
  },
  "contract.draft": {
    method: "POST",
    path: "/api/mcp-servers/:serverId/contracts/draft",
    action: "contract.write",
    summary: "Look at a server again and draft a contract for each of its tools; nothing is stored",
    params: id("serverId"),
    reply: list(contractDraftSchema),
    keyed: true,
  },
  "contract.save": {
    method: "PUT",
    path: "/api/contracts/:serverId/:tool",
    action: "contract.write",
    summary: "Keep a contract as a draft; it is not in force",
    params: toolParams,
    body: written,
    reply: contractViewSchema,
  },
  "contract.accept": {
    method: "POST",
    path: "/api/contracts/:serverId/:tool/accept",
    action: "contract.write",
    summary: "Put a contract in force for the tool as it was looked at",
    params: toolParams,
    body: written,
    reply: contractViewSchema,
    keyed: true,
  },
} as const satisfies Record<string, Endpoint>;

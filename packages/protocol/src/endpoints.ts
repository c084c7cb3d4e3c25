// THE table: every endpoint once. Routes, typed client, OpenAPI, command line and the authorization
// tests derive from it.
import { z } from "zod";
import { agentSchema, agentSpecSchema, agentVersionSchema } from "./agent.ts";
import { approvalCardSchema } from "./approval.ts";
import { decisionSchema } from "./decision.ts";
import { id, list, none } from "./endpoint-parts.ts";
import type { Endpoint } from "./endpoint.ts";
import { pastedSchema } from "./event.ts";
import { ACTING_ENDPOINTS } from "./endpoints-acting.ts";
import { CONTRACT_ENDPOINTS } from "./endpoints-contracts.ts";
import { DETECTOR_ENDPOINTS } from "./endpoints-detectors.ts";
import { DESTINATION_ENDPOINTS } from "./endpoints-destinations.ts";
import { PEOPLE_ENDPOINTS } from "./endpoints-people.ts";
import { REDTEAM_ENDPOINTS } from "./endpoints-redteam.ts";
import { REGISTRY_ENDPOINTS } from "./endpoints-registry.ts";
import { REPORT_ENDPOINTS } from "./endpoints-reports.ts";
import { SHARING_ENDPOINTS } from "./endpoints-sharing.ts";
import { SOURCE_ENDPOINTS } from "./endpoints-sources.ts";
import { checkpointSchema, ledgerEventSchema, verificationSchema } from "./ledger.ts";
import { principalSchema } from "./principal.ts";
import {
  actingKeySchema,
  documentEntrySchema,
  documentHitSchema,
  documentSchema,
  keySchema,
  hostSchema,
  mcpServerSchema,
  messageSchema,
  modelSchema,
  pageQuery,
  policyProblemSchema,
  policySchema,
  threadSchema,
  unansweredSchema,
  ungatedSchema,
} from "./resources.ts";
import { destinationSchema } from "./egress.ts";
import { runSchema, runStatusSchema, traceSchema } from "./run.ts";
import { streamFrameSchema } from "./stream.ts";
import { toolSchema } from "./tool.ts";

export const ENDPOINTS = {
  "health.get": {
    method: "GET",
    path: "/health",
    action: "public",
    summary: "Whether the server, its database and its ledger are well",
    reply: z.object({
      status: z.enum(["ok", "degraded"]),
      version: z.string(),
      parts: z.record(z.string(), z.string()),
    }),
  },
  "acting-key.list": {
    method: "GET",
    path: "/.well-known/stead-acting-keys.json",
    action: "public",
    summary: "Public keys (a JWK set) by which an MCP server checks who acts",
    reply: z.object({ keys: z.array(actingKeySchema) }),
  },
  "session.get": {
    method: "GET",
    path: "/api/session",
    action: "self",
    summary: "Who am I, and what may I do",
    reply: z.object({
      principal: principalSchema,
      actions: z.array(z.string()),
      csrf: z.string(),
      demo: z.boolean(),
    }),
  },
  "session.end": {
    method: "DELETE",
    path: "/api/session",
    action: "self",
    summary: "Sign out",
    reply: none,
  },
  "key.list": {
    method: "GET",
    path: "/api/keys",
    action: "key.list",
    summary: "My API keys",
    reply: list(keySchema),
  },
  "key.create": {
    method: "POST",
    path: "/api/keys",
    action: "key.create",
    summary: "Make an API key; its secret is shown once",
    body: z.object({
      name: z.string().min(1).max(80),
      scopes: z.array(z.string()).min(1).max(50),
      days: z.int().min(1).max(365).default(90),
    }),
    reply: z.object({ key: keySchema, secret: z.string() }),
    keyed: true,
  },
  "key.revoke": {
    method: "DELETE",
    path: "/api/keys/:keyId",
    action: "key.revoke",
    summary: "Revoke an API key",
    params: id("keyId"),
    reply: none,
  },
  ...ACTING_ENDPOINTS,
  ...CONTRACT_ENDPOINTS,
  ...PEOPLE_ENDPOINTS,
  "agent.list": {
    method: "GET",
    path: "/api/agents",
    action: "agent.list",
    summary: "Agents that I may use or edit",
    reply: list(agentSchema.extend({ mayEdit: z.boolean(), mayUse: z.boolean() })),
  },
  "agent.get": {
    method: "GET",
    path: "/api/agents/:agentId",
    action: "agent.get",
    summary: "An agent",
    params: id("agentId"),
    reply: agentSchema.extend({ mayEdit: z.boolean(), mayUse: z.boolean() }),
  },
  "agent.create": {
    method: "POST",
    path: "/api/agents",
    action: "agent.create",
    summary: "Make an agent (a draft)",
    body: agentSpecSchema,
    reply: agentSchema,
    keyed: true,
  },
  "agent.update": {
    method: "PUT",
    path: "/api/agents/:agentId/draft",
    action: "agent.update",
    summary: "Change an agent's draft",
    params: id("agentId"),
    body: agentSpecSchema,
    reply: agentSchema,
  },
  "agent.publish": {
    method: "POST",
    path: "/api/agents/:agentId/versions",
    action: "agent.publish",
    summary: "Publish the draft as an immutable version",
    params: id("agentId"),
    body: z.object({ note: z.string().max(500).default("") }),
    reply: agentVersionSchema,
    keyed: true,
  },
  "agent.versions": {
    method: "GET",
    path: "/api/agents/:agentId/versions",
    action: "agent.get",
    summary: "Published versions, newest first",
    params: id("agentId"),
    reply: list(agentVersionSchema),
  },
  "agent.share": {
    method: "PUT",
    path: "/api/agents/:agentId/usable-by",
    action: "agent.share",
    summary: "Set the groups whose members may use it",
    params: id("agentId"),
    body: z.object({ usableBy: z.array(z.string()).max(100) }),
    reply: agentSchema,
  },
  "tool.list": {
    method: "GET",
    path: "/api/tools",
    action: "tool.list",
    summary: "Tools with schemas and contracts",
    reply: list(toolSchema),
  },
  "mcp-server.list": {
    method: "GET",
    path: "/api/mcp-servers",
    action: "mcp-server.list",
    summary: "Connected MCP servers",
    reply: list(mcpServerSchema),
  },
  "mcp-server.create": {
    method: "POST",
    path: "/api/mcp-servers",
    action: "mcp-server.create",
    summary: "Connect an MCP server over streamable HTTP or stdio",
    body: z.object({
      name: z.string().regex(/^[a-z][a-z0-9-]{0,30}$/),
      /** With which it acts by itself, for people to see before they let it. */
      account: z
        .string()
        .trim()
        .max(100)
        .regex(/^\P{C}*$/u)
        .default(""),
      transport: z.discriminatedUnion("kind", [
        z.object({ kind: z.literal("http"), url: z.url() }),
        z.object({
          kind: z.literal("stdio"),
          command: z.string().max(500),
          args: z.array(z.string().max(500)).max(50),
          /** Where it may connect to; left out: it has no network. */
          hosts: z.array(hostSchema).max(50).optional(),
        }),
      ]),
    }),
    reply: mcpServerSchema,
    keyed: true,
  },
  "mcp-server.refresh": {
    method: "POST",
    path: "/api/mcp-servers/:serverId/refresh",
    action: "mcp-server.create",
    summary: "List its tools again and accept what changed",
    params: id("serverId"),
    reply: mcpServerSchema,
    keyed: true,
  },
  "mcp-server.delete": {
    method: "DELETE",
    path: "/api/mcp-servers/:serverId",
    action: "mcp-server.create",
    summary: "Disconnect an MCP server",
    params: id("serverId"),
    reply: none,
  },
  "model.list": {
    method: "GET",
    path: "/api/models",
    action: "model.list",
    summary: "Configured models",
    reply: list(modelSchema),
  },
  "thread.list": {
    method: "GET",
    path: "/api/threads",
    action: "thread.list",
    summary: "My threads, newest first",
    query: pageQuery,
    reply: list(threadSchema),
  },
  "thread.get": {
    method: "GET",
    path: "/api/threads/:threadId",
    action: "thread.get",
    summary: "A thread with its messages",
    params: id("threadId"),
    reply: threadSchema.extend({ messages: z.array(messageSchema) }),
  },
  "run.start": {
    method: "POST",
    path: "/api/runs",
    action: "run.start",
    summary: "Ask an agent: start a run, in a new thread or an existing one",
    body: z.object({
      agentId: z.string().max(80),
      input: z.string().min(1).max(200_000),
      /** Stretches of the input (UTF-16 offsets) that came by paste: they are not the person's words. */
      pasted: z.array(pastedSchema).max(1000).optional(),
      threadId: z.string().max(80).optional(),
      trial: z.boolean().default(false),
    }),
    reply: runSchema,
    keyed: true,
  },
  "run.list": {
    method: "GET",
    path: "/api/runs",
    action: "run.list",
    summary: "Runs: mine; an auditor's: all",
    query: pageQuery.extend({
      status: runStatusSchema.optional(),
      agentId: z.string().max(80).optional(),
      personId: z.string().max(80).optional(),
    }),
    reply: list(runSchema),
  },
  "run.get": {
    method: "GET",
    path: "/api/runs/:runId",
    action: "run.get",
    summary: "A run",
    params: id("runId"),
    reply: runSchema,
  },
  "run.trace": {
    method: "GET",
    path: "/api/runs/:runId/trace",
    action: "run.get",
    summary: "A run as a tree of spans, with what the reader may see",
    params: id("runId"),
    reply: traceSchema,
  },
  "run.stream": {
    method: "GET",
    path: "/api/runs/:runId/stream",
    action: "run.get",
    summary: "A run as it happens; resumes with Last-Event-ID",
    params: id("runId"),
    reply: streamFrameSchema,
    stream: true,
  },
  "run.cancel": {
    method: "POST",
    path: "/api/runs/:runId/cancel",
    action: "run.cancel",
    summary: "Stop a run before its next effect",
    params: id("runId"),
    reply: runSchema,
    keyed: true,
  },
  "approval.list": {
    method: "GET",
    path: "/api/approvals",
    action: "approval.list",
    summary: "Approvals waiting for me, or that I asked for",
    query: pageQuery.extend({ state: z.enum(["requested", "answered"]).default("requested") }),
    reply: list(approvalCardSchema),
  },
  "approval.get": {
    method: "GET",
    path: "/api/approvals/:approvalId",
    action: "approval.get",
    summary: "An approval card",
    params: id("approvalId"),
    reply: approvalCardSchema,
  },
  "approval.answer": {
    method: "POST",
    path: "/api/approvals/:approvalId/answer",
    action: "approval.answer",
    summary: "Approve, edit and approve, or refuse exactly this call",
    params: id("approvalId"),
    body: z.object({
      answer: z.enum(["approved", "refused"]),
      digest: z.string(),
      arguments: z.record(z.string(), z.json()).optional(),
      /** Held values need no other yes in this run. */
      endorse: z.boolean().optional(),
      note: z.string().max(2000).default(""),
    }),
    reply: approvalCardSchema,
    keyed: true,
  },
  ...SHARING_ENDPOINTS,
  "policy.list": {
    method: "GET",
    path: "/api/policies",
    action: "policy.list",
    summary: "Policies in force, with their text, and why newer ones are not in force",
    reply: list(policySchema).extend({ problem: policyProblemSchema.nullable() }),
  },
  "policy.try": {
    method: "POST",
    path: "/api/policies/try",
    action: "policy.try",
    summary: "What would policy say? Nothing is done",
    body: z.object({
      personId: z.string(),
      agentId: z.string(),
      tool: z.string(),
      arguments: z.record(z.string(), z.json()),
    }),
    reply: decisionSchema,
  },
  "ledger.search": {
    method: "GET",
    path: "/api/ledger/events",
    action: "ledger.search",
    summary: "Search the ledger, newest first",
    query: pageQuery.extend({
      stream: z.string().max(80).optional(),
      type: z.string().max(80).optional(),
      from: z.iso.datetime().optional(),
      to: z.iso.datetime().optional(),
      text: z.string().max(200).optional(),
    }),
    reply: list(ledgerEventSchema),
  },
  "ledger.bodies": {
    method: "GET",
    path: "/api/ledger/events/:stream/:seq/bodies",
    action: "ledger.bodies",
    summary: "The bodies of an event; reading them is itself an event",
    params: z.object({ stream: z.string().max(80), seq: z.coerce.number().int() }),
    reply: z.object({ bodies: z.record(z.string(), z.json()) }),
  },
  "ledger.verify": {
    method: "POST",
    path: "/api/ledger/verify",
    action: "ledger.verify",
    summary: "Check chains, tree and signatures",
    reply: verificationSchema,
  },
  "ledger.checkpoints": {
    method: "GET",
    path: "/api/ledger/checkpoints",
    action: "ledger.search",
    summary: "Signed checkpoints, newest first",
    query: pageQuery,
    reply: list(checkpointSchema),
  },
  "ledger.export": {
    method: "GET",
    path: "/api/ledger/export",
    action: "ledger.verify",
    summary: "Everything that an offline verifier needs, as JSON lines",
    query: z.object({ after: z.string().max(200).optional() }),
    reply: z.object({
      lines: z.array(z.string()),
      next: z.string().nullable(),
      publicKey: z.string(),
    }),
  },
  "document.search": {
    method: "GET",
    path: "/api/documents",
    action: "document.search",
    summary: "Search the documents that I may read",
    query: z.object({
      query: z.string().min(1).max(300),
      limit: z.coerce.number().int().min(1).max(50).default(10),
      source: z.string().max(80).optional(),
    }),
    reply: list(documentHitSchema).extend({ unanswered: z.array(unansweredSchema) }),
  },
  "document.list": {
    method: "GET",
    path: "/api/document-list",
    action: "document.list",
    summary: "What I may read in a source or folder, by path",
    query: z.object({
      source: z.string().max(80).optional(),
      folder: z.string().max(1000).optional(),
      after: z.string().max(3000).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    reply: list(documentEntrySchema),
  },
  "document.get": {
    method: "GET",
    path: "/api/documents/:documentId",
    action: "document.get",
    summary: "Open a document",
    // What is found in a live source is named as that names it.
    params: z.object({ documentId: z.string().min(1).max(2_000) }),
    reply: documentSchema,
  },
  ...SOURCE_ENDPOINTS,
  ...REPORT_ENDPOINTS,
  ...REDTEAM_ENDPOINTS,
  ...REGISTRY_ENDPOINTS,
  ...DESTINATION_ENDPOINTS,
  ...DETECTOR_ENDPOINTS,
  "egress.destinations": {
    method: "GET",
    path: "/api/egress/destinations",
    action: "egress.list",
    summary: "Where data went, and how much",
    reply: list(destinationSchema),
  },
  "egress.ungated": {
    method: "GET",
    path: "/api/egress/ungated",
    action: "egress.list",
    summary: "Paths out that Stead does not gate",
    reply: list(ungatedSchema),
  },
} as const satisfies Record<string, Endpoint>;

export type Endpoints = typeof ENDPOINTS;
export type EndpointName = keyof Endpoints;

export function isEndpointName(name: string): name is EndpointName {
  return Object.hasOwn(ENDPOINTS, name);
}

/** The table as rows, for whoever derives something from every endpoint. */
export const ENDPOINT_ROWS: readonly {
  readonly name: EndpointName;
  readonly endpoint: Endpoint;
}[] = Object.keys(ENDPOINTS)
  .filter(isEndpointName)
  .map((name) => ({ name, endpoint: ENDPOINTS[name] }));

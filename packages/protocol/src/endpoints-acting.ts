// Endpoints of who acts: the keys of the vault, and what is done for a person: a part of endpoints.ts.
import { z } from "zod";
import { id } from "./endpoint-parts.ts";
import type { Endpoint } from "./endpoint.ts";
import { sourceAccountSchema } from "./source.ts";

export const vaultSchema = z.object({
  /** Ids of the keys that wrap all others, never the keys; the current one wraps what is new. */
  keys: z.array(z.object({ id: z.string(), current: z.boolean(), rows: z.number() })),
  /** The last rotation; until it has ended old keys stand beside the new one. */
  rotation: z
    .object({
      keyId: z.string(),
      startedAt: z.string(),
      startedBy: z.string(),
      done: z.number(),
      endedAt: z.string().nullable(),
    })
    .nullable(),
});

/** An agent as a principal of its own, for what it does as itself. */
export const agentPrincipalSchema = z.object({
  owner: z.object({ kind: z.enum(["person", "group"]), id: z.string(), name: z.string() }),
  /** Ids, those that they are nested in included. */
  groups: z.array(z.string()),
  /** False once nobody answers for it, or it was revoked. */
  acts: z.boolean(),
  /** Why it does nothing as itself; empty while it acts. */
  why: z.string(),
  revokedAt: z.string().nullable(),
});

/** One of those who act as themselves, beside the people. */
export const servicePrincipalSchema = agentPrincipalSchema.extend({
  agentId: z.string(),
  name: z.string(),
  /** Tools that it calls as itself, as published; 0: it is granted none. */
  tools: z.number(),
});

export const ACTING_ENDPOINTS = {
  "agent.principal": {
    method: "GET",
    path: "/api/agents/:agentId/principal",
    action: "agent.get",
    summary: "Who answers for what an agent does as itself, and which groups it is in",
    params: id("agentId"),
    reply: agentPrincipalSchema,
  },
  "agent.appoint": {
    method: "PUT",
    path: "/api/agents/:agentId/principal",
    action: "agent.appoint",
    summary: "Say who owns an agent as a principal, and which groups it is in",
    params: id("agentId"),
    body: z.object({
      owner: z.object({ kind: z.enum(["person", "group"]), id: z.string().max(80) }),
      groups: z.array(z.string().max(80)).max(50),
    }),
    reply: agentPrincipalSchema,
  },
  "agent.withdraw": {
    method: "DELETE",
    path: "/api/agents/:agentId/principal",
    action: "agent.appoint",
    summary:
      "Revoke an agent as a principal: it does nothing more as itself, in runs under way too",
    params: id("agentId"),
    reply: agentPrincipalSchema,
  },
  "agent-principal.list": {
    method: "GET",
    path: "/api/agent-principals",
    action: "agent.list",
    summary: "Agents that act as themselves, as far as one may see them, and who answers for each",
    reply: z.object({ items: z.array(servicePrincipalSchema), next: z.null() }),
  },
  "mcp-account.link": {
    method: "POST",
    path: "/api/mcp-servers/:serverId/account",
    action: "source.link",
    summary: "Where to sign in to an MCP server with an account of one's own",
    params: id("serverId"),
    reply: z.object({ url: z.string() }),
  },
  "mcp-account.unlink": {
    method: "DELETE",
    path: "/api/mcp-servers/:serverId/account",
    action: "source.link",
    summary: "Withdraw and forget my own grant at an MCP server",
    params: id("serverId"),
    reply: z.object({ left: z.array(z.string()) }),
  },
  "mcp-account.callback": {
    method: "GET",
    path: "/api/mcp-callback",
    action: "source.link",
    summary: "Where the browser comes back to from there; answers with the page to go on to",
    query: z.looseObject({}),
    /** Of the console. */
    reply: z.object({ location: z.string() }),
    page: true,
  },
  "mcp-server.register": {
    method: "PUT",
    path: "/api/mcp-servers/:serverId/client",
    action: "mcp-server.create",
    summary: "Keep a registration of Stead where one signs in to a server, made there by hand",
    params: id("serverId"),
    body: z.object({
      clientId: z.string().min(1).max(500),
      clientSecret: z.string().max(2_000).optional(),
    }),
    reply: z.object({}),
  },
  "mcp-client.get": {
    method: "GET",
    path: "/.well-known/stead-mcp-client.json",
    action: "public",
    summary: "What a service where one signs in to an MCP server is told of Stead",
    reply: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  },
  "vault.get": {
    method: "GET",
    path: "/api/vault",
    action: "vault.get",
    summary: "Which keys wrap what is sealed, and how far their rotation has come",
    reply: vaultSchema,
  },
  "vault.rotate": {
    method: "POST",
    path: "/api/vault/rotate",
    action: "vault.rotate",
    summary: "Wrap everything that is sealed with a new key, while it is in use",
    reply: vaultSchema,
  },
  "me.acting": {
    method: "GET",
    path: "/api/me/acting",
    action: "source.link",
    summary: "What agents did and may do for me, with which accounts, and what I have vouched for",
    reply: z.object({
      acts: z.array(
        z.object({
          runId: z.string(),
          callId: z.string(),
          agentId: z.string(),
          agentName: z.string(),
          tool: z.string(),
          destination: z.string(),
          whoActs: z.string(),
          state: z.enum(["done", "failed", "denied", "waiting"]),
          at: z.string(),
        }),
      ),
      may: z.array(
        z.object({
          agentId: z.string(),
          agentName: z.string(),
          tools: z.array(
            z.object({
              name: z.string(),
              title: z.string(),
              effect: z.string(),
              whoActs: z.string(),
              /** Where an account of one's own is asked for first. */
              signInTo: z.string().nullable(),
            }),
          ),
        }),
      ),
      accounts: z.array(sourceAccountSchema),
      /** Own grants at MCP servers. */
      servers: z.array(
        z.object({
          serverId: z.string(),
          name: z.string(),
          issuer: z.string(),
          state: z.enum(["good", "reconnect", "none"]),
          since: z.string().nullable(),
        }),
      ),
      endorsements: z.array(
        z.object({
          runId: z.string(),
          tool: z.string(),
          approvalId: z.string(),
          argument: z.string(),
          kind: z.string(),
          /** `ended`: with its run. */
          state: z.enum(["open", "revoked", "ended"]),
          at: z.string(),
        }),
      ),
    }),
  },
  "consent.begin": {
    method: "POST",
    path: "/api/approvals/:approvalId/consent",
    action: "source.link",
    summary: "Sign in with an account of one's own, for a call that waits for it",
    params: id("approvalId"),
    /** Left out: where one signs in at the provider. */
    body: z.object({ fields: z.record(z.string().max(100), z.string().max(20_000)).optional() }),
    reply: z.object({ url: z.string().nullable() }),
  },
} as const satisfies Record<string, Endpoint>;

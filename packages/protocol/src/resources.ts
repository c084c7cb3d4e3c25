// Smaller nouns of the wire: keys, threads, policies, documents, MCP servers, models.
import { z } from "zod";
import { citationSchema, coverageSchema } from "./stream.ts";
import { runStatusSchema } from "./run.ts";

export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** The `next` of the page before. */
  cursor: z.string().max(200).optional(),
});

export const keySchema = z.object({
  id: z.string(),
  name: z.string(),
  /** How the secret begins, to tell keys apart. */
  prefix: z.string(),
  scopes: z.array(z.string()),
  createdAt: z.string(),
  expiresAt: z.string(),
  lastUsedAt: z.string().nullable(),
});

export const threadSchema = z.object({
  id: z.string(),
  title: z.string(),
  agentId: z.string(),
  agentName: z.string(),
  updatedAt: z.string(),
  status: runStatusSchema,
});

export const messageSchema = z.object({
  runId: z.string(),
  role: z.enum(["person", "agent"]),
  text: z.string(),
  citations: z.array(citationSchema),
  coverage: z.array(coverageSchema),
  /** Addresses in the text that something read leads to: no other may be drawn as a link. */
  links: z.array(z.string()).optional(),
  at: z.string(),
  status: runStatusSchema,
});

export const policySchema = z.object({
  id: z.string(),
  file: z.string(),
  line: z.number(),
  effect: z.enum(["permit", "forbid"]),
  text: z.string(),
  annotations: z.record(z.string(), z.string()),
  hash: z.string(),
});

/** The files in the folder can't be taken over, so those read before stay in force. */
export const policyProblemSchema = z.object({
  detail: z.string(),
  hint: z.string().nullable(),
  /** Since when. */
  at: z.string(),
});

/** A public key of one process (RFC 7517); its private half is never written down. */
export const actingKeySchema = z.object({
  kty: z.literal("OKP"),
  crv: z.literal("Ed25519"),
  x: z.string(),
  kid: z.string(),
  alg: z.literal("EdDSA"),
  use: z.literal("sig"),
});

export const documentSchema = z.object({
  id: z.string(),
  title: z.string(),
  path: z.string(),
  revision: z.string(),
  text: z.string(),
  classes: z.array(z.string()),
  updatedAt: z.string(),
  /** Empty when Stead itself holds it. */
  sourceId: z.string(),
  /** Where it opens in its source. */
  url: z.string().nullable(),
  mediaType: z.string(),
  sections: z.array(
    z.object({
      title: z.string(),
      from: z.number(),
      to: z.number(),
      page: z.number().optional(),
    }),
  ),
});

export const documentEntrySchema = z.object({
  id: z.string(),
  title: z.string(),
  path: z.string(),
  sourceId: z.string(),
  url: z.string().nullable(),
  mediaType: z.string(),
  updatedAt: z.string(),
});

export const documentHitSchema = z.object({
  documentId: z.string(),
  title: z.string(),
  path: z.string(),
  sourceId: z.string(),
  /** Where it opens in its source. */
  url: z.string().nullable(),
  quote: z.string(),
  /** Where the quote stands in the document's text. */
  from: z.number(),
  to: z.number(),
  page: z.number().optional(),
  score: z.number(),
});

/** What was asked and gave no answer: a source, or, without an id, the model that finds by meaning. */
export const unansweredSchema = z.object({
  sourceId: z.string(),
  name: z.string(),
  why: z.string(),
});

/** `host` (its port is 443) or `host:port`. */
export const hostSchema = z
  .string()
  .max(260)
  .regex(/^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?$/);

export const mcpServerSchema = z.object({
  id: z.string(),
  name: z.string(),
  transport: z.enum(["stdio", "http"]),
  target: z.string(),
  status: z.enum(["ready", "changed", "unreachable"]),
  tools: z.array(z.object({ name: z.string(), reviewed: z.boolean(), changed: z.boolean() })),
  gated: z.boolean(),
  /** Where a process may connect to. */
  hosts: z.array(z.string()),
  /** Where each person signs in with an account of their own; null: it is told who asks. */
  signIn: z.string().nullable(),
  note: z.string(),
});

export const modelSchema = z.object({
  /** `provider/model`. */
  name: z.string(),
  provider: z.string(),
  wire: z.string(),
  contextTokens: z.number(),
  ready: z.boolean(),
  note: z.string(),
});

export const ungatedSchema = z.object({
  path: z.string(),
  since: z.string(),
  why: z.string(),
  /** When its programs were first started in a sandbox after that; null: it is open. */
  until: z.string().nullable(),
});

// What builders make: a draft, and its immutable published versions.
import { z } from "zod";
import { actsAsSchema } from "./tool.ts";

export const presetSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("fixed"), value: z.json() }),
  /** Taken from who acts: the model neither sees nor sets it. */
  z.object({ kind: z.literal("identity"), field: z.enum(["id", "email", "name", "department"]) }),
]);
export type Preset = z.infer<typeof presetSchema>;

export const agentToolSchema = z.object({
  name: z.string(),
  actsAs: actsAsSchema.default("caller"),
  /** Argument -> preset; arguments without one are the model's. */
  presets: z.record(z.string(), presetSchema).default({}),
});
export type AgentTool = z.infer<typeof agentToolSchema>;

export const boundsSchema = z.object({
  stepsMax: z.int().min(1).max(200).default(30),
  wallTimeMs: z.int().min(1000).max(86_400_000).default(900_000),
  tokensMax: z.int().min(1000).max(10_000_000).default(500_000),
  costMicrosMax: z.int().min(0).max(1_000_000_000).default(5_000_000),
  toolOutputBytesMax: z.int().min(256).max(10_000_000).default(1_000_000),
  callsPerTurnMax: z.int().min(1).max(64).default(8),
});
export type Bounds = z.infer<typeof boundsSchema>;

export const agentSpecSchema = z.object({
  name: z.string().min(1).max(80),
  purpose: z.string().max(300).default(""),
  instructions: z.string().max(50_000),
  /** `provider/model`, tried in this order. */
  models: z.array(z.string()).min(1).max(5),
  tools: z.array(agentToolSchema).max(64),
  bounds: boundsSchema.prefault({}),
});
export type AgentSpec = z.infer<typeof agentSpecSchema>;

export const agentSchema = z.object({
  id: z.string(),
  ownerId: z.string(),
  ownerName: z.string(),
  draft: agentSpecSchema,
  /** Groups whose members may use it; empty: only its owner. Changing it makes no new version. */
  usableBy: z.array(z.string()),
  /** Null until first published. */
  versionId: z.string().nullable(),
  version: z.number().nullable(),
  updatedAt: z.string(),
});
export type Agent = z.infer<typeof agentSchema>;

export const agentVersionSchema = z.object({
  id: z.string(),
  agentId: z.string(),
  version: z.number(),
  spec: agentSpecSchema,
  /** Tool name -> tool hash at the moment of publishing. */
  toolHashes: z.record(z.string(), z.string()),
  /** SHA-256 over spec and tool hashes. */
  hash: z.string(),
  publishedBy: z.string(),
  publishedAt: z.string(),
  note: z.string(),
});
export type AgentVersion = z.infer<typeof agentVersionSchema>;

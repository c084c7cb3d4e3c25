// Contracts of MCP servers' tools as they are drafted, reviewed and compared.
import { z } from "zod";
import { contractSchema, effectClassSchema, jsonSchemaSchema } from "./tool.ts";

/** `quarantined`: it is another tool than was reviewed, and can't be called. `orphaned`: gone. */
export const contractStateSchema = z.enum([
  "reviewed",
  "draft",
  "unreviewed",
  "quarantined",
  "orphaned",
]);
export type ContractState = z.infer<typeof contractStateSchema>;

export const contractEntrySchema = z.object({
  serverId: z.string(),
  server: z.string(),
  /** As the server calls it, and as agents do. */
  tool: z.string(),
  name: z.string(),
  state: contractStateSchema,
  /** Of what is in force: the strictest where nobody has reviewed anything. */
  effect: effectClassSchema,
  sinks: z.array(z.string()),
  /** Stead has a contract for it that waits to be accepted. */
  known: z.string().nullable(),
  /** It comes with the installation: not to be edited here. */
  ours: z.boolean(),
  version: z.number().nullable(),
  by: z.string().nullable(),
  at: z.string().nullable(),
});
export type ContractEntry = z.infer<typeof contractEntrySchema>;

export const contractReasonSchema = z.object({ about: z.string(), words: z.string() });

export const contractProposalSchema = z.object({
  contract: contractSchema,
  reasons: z.array(contractReasonSchema),
  /** Of what it is the known contract; null: drafted by rules. */
  known: z.string().nullable(),
});

export const contractChangeSchema = z.object({
  /** Such as `description`, `arguments.to.type`, `contract.effect`. */
  part: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
});
export type ContractChange = z.infer<typeof contractChangeSchema>;

export const contractViewSchema = contractEntrySchema.extend({
  title: z.string(),
  description: z.string(),
  inputSchema: jsonSchemaSchema,
  /** Pins what is looked at: accepting names it, so that nothing else is accepted. */
  offered: z.string().nullable(),
  /** What is in force; null: the strictest. */
  contract: contractSchema.nullable(),
  /** Saved, not in force. */
  draft: contractSchema.nullable(),
  proposal: contractProposalSchema.nullable(),
  /** What the server says now against what was reviewed. */
  changes: z.array(contractChangeSchema),
  versions: z.array(
    z.object({
      version: z.number(),
      state: z.enum(["draft", "accepted"]),
      by: z.string(),
      at: z.string(),
    }),
  ),
});
export type ContractView = z.infer<typeof contractViewSchema>;

export const contractDraftSchema = contractProposalSchema.extend({
  tool: z.string(),
  name: z.string(),
  offered: z.string(),
});

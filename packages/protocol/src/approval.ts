// A suspended call waiting for a person.
import { z } from "zod";
import { decisionSchema } from "./decision.ts";
import { actsAsSchema } from "./tool.ts";

export const approvalStateSchema = z.enum(["requested", "approved", "refused", "expired", "void"]);

/**
 * What the question is about: an act; the repeat of one; an account of the asker's own; or whether what
 * the run has read may be sent to a model.
 */
export const approvalKindSchema = z.enum(["policy", "repeat", "consent", "send"]);
export type ApprovalKind = z.infer<typeof approvalKindSchema>;

/** Rendered by the kernel from the canonical call, never from model text. */
export const approvalCardSchema = z.object({
  id: z.string(),
  runId: z.string(),
  callId: z.string(),
  kind: approvalKindSchema,
  state: approvalStateSchema,
  digest: z.string(),
  agent: z.object({ id: z.string(), name: z.string(), version: z.number() }),
  asker: z.object({ id: z.string(), name: z.string(), department: z.string() }),
  tool: z.object({
    name: z.string(),
    title: z.string(),
    effect: z.string(),
    reviewed: z.boolean(),
  }),
  /** In words: `actingWords`. */
  actsAs: z.object({ kind: actsAsSchema, name: z.string() }),
  /** Of a consent: where the asker has no account of their own yet. */
  consent: z.object({ sourceId: z.string(), where: z.string() }).optional(),
  destination: z.string(),
  arguments: z.record(z.string(), z.json()),
  /** Argument -> where its value came from, in words. */
  sinks: z.array(
    z.object({
      argument: z.string(),
      kind: z.string(),
      source: z.string(),
      value: z.string().optional(),
      /** True: it is why somebody is asked. */
      held: z.boolean().optional(),
    }),
  ),
  classes: z.array(z.string()),
  decision: decisionSchema,
  requestedAt: z.string(),
  expiresAt: z.string(),
  answeredBy: z.object({ id: z.string(), name: z.string() }).nullable(),
  answeredAt: z.string().nullable(),
  note: z.string(),
  /** Asks to share with people who may not read what it was made from: why, in the asker's words. */
  shareReason: z.string().optional(),
  /** What was asked to be shared can still be taken back, by the reader of this card. */
  revocable: z.boolean().optional(),
  /** The exact call as it was finally approved, when the approver edited it. */
  edited: z.boolean(),
  /** Why the reader of this card may not answer it; null when they may. */
  blockedBecause: z.string().nullable(),
});
export type ApprovalCard = z.infer<typeof approvalCardSchema>;

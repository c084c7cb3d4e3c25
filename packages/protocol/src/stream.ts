// What a client of a run's stream receives. `id` of a frame is `seq` or `seq.attempt.n` for deltas.
import { z } from "zod";
import { approvalCardSchema } from "./approval.ts";
import { decisionSchema } from "./decision.ts";
import { failureSchema, usageSchema } from "./event.ts";
import { runStatusSchema } from "./run.ts";
import { actsAsSchema } from "./tool.ts";

export const citationSchema = z.object({
  number: z.number(),
  documentId: z.string(),
  title: z.string(),
  quote: z.string(),
  /** Where the quote stands in the document's text. */
  from: z.number().optional(),
  /** Of a page of the web, whose id is this address; and when it was read. */
  url: z.string().optional(),
  retrievedAt: z.string().optional(),
});
export type Citation = z.infer<typeof citationSchema>;

/** What a search could not ask; what a research had in its scope, read, and left out and why. */
export const coverageSchema = z.object({
  question: z.string(),
  /** Documents in scope that the person may read. */
  inScope: z.number(),
  /** True: there are more than were looked at. */
  more: z.boolean(),
  read: z.number(),
  skipped: z.array(
    z.object({
      why: z.string(),
      documents: z.array(z.object({ documentId: z.string(), title: z.string() })),
    }),
  ),
  /** Sources that a search did not ask, or that gave no answer: there may be more in them. */
  unanswered: z.array(z.object({ name: z.string(), why: z.string() })).default([]),
});
export type Coverage = z.infer<typeof coverageSchema>;

export const streamFrameSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("run-start"), runId: z.string(), input: z.string() }),
  z.object({ type: z.literal("run-status"), status: runStatusSchema, note: z.string() }),
  z.object({ type: z.literal("step-start"), step: z.number() }),
  /** A new attempt, or one that a resumed client gets from its beginning: forget the text so far. */
  z.object({ type: z.literal("text-reset"), step: z.number(), attempt: z.number() }),
  z.object({
    type: z.literal("text-delta"),
    step: z.number(),
    attempt: z.number(),
    /** Offset of this delta in the attempt's text, so that a resumed client never doubles any. */
    offset: z.number(),
    kind: z.enum(["text", "reasoning"]),
    text: z.string(),
  }),
  z.object({
    type: z.literal("step-end"),
    step: z.number(),
    model: z.string(),
    text: z.string(),
    usage: usageSchema,
  }),
  z.object({
    type: z.literal("tool-call"),
    callId: z.string(),
    tool: z.string(),
    title: z.string(),
    arguments: z.record(z.string(), z.json()),
    actingAs: z.string(),
    /** As whom it acts; left out: it was never decided. */
    actsAs: actsAsSchema.optional(),
    decision: decisionSchema.nullable(),
  }),
  z.object({ type: z.literal("tool-start"), callId: z.string() }),
  z.object({
    type: z.literal("tool-end"),
    callId: z.string(),
    status: z.enum(["ok", "error", "denied"]),
    text: z.string(),
    durationMs: z.number(),
  }),
  /** Of a call that fans out: `done` of `total` sub-runs have ended, `runId` just now. */
  z.object({
    type: z.literal("sub-run-end"),
    callId: z.string(),
    runId: z.string(),
    status: runStatusSchema,
    done: z.number(),
    total: z.number(),
  }),
  z.object({ type: z.literal("approval-request"), card: approvalCardSchema }),
  z.object({
    type: z.literal("approval-answer"),
    approvalId: z.string(),
    answer: z.enum(["approved", "refused", "expired"]),
    byName: z.string(),
    note: z.string(),
    /** What will be done in place of what was proposed, when the one who approved has edited it. */
    arguments: z.record(z.string(), z.json()).optional(),
  }),
  z.object({ type: z.literal("compaction"), replaced: z.number(), how: z.string() }),
  z.object({
    type: z.literal("run-end"),
    status: runStatusSchema,
    text: z.string(),
    citations: z.array(citationSchema),
    coverage: z.array(coverageSchema),
    /** Addresses in the text that something read leads to: no other may be drawn as a link. */
    links: z.array(z.string()).optional(),
    failure: failureSchema.nullable(),
  }),
]);
export type StreamFrame = z.infer<typeof streamFrameSchema>;

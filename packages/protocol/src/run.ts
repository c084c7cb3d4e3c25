// One execution, as lists and pages show it; and its trace.
import { z } from "zod";
import { usageSchema } from "./event.ts";

export const runStatusSchema = z.enum([
  "queued",
  "running",
  "waiting",
  "answered",
  "failed",
  "cancelled",
  "stopped",
]);
export type RunStatus = z.infer<typeof runStatusSchema>;

export const runSchema = z.object({
  id: z.string(),
  threadId: z.string(),
  agent: z.object({ id: z.string(), name: z.string(), version: z.number(), versionId: z.string() }),
  person: z.object({ id: z.string(), name: z.string() }),
  status: runStatusSchema,
  trial: z.boolean(),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  steps: z.number(),
  usage: usageSchema,
  /** First line of the input; empty when the reader may not read it. */
  title: z.string(),
});
export type Run = z.infer<typeof runSchema>;

/** A part of a run with a beginning and an end; names follow OpenTelemetry's GenAI conventions. */
export const traceSpanSchema = z.object({
  id: z.string(),
  parentId: z.string().nullable(),
  name: z.string(),
  kind: z.enum(["run", "model", "tool", "decision", "approval", "egress", "context"]),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  status: z.enum(["ok", "error", "denied", "waiting", "running"]),
  seqs: z.array(z.number()),
  attributes: z.record(z.string(), z.json()),
  /** Bodies that the reader may open, by name; null: withheld, `withheld` says why. */
  bodies: z.record(z.string(), z.json()).nullable(),
  withheld: z.string().nullable(),
});
export type TraceSpan = z.infer<typeof traceSpanSchema>;

export const traceSchema = z.object({
  run: runSchema,
  spans: z.array(traceSpanSchema),
  /** "asker", "auditor" or "approver": what the reader sees it as. */
  seenAs: z.string(),
  /** Of a run that has ended: who may see what it read, in words, by access class. */
  audiences: z.record(z.string(), z.string()).optional(),
});
export const audienceSchema = z.object({
  /** By name; the first of them where there are very many. */
  people: z.array(z.object({ id: z.string(), name: z.string(), department: z.string() })),
  total: z.number(),
  /** All of the organisation. */
  everyone: z.boolean(),
});

export type Trace = z.infer<typeof traceSchema>;

// What every span of a context carries: where it came from, who may read it, what it is, whom to trust.
import { z } from "zod";

/** Most trusted first: typed by the person, field of a system of record, a colleague's text, outside. */
export const TRUST = ["person", "record", "colleague", "outside"] as const;
export const trustSchema = z.enum(TRUST);
export type Trust = z.infer<typeof trustSchema>;

export const labelSchema = z.object({
  /** Access classes, all of which a reader must satisfy; empty: everyone of the organisation. */
  audience: z.array(z.string()),
  /** Data classes: phi, pii, secret, financial, or the organisation's own. */
  classes: z.array(z.string()),
  trust: trustSchema,
});
export type Label = z.infer<typeof labelSchema>;

export const originSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("instructions"), versionId: z.string() }),
  z.object({ kind: z.literal("person"), personId: z.string() }),
  z.object({ kind: z.literal("model"), step: z.number() }),
  z.object({ kind: z.literal("tool"), callId: z.string(), tool: z.string() }),
  z.object({
    kind: z.literal("document"),
    documentId: z.string(),
    revision: z.string(),
    chunk: z.number().optional(),
    callId: z.string().optional(),
  }),
  z.object({ kind: z.literal("summary"), step: z.number() }),
  z.object({ kind: z.literal("kernel"), reason: z.string() }),
]);
export type Origin = z.infer<typeof originSchema>;

/** A line of a context receipt: a span that the model saw, without its text. */
export const spanReceiptSchema = z.object({
  id: z.string(),
  origin: originSchema,
  label: labelSchema,
  tokens: z.number(),
  /** SHA-256 over the span keyed by the run (not a plain hash: that could be guessed). */
  hash: z.string(),
});
export type SpanReceipt = z.infer<typeof spanReceiptSchema>;

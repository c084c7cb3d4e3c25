// What destinations are cleared for: which classes of data may go there, in what form and on what terms.
import { z } from "zod";

/** From the loosest to the strictest. */
export const EGRESS_EFFECTS = ["allow", "placeholder", "ask", "refuse"] as const;
export const egressEffectSchema = z.enum(EGRESS_EFFECTS);

export const dataClassSchema = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/);

export const toleranceSchema = z.object({
  groupId: z.string().min(1).max(80),
  class: dataClassSchema,
  effect: egressEffectSchema,
});

export const clearanceSchema = z.object({
  /** `host`, `host:port`, the name of a provider of models, or `mcp:<server>`. */
  id: z.string(),
  name: z.string(),
  /** By class of data; what is not named is as Stead's defaults say, which are strict. */
  rules: z.record(dataClassSchema, egressEffectSchema),
  region: z.string(),
  /** How long it keeps what it gets, and what for. */
  retention: z.string(),
  agreement: z.string(),
  setBy: z.string(),
  setAt: z.string(),
  /** Groups that want it stricter. */
  tolerances: z.array(toleranceSchema),
});
export type ClearanceView = z.infer<typeof clearanceSchema>;

const term = z.string().trim().max(500).default("");

export const clearanceWishSchema = z.object({
  id: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^(?:mcp:)?[a-z0-9[\]][a-z0-9._:[\]-]{0,199}$/),
  name: z.string().trim().max(200).default(""),
  rules: z.record(dataClassSchema, egressEffectSchema),
  region: term,
  retention: term,
  agreement: term,
  tolerances: z.array(toleranceSchema).max(200).default([]),
});

// What detection finds in a text, and an organisation's own patterns for it.
import { z } from "zod";

export const findingSchema = z.object({
  /** UTF-16 offsets, `to` behind the last. */
  from: z.int().nonnegative(),
  to: z.int().nonnegative(),
  type: z.string(),
  /** pii, phi, secret, financial, quasi (identifies nobody by itself), or the organisation's own. */
  class: z.string(),
  score: z.number().min(0).max(1),
});

export const patternNameSchema = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]{1,39}$/, "Capitals, digits and _, as PROJECT_CODE");

export const patternWishSchema = z.object({
  class: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, "Small letters, digits and -, as project-x"),
  /** RE2. */
  source: z.string().min(1).max(500),
});

export const patternSchema = patternWishSchema.extend({
  name: patternNameSchema,
  setBy: z.string(),
  setAt: z.string(),
});

// What left: to which destinations by which ways, and each send by itself.
import { z } from "zod";
import { dataClassSchema, egressEffectSchema } from "./clearance.ts";

/** A way to a destination: the gate asks what was said of this very one. */
const waySchema = z.object({
  /** What it is to us: a model, a tool, a source, the web, a login; null: from before it was recorded. */
  kind: z.string().nullable(),
  /** The provider of a model, or `mcp:<server>`. */
  name: z.string().nullable(),
  /** Every clearance that speaks of it. */
  clearances: z.array(z.string()),
  /** What holds there, the strictest of them; by none: Stead's default. */
  effects: z.array(
    z.object({ class: z.string(), effect: egressEffectSchema, by: z.array(z.string()) }),
  ),
});

export const destinationSchema = z.object({
  destination: z.string(),
  sends: z.number(),
  bytes: z.number(),
  failures: z.number(),
  lastAt: z.string().nullable(),
  ways: z.array(waySchema),
});

/** What to list of what left; times are inclusive. */
export const sendsQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** The `next` of the page before. */
  cursor: z.string().max(200).optional(),
  /** `host:port`, or the name of a child: exactly this. */
  destination: z.string().max(300).optional(),
  /** Its labels say so, it stood in the bytes, or a placeholder stood for it. */
  class: dataClassSchema.optional(),
  person: z.string().max(80).optional(),
  run: z.string().max(80).optional(),
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
  only: z.enum(["failed", "replaced"]).optional(),
});

export const sendSchema = z.object({
  /** Its place in the ledger. */
  stream: z.string(),
  seq: z.number(),
  at: z.string(),
  destination: z.string(),
  kind: z.string().nullable(),
  name: z.string().nullable(),
  url: z.string(),
  method: z.string(),
  bytes: z.number(),
  /** Of what it was made from, as the labels say. */
  classes: z.array(z.string()),
  /** Classes that stood in the bytes themselves. */
  found: z.array(z.string()),
  replaced: z.array(z.object({ class: z.string(), count: z.number() })),
  /** Approvals without which it would have stayed. */
  approvals: z.array(z.string()),
  detector: z.string(),
  registry: z.string().nullable(),
  /** False: nothing of it was kept but this record. */
  hasBytes: z.boolean(),
  /** Null: it belongs to no run. */
  run: z.object({ id: z.string(), personId: z.string(), personName: z.string() }).nullable(),
  /** Null: it is under way, or the process that sent it died. */
  outcome: z.object({ status: z.number().nullable(), code: z.string().nullable() }).nullable(),
});
export type Send = z.infer<typeof sendSchema>;

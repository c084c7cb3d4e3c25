// The wire form of the ledger: events with their hashes, checkpoints, and what a check found.
import { z } from "zod";

export const bodyRefSchema = z.object({
  name: z.string(),
  id: z.string(),
  /** SHA-256 of the ciphertext, hex. */
  sha256: z.string(),
  bytes: z.number(),
});
export type BodyRef = z.infer<typeof bodyRefSchema>;

export const ledgerEventSchema = z.object({
  stream: z.string(),
  seq: z.number(),
  at: z.string(),
  type: z.string(),
  data: z.record(z.string(), z.json()),
  bodies: z.array(bodyRefSchema),
  prev: z.string(),
  hash: z.string(),
});
export type LedgerEvent = z.infer<typeof ledgerEventSchema>;

export const checkpointSchema = z.object({
  size: z.number(),
  root: z.string(),
  /** The signed C2SP note, as text. */
  note: z.string(),
  at: z.string(),
  witnesses: z.array(z.string()),
});
export type Checkpoint = z.infer<typeof checkpointSchema>;

export const verificationSchema = z.object({
  ok: z.boolean(),
  events: z.number(),
  streams: z.number(),
  checkpoints: z.number(),
  /** The first bad event or checkpoint, in words; null when all is well. */
  firstBad: z
    .object({ stream: z.string(), seq: z.number().nullable(), why: z.string() })
    .nullable(),
  /** Events after the last checkpoint: chained, not yet signed. */
  uncovered: z.number(),
  /** Checkpoints that no witness has signed. */
  unwitnessed: z.number(),
  checkedAt: z.string(),
});
export type Verification = z.infer<typeof verificationSchema>;

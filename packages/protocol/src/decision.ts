// What policy said, with the policies that determined it and a sentence that explains it.
import { z } from "zod";
import { trustSchema } from "./label.ts";
import { sinkKindSchema } from "./tool.ts";

export const determiningPolicySchema = z.object({
  id: z.string(),
  /** SHA-256 of the policy's text. */
  hash: z.string(),
  effect: z.enum(["permit", "forbid"]),
  annotations: z.record(z.string(), z.string()),
});
export type DeterminingPolicy = z.infer<typeof determiningPolicySchema>;

/** A value that decides where a call reaches, and that nobody trusted enough has written. */
export const holdSchema = z.object({
  /** Empty: the call as a whole. */
  argument: z.string(),
  kind: sinkKindSchema,
  value: z.string(),
  /** Who wrote it, and who would have to. */
  trust: trustSchema,
  needs: trustSchema,
  /** Where it is from, in words. */
  source: z.string(),
});
export type Hold = z.infer<typeof holdSchema>;

/** One who may be given what was read, and the labels of it that stand in their way. */
export const declassifiedSchema = z.object({
  /** A person's id, or what stands for readers who are no one person. */
  recipient: z.string(),
  name: z.string(),
  classes: z.array(z.string()),
});
export type Declassified = z.infer<typeof declassifiedSchema>;

/** Data of a class that leaves for a place only once somebody has agreed. */
export const askedSendSchema = z.object({
  /** `host:port`, or the name of a local program. */
  destination: z.string(),
  class: z.string(),
  /** Values of it that stand in what would leave; 0: only a label says that it may hold any. */
  count: z.number(),
});
export type AskedSend = z.infer<typeof askedSendSchema>;

export const decisionSchema = z.object({
  kind: z.enum(["permit", "ask", "deny"]),
  /** When it denies: a rule said no, or a rule could not be evaluated. */
  code: z.enum(["policy.denied", "policy.error"]).optional(),
  policies: z.array(determiningPolicySchema),
  /** One sentence for people. */
  reason: z.string(),
  /** When it asks: groups whose members may approve, each entry must be met. */
  approvers: z.array(
    z.object({
      /** A group's id, or `role:<role>`. */
      group: z.string(),
      quorum: z.number(),
      name: z.string().optional(),
    }),
  ),
  /** When it asks: values that somebody must have seen before they are used. */
  holds: z.array(holdSchema).optional(),
  /** When labels refuse it: who would have seen it, and what of it each of them may not read. */
  lacking: z.array(z.object({ name: z.string(), what: z.array(z.string()) })).optional(),
  /** When it asks to share what was read with people who may not read it: with whom, and what of it. */
  declassifies: z.array(declassifiedSchema).optional(),
  /** When it asks: what a destination is cleared for only after a question. */
  sends: z.array(askedSendSchema).optional(),
  /** When it asks: how long a question stands, in milliseconds. */
  expiresMs: z.number().optional(),
  /** When it denies: whom to ask. */
  contact: z.string().optional(),
});
export type Decision = z.infer<typeof decisionSchema>;

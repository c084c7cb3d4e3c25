// The non-egress report: did data of a class reach a destination between two times? The signed file holds
// what it rests on, so that somebody who trusts nothing but the ledger's key can follow it.
import { z } from "zod";
import { bodyRefSchema } from "./ledger.ts";

export const NON_EGRESS_FORMAT = "stead-non-egress/1";

/** Why "no" can't be said, from the worst on. Wire-visible: never renamed. */
export const DOUBTS = {
  "period-open": "The period was not over when the report was made.",
  "ungated-path": "A path out that Stead does not gate was open in the period.",
  uncovered: "A send is not under a signed checkpoint.",
  gap: "The numbers of the sends to this destination have a gap.",
  clock: "The clock went back in or around the period, so a time may be wrong.",
  unread: "What a send carried can't be read again: it was erased, or was never kept.",
  unsettled: "Data of the class was sent, and whether it arrived is not known.",
} as const;
export const doubtSchema = z.enum([
  "period-open",
  "ungated-path",
  "uncovered",
  "gap",
  "clock",
  "unread",
  "unsettled",
]);
export type Doubt = z.infer<typeof doubtSchema>;

export const answerSchema = z.enum(["no", "yes", "not-proven"]);

export const nonEgressQuestionSchema = z.object({
  /** phi, pii, secret, financial, or the organisation's own. */
  class: z.string().min(1).max(80),
  /** `host:port`, as the list of destinations has it. */
  destination: z.string().min(1).max(300),
  /** Inclusive. */
  from: z.iso.datetime(),
  /** Exclusive. */
  to: z.iso.datetime(),
});
export type NonEgressQuestion = z.infer<typeof nonEgressQuestionSchema>;

const placeSchema = z.object({ stream: z.string(), seq: z.number() });
const countSchema = z.object({ class: z.string(), count: z.number() });

/** What was found when the bytes of a send were read again, or why they could not be. */
const scanSchema = z.union([
  z.object({ found: z.array(countSchema) }),
  z.object({ unread: z.enum(["erased", "withheld", "not-kept", "damaged"]) }),
]);
export type Scan = z.infer<typeof scanSchema>;

const reportedSendSchema = placeSchema.extend({
  /** Gapless per destination, given by the checkpointer; null: no checkpoint covers it yet. */
  number: z.number().nullable(),
  scan: scanSchema,
});

/** Events of one leaf of the signed tree, up to the one that the leaf names, and the way to its root. */
const evidenceSchema = z.object({
  stream: z.string(),
  /** Null: no checkpoint covers these events. */
  leaf: z
    .object({
      idx: z.number(),
      from: z.number(),
      to: z.number(),
      /** RFC 9162 inclusion proof, base64. */
      proof: z.array(z.string()),
    })
    .nullable(),
  /** Hash of the event before the first of these, hex. */
  prev: z.string(),
  events: z.array(
    z.object({
      seq: z.number(),
      at: z.number(),
      type: z.string(),
      data: z.record(z.string(), z.json()),
      bodies: z.array(bodyRefSchema),
    }),
  ),
});
export type Evidence = z.infer<typeof evidenceSchema>;

const detectorSchema = z.object({
  detector: z.string(),
  /** Version of the registry of known values; null: there was none. */
  registry: z.string().nullable(),
});

export const nonEgressReportSchema = z.object({
  format: z.literal(NON_EGRESS_FORMAT),
  id: z.string(),
  org: z.string(),
  /** The ledger's verifier key; whoever verifies compares it with the one that they know. */
  key: z.string(),
  madeAt: z.iso.datetime(),
  by: z.string(),
  question: nonEgressQuestionSchema,
  answer: answerSchema,
  doubts: z.array(doubtSchema),
  /** Every send to the destination in the period, in the order of its numbers. */
  sends: z.array(reportedSendSchema),
  /** Events that opened or closed an ungated path before the end of the period. */
  ungated: z.array(placeSchema),
  /** What the tripwire closed in the period. */
  tripped: z.array(placeSchema),
  coverage: z.object({
    /** Of this destination, whenever: sends with a number, and the highest number. */
    numbered: z.number(),
    highest: z.number(),
    /** Sends of the period by destination, this one and all others. */
    destinations: z.array(
      z.object({
        destination: z.string(),
        sends: z.number(),
        first: z.number().nullable(),
        last: z.number().nullable(),
      }),
    ),
    checkpoints: z.object({
      inPeriod: z.number(),
      /** Leaves under the last checkpoint that a witness has signed; 0: none has. */
      witnessed: z.number(),
      /** How often a checkpoint is older than the one before it. */
      backwards: z.number(),
    }),
  }),
  /** By what the sends were looked through when they left, and by what for this report. */
  detectors: z.object({
    sending: z.array(detectorSchema.extend({ sends: z.number() })),
    reading: detectorSchema,
  }),
  /** What reading the stored bytes again has found, in all sends together. */
  findings: z.array(countSchema.extend({ sends: z.number() })),
  /** The checkpoint that the evidence is under: a C2SP signed note, and its witnesses' lines. */
  checkpoint: z.object({ note: z.string(), witnesses: z.array(z.string()) }).nullable(),
  evidence: z.array(evidenceSchema),
});
export type NonEgressReport = z.infer<typeof nonEgressReportSchema>;

/** What the console and the command line show of a report; the file is the proof. */
export const nonEgressReplySchema = nonEgressReportSchema
  .pick({ id: true, question: true, answer: true, doubts: true, detectors: true, findings: true })
  .extend({
    madeAt: z.string(),
    /** Counts of the sends of the period. */
    sends: z.object({
      all: z.number(),
      /** Carried the class. */
      carried: z.number(),
      /** Made of data of the class, with values replaced by placeholders. */
      replaced: z.number(),
      uncovered: z.number(),
      unwitnessed: z.number(),
      unread: z.number(),
    }),
    /** The sends that carried the class, at most a hundred of them. */
    rows: z.array(
      placeSchema.extend({
        number: z.number().nullable(),
        at: z.string(),
        url: z.string(),
        /** By its label, or by what was found in its bytes. */
        by: z.enum(["label", "found"]),
        outcome: z.enum(["arrived", "stopped", "unknown"]),
      }),
    ),
    ungated: z.array(z.object({ path: z.string(), why: z.string(), since: z.string() })),
    /** The signed file, to be kept: one line of canonical JSON, signed as a C2SP note. */
    file: z.string(),
  });
export type NonEgressReply = z.infer<typeof nonEgressReplySchema>;

// How search works here: what the index stands at, and whether documents are found by meaning, too.
import { z } from "zod";

export const searchSettingsSchema = z.object({
  /** `provider/model`; null: documents are found by their words alone. */
  embeddingModel: z.string().nullable(),
  /** On whose decision the text of documents goes to that model. */
  decidedBy: z.string().nullable(),
  decidedAt: z.string().nullable(),
  /** What can be chosen, and where the text of documents goes with it; null: it stays on this machine. */
  choices: z.array(z.object({ name: z.string(), sendsTo: z.string().nullable() })),
  /** Of the process that answers. */
  index: z.object({
    state: z.enum(["building", "live"]),
    done: z.number(),
    total: z.number(),
    passages: z.number(),
    bytes: z.number(),
  }),
  meaning: z.object({
    documents: z.number(),
    /** With the vectors of their present text. */
    done: z.number(),
    /** What policy does not let go there, or the model did not take; tried again each hour. */
    refused: z.number(),
    /** Why no vectors can be made just now; empty: nothing is in the way. */
    waiting: z.string(),
  }),
  spend: z.array(
    z.object({
      model: z.string(),
      kind: z.enum(["document", "query"]),
      texts: z.number(),
      inputTokens: z.number(),
      costMicros: z.number(),
    }),
  ),
});
export type SearchSettings = z.infer<typeof searchSettingsSchema>;

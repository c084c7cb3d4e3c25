// The events of a run: immutable facts. `data` is structure; content stands in `bodies`, encrypted.
import { z } from "zod";
import { boundsSchema } from "./agent.ts";
import { approvalKindSchema } from "./approval.ts";
import { askedSendSchema, decisionSchema, declassifiedSchema } from "./decision.ts";
import { labelSchema, spanReceiptSchema } from "./label.ts";
import { actsAsSchema, sinkKindSchema } from "./tool.ts";

export const usageSchema = z.object({
  inputTokens: z.number(),
  outputTokens: z.number(),
  cachedTokens: z.number(),
  reasoningTokens: z.number(),
  costMicros: z.number(),
});
export type Usage = z.infer<typeof usageSchema>;

export const failureSchema = z.object({
  code: z.string(),
  detail: z.string(),
  hint: z.string().optional(),
});

/** One attempt at a model: what was tried, how it ended. */
export const attemptSchema = z.object({
  model: z.string(),
  destination: z.string(),
  status: z.number().nullable(),
  code: z.string().nullable(),
  durationMs: z.number(),
  waitedMs: z.number(),
});
export type Attempt = z.infer<typeof attemptSchema>;

/** `answer`: a turn of the run; `summary`: older turns made shorter. */
const purposeSchema = z.enum(["answer", "summary"]);

/** UTF-16 offsets. */
export const pastedSchema = z.object({ from: z.int().min(0), to: z.int().min(0) });
export type Pasted = z.infer<typeof pastedSchema>;

const call = { callId: z.string(), tool: z.string() };

/** Of a sub-run: whose share of work it is, and what it opens with before the model is asked at all. */
export const subRunSchema = z.object({
  /** The run and the call in it that asked for this. */
  runId: z.string(),
  callId: z.string(),
  /** The only ones of the agent's tools that it has. */
  tools: z.array(z.string()),
  /** Calls made in the model's place; their arguments stand in the body `opening`. */
  opening: z.array(z.object(call)),
  /** What people have let the run send to models, so that its parts may as well. */
  cleared: z
    .array(z.object({ approvalId: z.string(), sends: z.array(askedSendSchema) }))
    .optional(),
});

/** Of a run that was started to share what labels refused: the refused call, which it opens with. */
export const shareSchema = z.object({
  /** The run and the call in it that was refused, by the digest of the act. */
  runId: z.string(),
  callId: z.string(),
  digest: z.string(),
  opening: z.object(call),
});

export const RUN_EVENTS = {
  /**
   * bodies: input (text), receiptKey (keys the hashes of the receipts), opening (arguments by call),
   * reason and titles (of what was read, by label) of a share.
   */
  "run.started": z.object({
    agentId: z.string(),
    versionId: z.string(),
    versionHash: z.string(),
    personId: z.string(),
    threadId: z.string(),
    previousRunIds: z.array(z.string()),
    trial: z.boolean(),
    attended: z.boolean(),
    surface: z.string(),
    bounds: boundsSchema,
    input: labelSchema,
    /** Stretches of the input that came by paste. */
    pasted: z.array(pastedSchema).optional(),
    subRunOf: subRunSchema.optional(),
    share: shareSchema.optional(),
  }),
  "run.claimed": z.object({ workerId: z.string() }),
  /**
   * The context receipt: every span that the model is about to see. `spans` are those that are new
   * since the request before, `dropped` those gone since then; the rest is as it was.
   */
  "model.requested": z.object({
    step: z.number(),
    purpose: purposeSchema,
    models: z.array(z.string()),
    spans: z.array(spanReceiptSchema),
    dropped: z.array(z.string()),
    label: labelSchema,
    inputTokens: z.number(),
    policies: z.array(z.string()),
  }),
  "model.attempted": attemptSchema.extend({ step: z.number(), attempt: z.number() }),
  /** bodies: content ({text, reasoning, calls: [{callId, tool, arguments}]}). */
  "model.answered": z.object({
    step: z.number(),
    purpose: purposeSchema,
    model: z.string(),
    finish: z.enum(["stop", "calls", "length", "filtered"]),
    usage: usageSchema,
    label: labelSchema,
    calls: z.array(z.object({ ...call, found: z.enum(["wire", "text"]) })),
  }),
  "model.failed": z.object({ step: z.number(), purpose: purposeSchema, failure: failureSchema }),
  /** bodies: arguments (the canonical call, presets filled in). */
  "call.decided": z.object({
    ...call,
    decision: decisionSchema,
    actsAs: actsAsSchema,
    actingAs: z.string(),
    destination: z.string(),
    digest: z.string(),
    toolHash: z.string(),
    label: labelSchema,
  }),
  /** The call can't even be decided: unknown tool, wrong arguments. bodies: message. */
  "call.rejected": z.object({ ...call, failure: failureSchema }),
  /** bodies: card. */
  "approval.requested": z.object({
    ...call,
    approvalId: z.string(),
    kind: approvalKindSchema,
    digest: z.string(),
    approvers: decisionSchema.shape.approvers,
    /** What a yes lets leave. */
    sends: z.array(askedSendSchema).optional(),
    expiresAt: z.string(),
  }),
  /** bodies: arguments (when edited), note. */
  "approval.answered": z.object({
    ...call,
    approvalId: z.string(),
    answer: z.enum(["approved", "refused", "expired"]),
    by: z.string().nullable(),
    digest: z.string(),
    edited: z.boolean(),
    /** The approver groups of the question that this answer counts for. */
    meets: z.array(z.string()),
    /** Arguments whose values are vouched for from now on, in this run. */
    endorsed: z.array(z.object({ argument: z.string(), kind: sinkKindSchema })).optional(),
  }),
  /**
   * What was read may be given, by this act alone and until the run ends, to those named: the answer that
   * made the approval whole writes it in the same transaction. bodies: reason.
   */
  "label.declassified": z.object({
    ...call,
    approvalId: z.string(),
    digest: z.string(),
    declassified: z.array(declassifiedSchema),
    by: z.array(z.string()),
    until: z.literal("run.finished"),
  }),
  /** Values that an answer vouched for are vouched for no more: what is decided from here on asks again. */
  "label.endorsement-revoked": z.object({
    ...call,
    approvalId: z.string(),
    by: z.string(),
  }),
  /** Taken back before it was used. */
  "label.declassification-revoked": z.object({
    ...call,
    approvalId: z.string(),
    by: z.string(),
  }),
  /**
   * Data of these classes may leave for that destination: for this act alone, or for what the run's models
   * are sent until it ends. The answer that made the approval whole writes it in the same transaction.
   */
  "egress.cleared": z.object({
    ...call,
    approvalId: z.string(),
    digest: z.string(),
    scope: z.enum(["call", "run"]),
    sends: z.array(askedSendSchema),
    by: z.array(z.string()),
  }),
  "call.started": z.object({
    ...call,
    key: z.string(),
    keyed: z.boolean(),
    digest: z.string(),
    approvalId: z.string().optional(),
    policies: z.array(z.string()),
  }),
  /** A sub-run of this call has ended: `done` of `total` have. What it used counts for this run too. */
  "sub-run.ended": z.object({
    ...call,
    runId: z.string(),
    status: z.enum(["answered", "failed", "cancelled", "stopped"]),
    done: z.number(),
    total: z.number(),
    usage: usageSchema,
  }),
  /** bodies: result ({text, blobId?}), citations, coverage. */
  "call.finished": z.object({
    ...call,
    status: z.enum(["ok", "error", "denied"]),
    failure: failureSchema.optional(),
    label: labelSchema,
    /** Nothing is known of who else may read it. */
    forCallerOnly: z.boolean().optional(),
    citations: z.number(),
    origins: z.array(spanReceiptSchema.shape.origin),
    bytes: z.number(),
    blobId: z.string().optional(),
    durationMs: z.number(),
  }),
  /**
   * bodies: summary. Spans `replaced` are out of every later window; past ones can be rebuilt. They are
   * `withheld` once the person may no longer read what they were made from.
   */
  "context.compacted": z.object({
    step: z.number(),
    how: z.enum(["tool-results", "summary", "withheld"]),
    replaced: z.array(z.string()),
    tokensBefore: z.number(),
    tokensAfter: z.number(),
    label: labelSchema,
  }),
  /** bodies: bytes (exactly what left). Appended before the bytes go. */
  "egress.sent": z.object({
    sendId: z.string(),
    destination: z.string(),
    /** What it is to us: a model, a tool, a source, the web, or a login. */
    kind: z.string().optional(),
    /** What it also goes by: the provider of a model, or `mcp:<server>`. */
    name: z.string().optional(),
    url: z.string(),
    method: z.string(),
    bytes: z.number(),
    classes: z.array(z.string()),
    detector: z.string(),
    /** Classes that stood in the bytes themselves, whether or not a label says so. */
    found: z.array(z.string()).optional(),
    /** Values that placeholders stood for in what left, by class. */
    replaced: z.array(z.object({ class: z.string(), count: z.number() })).optional(),
    /** Approvals without which it would have stayed. */
    cleared: z.array(z.string()).optional(),
    /** The version of the known values that the bytes were compared with. */
    registry: z.string().optional(),
  }),
  "egress.settled": z.object({
    sendId: z.string(),
    status: z.number().nullable(),
    code: z.string().nullable(),
    bytes: z.number(),
    durationMs: z.number(),
  }),
  "run.cancel-requested": z.object({ by: z.string() }),
  /** bodies: answer ({text, citations, coverage, links?}). */
  "run.finished": z.object({
    status: z.enum(["answered", "failed", "cancelled", "stopped"]),
    failure: failureSchema.optional(),
    label: labelSchema,
  }),
} as const;

export type RunEventType = keyof typeof RUN_EVENTS;
export type RunEventData<T extends RunEventType> = z.infer<(typeof RUN_EVENTS)[T]>;

/** An event as the loop reads it back: content decrypted into `bodies`. */
export type RunEvent = {
  [T in RunEventType]: {
    readonly type: T;
    readonly seq: number;
    readonly at: number;
    readonly data: RunEventData<T>;
    readonly bodies: Readonly<Record<string, unknown>>;
  };
}[RunEventType];

/** An event about to be appended. */
export type NewRunEvent = {
  [T in RunEventType]: {
    readonly type: T;
    readonly data: RunEventData<T>;
    readonly bodies?: Readonly<Record<string, unknown>>;
  };
}[RunEventType];

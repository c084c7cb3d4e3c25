// Providers as data: what speaks which wire where, with which limits, and what its models cost.
import { z } from "zod";

const micros = z.number().min(0);

/** In micros (millionths of the currency) per million tokens. */
export const priceSchema = z.object({
  input: micros,
  output: micros,
  /** Read from the provider's cache; `input` when left out. */
  cached: micros.optional(),
  /** Written to the provider's cache; `input` when left out. */
  cacheWrite: micros.optional(),
});
export type Price = z.infer<typeof priceSchema>;

export const modelSpecSchema = z.object({
  id: z.string().min(1),
  contextTokens: z.int().min(256).default(128_000),
  outputTokensMax: z.int().min(16).default(8192),
  price: priceSchema.default({ input: 0, output: 0 }),
  /** `text`: tools are described in the prompt and calls are found in the text. `auto`: both ways. */
  toolCalls: z.enum(["auto", "native", "text"]).default("auto"),
  /** Merged into each request's body, for what only this model knows. */
  body: z.record(z.string(), z.json()).default({}),
});
export type ModelSpec = z.infer<typeof modelSpecSchema>;

/** A model that turns texts into vectors, for searching by meaning. */
export const embeddingSpecSchema = z.object({
  id: z.string().min(1),
  /** What is longer is cut off. */
  inputTokens: z.int().min(32).default(8_000),
  /** Texts in one request. */
  textsMax: z.int().min(1).max(2_048).default(64),
  /** Numbers of a vector, where the model gives several lengths; as it likes when left out. */
  dimensions: z.int().min(8).max(4_096).optional(),
  /** What some models want before a text or a question: `query: `. */
  documentPrefix: z.string().max(500).default(""),
  queryPrefix: z.string().max(500).default(""),
  /** Micros per million tokens. */
  price: micros.default(0),
});
export type EmbeddingSpec = z.infer<typeof embeddingSpecSchema>;

const count = z.number().positive();

export const limitsSchema = z.object({
  requestsPerMinute: count.optional(),
  tokensPerMinute: count.optional(),
  concurrent: z.int().positive().optional(),
});
export type ProviderLimits = z.infer<typeof limitsSchema>;

const ms = z.int().min(1);

/** Bounds of one attempt and of the whole call. */
export const timesSchema = z.object({
  firstByteTimeoutMs: ms.default(60_000),
  idleTimeoutMs: ms.default(45_000),
  attemptTimeoutMs: ms.default(300_000),
  attemptsMax: z.int().min(1).max(10).default(3),
  backoffMs: ms.default(500),
  backoffMsMax: ms.default(20_000),
  answerBytesMax: z.int().min(1024).default(33_554_432),
});
export type Times = z.infer<typeof timesSchema>;

export const providerSchema = z.object({
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/),
  wire: z.enum(["openai-chat", "anthropic-messages", "ai-sdk", "offline"]),
  baseUrl: z.string().default(""),
  key: z.string().optional(),
  /** For the wire `ai-sdk`: the package, and the name of the function that makes its provider. */
  package: z.string().optional(),
  factory: z.string().optional(),
  /** For the wire `ai-sdk`: further settings of that function. */
  settings: z.record(z.string(), z.json()).default({}),
  headers: z.record(z.string(), z.string()).default({}),
  limits: limitsSchema.default({}),
  times: timesSchema.prefault({}),
  models: z.array(modelSpecSchema).default([]),
  /** With the wire `openai-chat`, and built in. */
  embeddings: z.array(embeddingSpecSchema).default([]),
});
export type Provider = z.infer<typeof providerSchema>;
export type ProviderInput = z.input<typeof providerSchema>;

/** The end of a URL is joined by path, whether or not the base ends with a slash or the version. */
export function endpointOf(baseUrl: string, path: string): string {
  const base = baseUrl.replace(/\/+$/, "");
  const version = /^\/v\d+/.exec(path)?.[0] ?? "";
  return version !== "" && base.endsWith(version) ? base + path.slice(version.length) : base + path;
}

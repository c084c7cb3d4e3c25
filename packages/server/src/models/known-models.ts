// Models of the two known providers: windows and prices, micros per million tokens. Prices change;
// a providers file overrides them.
import type { EmbeddingSpec, ModelSpec } from "./provider.ts";

type Known = Readonly<
  Record<string, Pick<ModelSpec, "contextTokens" | "outputTokensMax" | "price">>
>;

export const KNOWN_MODELS: Readonly<Record<"anthropic" | "openai", Known>> = {
  anthropic: {
    "claude-sonnet-4-5": {
      contextTokens: 200_000,
      outputTokensMax: 16_384,
      price: { input: 3_000_000, output: 15_000_000, cached: 300_000, cacheWrite: 3_750_000 },
    },
    "claude-haiku-4-5": {
      contextTokens: 200_000,
      outputTokensMax: 16_384,
      price: { input: 1_000_000, output: 5_000_000, cached: 100_000, cacheWrite: 1_250_000 },
    },
    "claude-opus-4-5": {
      contextTokens: 200_000,
      outputTokensMax: 16_384,
      price: { input: 5_000_000, output: 25_000_000, cached: 500_000, cacheWrite: 6_250_000 },
    },
  },
  openai: {
    "gpt-5": {
      contextTokens: 400_000,
      outputTokensMax: 32_768,
      price: { input: 1_250_000, output: 10_000_000, cached: 125_000 },
    },
    "gpt-5-mini": {
      contextTokens: 400_000,
      outputTokensMax: 32_768,
      price: { input: 250_000, output: 2_000_000, cached: 25_000 },
    },
    "gpt-4.1": {
      contextTokens: 1_000_000,
      outputTokensMax: 16_384,
      price: { input: 2_000_000, output: 8_000_000, cached: 500_000 },
    },
    "gpt-4o-mini": {
      contextTokens: 128_000,
      outputTokensMax: 16_384,
      price: { input: 150_000, output: 600_000, cached: 75_000 },
    },
  },
};

export const KNOWN_EMBEDDINGS: Readonly<
  Record<string, Pick<EmbeddingSpec, "inputTokens" | "price">>
> = {
  "text-embedding-3-small": { inputTokens: 8_191, price: 20_000 },
  "text-embedding-3-large": { inputTokens: 8_191, price: 130_000 },
};

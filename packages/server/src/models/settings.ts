// Providers from the server's settings: the built-in one always, the two known ones when a key or an
// address is set.
import { KNOWN_EMBEDDINGS, KNOWN_MODELS } from "./known-models.ts";
import { SENTENCES } from "./offline/sentences.ts";
import { providerSchema, type Provider, type ProviderInput } from "./provider.ts";

export interface ModelSettings {
  readonly anthropicKey?: string | undefined;
  readonly anthropicBaseUrl?: string | undefined;
  /** Ids of models; the known ones of the provider when none is named. */
  readonly anthropicModels?: readonly string[];
  readonly openaiKey?: string | undefined;
  readonly openaiBaseUrl?: string | undefined;
  readonly openaiModels?: readonly string[];
  readonly openaiEmbeddings?: readonly string[];
}

const BUILT_IN: ProviderInput = {
  id: "offline",
  wire: "offline",
  models: [{ id: "offline-1", contextTokens: 200_000, toolCalls: "native" }],
  embeddings: [SENTENCES],
};

export function providersFromSettings(settings: ModelSettings): Provider[] {
  const inputs: ProviderInput[] = [BUILT_IN];
  if (settings.anthropicKey !== undefined || settings.anthropicBaseUrl !== undefined)
    inputs.push({
      id: "anthropic",
      wire: "anthropic-messages",
      baseUrl: settings.anthropicBaseUrl ?? "https://api.anthropic.com",
      key: settings.anthropicKey,
      models: specsOf("anthropic", settings.anthropicModels),
    });
  if (settings.openaiKey !== undefined || settings.openaiBaseUrl !== undefined)
    inputs.push({
      id: "openai",
      wire: "openai-chat",
      baseUrl: settings.openaiBaseUrl ?? "https://api.openai.com/v1",
      key: settings.openaiKey,
      models: specsOf("openai", settings.openaiModels),
      embeddings: embeddingsOf(settings.openaiEmbeddings),
    });
  return inputs.map((input) => providerSchema.parse(input));
}

function specsOf(
  provider: keyof typeof KNOWN_MODELS,
  named: readonly string[] = [],
): ProviderInput["models"] {
  const known = KNOWN_MODELS[provider];
  const ids = named.length > 0 ? named : Object.keys(known);
  return ids.map((id) => {
    // A dated name is its model: `name-2026-01-01`. The longest that fits is the nearest.
    const like = Object.keys(known)
      .filter((each) => id === each || id.startsWith(`${each}-`))
      .toSorted((a, b) => b.length - a.length)[0];
    return { ...(like === undefined ? {} : known[like]), id };
  });
}

function embeddingsOf(named: readonly string[] = []): ProviderInput["embeddings"] {
  const ids = named.length > 0 ? named : Object.keys(KNOWN_EMBEDDINGS);
  return ids.map((id) => ({ ...KNOWN_EMBEDDINGS[id], id }));
}

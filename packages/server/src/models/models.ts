// The configured models, built once: which exist, what they hold, and what `complete` needs.
import type { Gate } from "../egress/gate/gate.ts";
import type { Journal, OutRequest, OutResponse } from "../egress/request.ts";
import type { Clock } from "../lib/clock.ts";
import type { Ids } from "../lib/ids.ts";
import { sha256 } from "../lib/json.ts";
import type { Log } from "../lib/log.ts";
import type { Result } from "../lib/result.ts";
import type { Permit } from "../policy/permit.ts";
import { Breakers } from "./breaker.ts";
import { unlimited, type Limiter } from "./limiter/limiter.ts";
import { Offers } from "./offer.ts";
import { offline } from "./offline/offline.ts";
import { embeddingsOf, type FoundEmbedding } from "./embedding.ts";
import { providerSchema } from "./provider.ts";
import type { ModelSpec, Provider, ProviderInput } from "./provider.ts";
import { TokenCounter } from "./tokens.ts";
import { aiSdk } from "./wire/ai-sdk.ts";
import { anthropicMessages } from "./wire/anthropic-messages.ts";
import { openaiChat } from "./wire/openai-chat.ts";
import type { Wire } from "./wire/wire.ts";

/** Egress, as much of it as a model call needs. */
export interface Door {
  send(permit: Permit, request: OutRequest, journal: Journal): Promise<Result<OutResponse>>;
  /** What its sends pass. */
  readonly gate?: Gate;
}

export interface ModelsOptions {
  readonly providers: readonly ProviderInput[];
  readonly egress: Door;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly limiter?: Limiter;
  /** From the first attempt's begin to the last one's end. */
  readonly deadlineMs?: number;
}

export interface FoundModel {
  /** `provider/model`. */
  readonly name: string;
  readonly provider: Provider;
  readonly model: ModelSpec;
  readonly wire: Wire;
  readonly credential: string;
  readonly destination: string;
}

export interface ModelLine {
  readonly name: string;
  readonly provider: string;
  readonly wire: string;
  readonly contextTokens: number;
  readonly ready: boolean;
  readonly note: string;
}

export interface Models {
  readonly egress: Door;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly limiter: Limiter;
  readonly breakers: Breakers;
  readonly offers: Offers;
  readonly deadlineMs: number;
  readonly gate: Gate | undefined;
  find(name: string): FoundModel | undefined;
  /** Models of embeddings, by `provider/model`. */
  readonly embeddings: ReadonlyMap<string, FoundEmbedding>;
  list(): ModelLine[];
  countTokens(text: string): number;
  contextTokens(name: string): number;
}

const DEADLINE_MS = 600_000;
const CONTEXT_TOKENS = 32_000;

export function createModels(options: ModelsOptions): Models {
  const { egress, clock, ids, log, limiter = unlimited, deadlineMs = DEADLINE_MS } = options;
  const wires: Readonly<Record<Provider["wire"], Wire>> = {
    "openai-chat": openaiChat(clock),
    "anthropic-messages": anthropicMessages(clock),
    "ai-sdk": aiSdk(clock),
    offline,
  };
  const found = new Map<string, FoundModel>();
  const embeddings = new Map<string, FoundEmbedding>();
  for (const input of options.providers) {
    const provider = providerSchema.parse(input);
    const credential = credentialOf(provider);
    const destination = destinationOf(provider);
    for (const each of embeddingsOf(provider, { credential, destination }))
      embeddings.set(each.name, each);
    for (const model of provider.models) {
      const name = `${provider.id}/${model.id}`;
      found.set(name, {
        name,
        provider,
        model,
        wire: wires[provider.wire],
        credential,
        destination,
      });
    }
  }
  const counter = new TokenCounter();
  const breakers = new Breakers(clock);
  return {
    egress,
    clock,
    ids,
    log,
    limiter,
    breakers,
    offers: new Offers(),
    deadlineMs,
    gate: egress.gate,
    find: (name) => found.get(name),
    embeddings,
    list: () => [...found.values()].map((each) => lineOf(each, breakers)),
    countTokens: (text) => counter.count(text),
    contextTokens: (name) => found.get(name)?.model.contextTokens ?? CONTEXT_TOKENS,
  };
}

function lineOf({ name, provider, model }: FoundModel, breakers: Breakers): ModelLine {
  const open = breakers.isOpen(name);
  const keyless = provider.key === undefined && provider.wire !== "offline";
  return {
    name,
    provider: provider.id,
    wire: provider.wire,
    contextTokens: model.contextTokens,
    ready: !open,
    note: open
      ? "It keeps failing, so it is left alone for a while."
      : provider.wire === "offline"
        ? "Built in, no language model: it matches words, calls tools and quotes what it finds."
        : keyless
          ? "No key is set."
          : "",
  };
}

/** Providers with the same key share its limits; the name tells nothing about the key. */
function credentialOf(provider: Provider): string {
  if (provider.key === undefined) return provider.id;
  return sha256(`limit ${destinationOf(provider)} ${provider.key}`).slice(0, 24);
}

function destinationOf(provider: Provider): string {
  if (!URL.canParse(provider.baseUrl)) return provider.wire === "offline" ? "offline" : provider.id;
  const url = new URL(provider.baseUrl);
  return url.port === "" ? `${url.hostname}:${url.protocol === "http:" ? 80 : 443}` : url.host;
}

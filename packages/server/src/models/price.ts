// What an answer cost, in micros: millionths of the currency of the price table.
import type { Usage } from "@stead/protocol";
import type { Price } from "./provider.ts";

/** Tokens as the wires report them; `input` counts cached ones too. */
export interface Tokens {
  readonly input: number;
  readonly cachedRead: number;
  readonly cachedWrite: number;
  readonly output: number;
  readonly reasoning: number;
}

export const NO_TOKENS: Tokens = {
  input: 0,
  cachedRead: 0,
  cachedWrite: 0,
  output: 0,
  reasoning: 0,
};

export function costMicros(price: Price, tokens: Tokens): number {
  const read = Math.min(tokens.cachedRead, tokens.input);
  const write = Math.min(tokens.cachedWrite, tokens.input - read);
  const plain = tokens.input - read - write;
  const total =
    plain * price.input +
    read * (price.cached ?? price.input) +
    write * (price.cacheWrite ?? price.input) +
    tokens.output * price.output;
  // Rounded up: a budget must never be passed by the sum of what was rounded away.
  return Math.ceil(total / 1_000_000);
}

export function usageOf(price: Price, tokens: Tokens): Usage {
  return {
    inputTokens: tokens.input,
    outputTokens: tokens.output,
    cachedTokens: tokens.cachedRead,
    reasoningTokens: tokens.reasoning,
    costMicros: costMicros(price, tokens),
  };
}

// Models that turn texts into vectors: which there are, what is asked of one, and what comes back.
import type { Label, Usage } from "@stead/protocol";
import type { Journal } from "../egress/request.ts";
import { sha256 } from "../lib/json.ts";
import type { Failure } from "../lib/result.ts";
import type { Permit } from "../policy/permit.ts";
import type { EmbeddingSpec, Provider } from "./provider.ts";

export interface FoundEmbedding {
  /** `provider/model`. */
  readonly name: string;
  /** Another one whenever the same text might get another vector. */
  readonly key: string;
  readonly provider: Provider;
  readonly spec: EmbeddingSpec;
  readonly credential: string;
  readonly destination: string;
}

export type TextKind = "document" | "query";

export interface EmbeddingCall {
  readonly found: FoundEmbedding;
  readonly texts: readonly string[];
  readonly kind: TextKind;
  /** What a vector must have; undefined: as the first one has it. */
  readonly dimensions?: number;
  readonly permit: Permit;
  readonly label: Label;
  readonly journal: Journal;
  /** Whose turn it is: limits are shared fairly between people. */
  readonly personId: string;
  /** From the first attempt's begin to the last one's end. */
  readonly deadlineMs: number;
  readonly attemptsMax?: number;
  readonly signal: AbortSignal;
}

export interface Embedded {
  /** One a text, in order, none of them zero. */
  readonly vectors: readonly Float32Array[];
  readonly usage: Usage;
}

/** `aboutTexts`: other texts may fare better. Otherwise no text would. */
export type EmbeddingResult =
  | { readonly ok: true; readonly value: Embedded }
  | { readonly ok: false; readonly failure: Failure; readonly aboutTexts: boolean };

export function embeddingsOf(
  provider: Provider,
  at: { readonly credential: string; readonly destination: string },
): FoundEmbedding[] {
  return provider.embeddings.map((spec) => ({
    ...at,
    name: `${provider.id}/${spec.id}`,
    key: keyOf(provider, spec),
    provider,
    spec,
  }));
}

function keyOf({ id, baseUrl }: Provider, spec: EmbeddingSpec): string {
  const { documentPrefix, queryPrefix, dimensions = 0, inputTokens } = spec;
  const parts = [baseUrl, documentPrefix, queryPrefix, dimensions, inputTokens];
  return `${id}/${spec.id} ${sha256(JSON.stringify(parts)).slice(0, 12)}`;
}

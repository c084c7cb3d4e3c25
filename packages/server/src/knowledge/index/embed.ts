// What searching by meaning needs of a model of embeddings, in its own words. Without one, words decide alone.
import type { Result } from "../../lib/result.ts";

export interface Embeddings {
  /** Vectors of different models are never compared. */
  readonly model: string;
  /** One vector a text, in order. */
  embed(texts: readonly string[]): Promise<Result<readonly Float32Array[]>>;
}

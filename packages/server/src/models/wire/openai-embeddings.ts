// The wire of OpenAI's embeddings, and of the many servers that speak it: texts in, a vector each out.
import type { OutResponse } from "../../egress/request.ts";
import type { Result } from "../../lib/result.ts";
import { endpointOf, type EmbeddingSpec, type Provider } from "../provider.ts";
import { countOf, isList, isView, listOf, parseJson, viewOf } from "./json-view.ts";
import { failedSend, refusalOf, refusalWithin, unreadable } from "./status.ts";
import type { WireFailure, WireRequest } from "./wire.ts";

export interface VectorsInput {
  readonly provider: Provider;
  readonly spec: EmbeddingSpec;
  readonly texts: readonly string[];
  /** What a vector must have; undefined: as many as the first. */
  readonly dimensions: number | undefined;
  readonly send: (request: WireRequest) => Promise<Result<OutResponse>>;
  readonly nowMs: number;
}

export type VectorsResult =
  | {
      readonly ok: true;
      readonly vectors: readonly Float32Array[];
      /** Undefined when the provider told nothing. */
      readonly tokens: number | undefined;
    }
  | ({ readonly ok: false } & WireFailure);

const DIMENSIONS_MAX = 8_192;

export async function openaiEmbeddings(input: VectorsInput): Promise<VectorsResult> {
  const sent = await input.send(requestOf(input));
  if (!sent.ok) return { ok: false, ...failedSend(sent.failure, null) };
  const response = sent.value;
  const { status } = response;
  if (status < 200 || status >= 300)
    return { ok: false, ...(await refusalOf(response, input.nowMs)) };
  const text = await response.text();
  if (!text.ok) return { ok: false, ...failedSend(text.failure, status) };
  const value = parseJson(text.value);
  if (!isView(value)) return { ok: false, ...unreadable("the answer is no JSON object", status) };
  if (value["error"] !== undefined && value["error"] !== null)
    return { ok: false, ...refusalWithin(value) };
  const vectors = vectorsIn(listOf(value, "data"), input);
  if (typeof vectors === "string") return { ok: false, ...unreadable(vectors, status) };
  const tokens = countOf(viewOf(value, "usage"), "prompt_tokens");
  return { ok: true, vectors, tokens: tokens === 0 ? undefined : tokens };
}

function requestOf({ provider, spec, texts }: VectorsInput): WireRequest {
  const secretHeaders: Record<string, string> =
    provider.key === undefined ? {} : { authorization: `Bearer ${provider.key}` };
  return {
    url: endpointOf(provider.baseUrl, "/v1/embeddings"),
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json",
      ...provider.headers,
    },
    secretHeaders,
    body: JSON.stringify({
      model: spec.id,
      input: texts,
      encoding_format: "float",
      ...(spec.dimensions === undefined ? {} : { dimensions: spec.dimensions }),
    }),
  };
}

/** One a text, each in the place that it names; or why they can't be used. */
function vectorsIn(
  data: readonly unknown[],
  { texts, dimensions }: VectorsInput,
): Float32Array[] | string {
  if (data.length !== texts.length) return `${texts.length} vectors were due, ${data.length} came`;
  const vectors = new Map<number, Float32Array>();
  let length = dimensions;
  for (const [i, item] of data.entries()) {
    if (!isView(item)) return "a vector is missing";
    const place = countOf(item, "index") ?? i;
    const vector = vectorOf(item["embedding"], length);
    if (typeof vector === "string") return vector;
    length = vector.length;
    vectors.set(place, vector);
  }
  const ordered = texts.flatMap((_, i) => vectors.get(i) ?? []);
  return ordered.length === texts.length ? ordered : "two vectors are for the same text";
}

function vectorOf(given: unknown, length: number | undefined): Float32Array | string {
  const numbers = isList(given) ? given : [];
  if (numbers.length === 0 || numbers.length > DIMENSIONS_MAX)
    return `a vector of ${numbers.length} numbers`;
  if (length !== undefined && numbers.length !== length)
    return `a vector of ${numbers.length} numbers, where ${length} were due`;
  const vector = new Float32Array(numbers.length);
  let squares = 0;
  for (const [i, number] of numbers.entries()) {
    if (typeof number !== "number") return "a vector holds something that is no number";
    vector[i] = number;
    squares += (vector[i] ?? 0) ** 2;
  }
  return squares > 0 && Number.isFinite(squares) ? vector : "a vector of no direction";
}

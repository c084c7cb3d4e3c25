// Turns texts into vectors: cut to what the model takes, in bounded requests, with the limits, the retries and
// the breaker of model calls. A question has a breaker of its own: it waits less long than a document.
import { fail, type Failure } from "../lib/result.ts";
import { checkPermit } from "../policy/permit.ts";
import type { EmbeddingCall, EmbeddingResult } from "./embedding.ts";
import type { Models } from "./models.ts";
import { NO_TOKENS, usageOf } from "./price.ts";
import { Sentences } from "./offline/sentences.ts";
import { retryInMs } from "./retry.ts";
import { estimateTokens } from "./tokens.ts";
import { openaiEmbeddings, type VectorsResult } from "./wire/openai-embeddings.ts";
import type { WireFailure } from "./wire/wire.ts";

export type EmbeddingModels = Pick<
  Models,
  "embeddings" | "egress" | "clock" | "ids" | "limiter" | "breakers"
>;

const sentences = new Sentences();

/** Providers bound a request as a whole, too. */
const REQUEST_TOKENS_MAX = 100_000;
const ABOUT_TEXTS = new Set([400, 413, 422]);

export async function embed(
  models: EmbeddingModels,
  call: EmbeddingCall,
): Promise<EmbeddingResult> {
  const { found, permit } = call;
  const expected = { kind: "model" as const, content: found.name };
  const valid = checkPermit(permit, expected, models.clock.now());
  if (!valid.ok) return { ok: false, failure: named(call, valid.failure), aboutTexts: false };
  const untilMs = models.clock.monotonicMs() + call.deadlineMs;
  const vectors: Float32Array[] = [];
  let input = 0;
  for (const batch of batchesOf(call)) {
    const dimensions = call.dimensions ?? vectors[0]?.length;
    const made = await askOften(models, { call, batch, dimensions, untilMs });
    if (!made.ok) {
      const aboutTexts = made.status !== null && isAboutTexts(made);
      return { ok: false, failure: named(call, made.failure), aboutTexts };
    }
    vectors.push(...made.vectors);
    input += made.tokens ?? batch.tokens;
  }
  const { price } = found.spec;
  const usage = usageOf({ input: price, output: 0 }, { ...NO_TOKENS, input });
  return { ok: true, value: { vectors, usage } };
}

function isAboutTexts({ failure, status }: WireFailure): boolean {
  return failure.code === "model.malformed" || ABOUT_TEXTS.has(status ?? 0);
}

function named({ found }: EmbeddingCall, failure: Failure): Failure {
  return { ...failure, detail: `${found.name} ${failure.detail}` };
}

interface Batch {
  readonly texts: readonly string[];
  readonly tokens: number;
}

function* batchesOf({ found, texts, kind }: EmbeddingCall): Generator<Batch> {
  const { textsMax, inputTokens, documentPrefix, queryPrefix } = found.spec;
  const prefix = kind === "document" ? documentPrefix : queryPrefix;
  let batch: string[] = [];
  let tokens = 0;
  for (const text of texts) {
    const cut = cutTo(`${prefix}${text}`, inputTokens);
    const more = estimateTokens(cut);
    if (batch.length >= textsMax || (batch.length > 0 && tokens + more > REQUEST_TOKENS_MAX)) {
      yield { texts: batch, tokens };
      batch = [];
      tokens = 0;
    }
    batch.push(cut);
    tokens += more;
  }
  if (batch.length > 0) yield { texts: batch, tokens };
}

function cutTo(text: string, tokensMax: number): string {
  let cut = text.toWellFormed();
  for (let tokens = estimateTokens(cut); tokens > tokensMax; tokens = estimateTokens(cut))
    cut = cut.slice(0, Math.floor((cut.length * tokensMax) / tokens)).toWellFormed();
  return cut;
}

interface Asked {
  readonly call: EmbeddingCall;
  readonly batch: Batch;
  readonly dimensions: number | undefined;
  readonly untilMs: number;
}

async function askOften(models: EmbeddingModels, asked: Asked): Promise<VectorsResult> {
  const { call, untilMs } = asked;
  const { found, kind, signal } = call;
  const { times } = found.provider;
  const attemptsMax = call.attemptsMax ?? times.attemptsMax;
  const breaker = `${found.name} ${kind}`;
  for (let attempts = 1; ; attempts++) {
    const openMs = models.breakers.enter(breaker);
    if (openMs > 0) return resting(openMs);
    const made = await askOnce(models, asked);
    if (made.ok) {
      models.breakers.leave(breaker, true);
      return made;
    }
    models.breakers.leave(breaker, healthOf(made, signal));
    if (made.retryAfterMs !== null) models.limiter.pause(found.credential, made.retryAfterMs);
    const waitMs = retryInMs({
      failed: made,
      attempts,
      times: { ...times, attemptsMax },
      leftMs: untilMs - models.clock.monotonicMs(),
      others: false,
      fraction: models.ids.fraction(),
    });
    if (waitMs === undefined || signal.aborted) return made;
    await models.clock.sleep(waitMs, signal);
  }
}

async function askOnce(models: EmbeddingModels, asked: Asked): Promise<VectorsResult> {
  const { call, batch, untilMs } = asked;
  const { found, personId, signal } = call;
  const leave = await models.limiter.acquire({
    credential: found.credential,
    limits: found.provider.limits,
    personId,
    tokens: batch.tokens,
    waitMsMax: Math.max(1, untilMs - models.clock.monotonicMs()),
    signal,
  });
  if (!leave.ok)
    return { ok: false, failure: leave.failure, status: null, retryAfterMs: null, again: false };
  let used = batch.tokens;
  try {
    const made =
      found.provider.wire === "offline"
        ? await sentences.embed(batch.texts, call.kind, signal)
        : await askOutside(models, asked);
    if (made.ok) used = made.tokens ?? used;
    return made;
  } finally {
    leave.value.release(used);
  }
}

function askOutside(
  models: EmbeddingModels,
  { call, batch, dimensions, untilMs }: Asked,
): Promise<VectorsResult> {
  const { found, permit, label, journal, signal } = call;
  const { provider, spec } = found;
  const { times } = provider;
  const leftMs = untilMs - models.clock.monotonicMs();
  const timeoutMs = Math.max(1, Math.min(times.attemptTimeoutMs, leftMs));
  const more = {
    label,
    purpose: `model ${found.name}`,
    to: { kind: "model" as const, name: provider.id },
    timeoutMs,
    idleTimeoutMs: times.idleTimeoutMs,
    firstByteTimeoutMs: Math.min(times.firstByteTimeoutMs, timeoutMs),
    bytesMax: times.answerBytesMax,
    signal,
    idempotent: true,
    // A document's text is in no other place than the document: who forgets one has forgotten it.
    secretBody: call.kind === "document",
  };
  return openaiEmbeddings({
    provider,
    spec,
    texts: batch.texts,
    dimensions,
    nowMs: models.clock.now(),
    send: (request) => models.egress.send(permit, { ...request, ...more }, journal),
  });
}

function resting(openMs: number): VectorsResult {
  const { failure } = fail(
    "model.unavailable",
    `kept failing and is left alone for ${Math.max(1, Math.ceil(openMs / 1000))} s`,
  );
  return { ok: false, failure, status: null, retryAfterMs: null, again: false };
}

/** Limits, refusals and cancels say nothing about a model's health. */
function healthOf({ failure }: WireFailure, signal: AbortSignal): boolean | undefined {
  if (signal.aborted) return undefined;
  const { code } = failure;
  const sick =
    code === "model.unavailable" || code === "model.timeout" || code === "model.malformed";
  return sick ? false : undefined;
}

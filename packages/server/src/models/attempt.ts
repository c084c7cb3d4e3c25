// One attempt at one model: the limiter's leave, the wire, the calls in its text, the bill.
import type { Attempt } from "@stead/protocol";
import type { Permit } from "../policy/permit.ts";
import type { Lease } from "./limiter/limiter.ts";
import type { FoundModel, Models } from "./models.ts";
import type { ModelAnswer, ModelCall, ModelSink } from "./model.ts";
import { WayBack } from "./way-back.ts";
import { usageOf, type Tokens } from "./price.ts";
import { estimateTokens } from "./tokens.ts";
import { textCalls } from "./text-calls.ts";
import type { WireAnswer, WireFailure, WireInput, WireResult } from "./wire/wire.ts";

export interface AttemptInput {
  readonly models: Models;
  readonly found: FoundModel;
  readonly permit: Permit;
  readonly call: ModelCall;
  readonly leftMs: number;
  readonly sink: ModelSink;
  readonly number: number;
}

interface Noted {
  readonly attempt: Attempt;
  /** False when the limiter let nothing out. */
  readonly sent: boolean;
  /** What the attempt says about the model; undefined: nothing. */
  readonly healthy: boolean | undefined;
}

export type AttemptOutcome =
  | (Noted & { readonly ok: true; readonly answer: Omit<ModelAnswer, "attempts"> })
  | (Noted & { readonly ok: false; readonly failed: WireFailure });

/** Roughly the characters of a token, for an estimate that costs nothing. */
const CHARS_PER_TOKEN = 4;

export async function tryOnce(input: AttemptInput): Promise<AttemptOutcome> {
  const { models, found, call, leftMs } = input;
  const beganMs = models.clock.monotonicMs();
  const leave = await models.limiter.acquire({
    credential: found.credential,
    limits: found.provider.limits,
    personId: call.personId,
    tokens: expectedTokens(call),
    waitMsMax: leftMs,
    signal: call.signal,
  });
  const sentMs = models.clock.monotonicMs();
  const noted = (status: number | null, code: Attempt["code"]): Attempt => ({
    model: found.name,
    destination: found.destination,
    status,
    code,
    durationMs: Math.round(models.clock.monotonicMs() - sentMs),
    waitedMs: sentMs - beganMs,
  });
  if (!leave.ok) {
    const { failure } = leave;
    const failed = { failure, status: null, retryAfterMs: null, again: false };
    return {
      ok: false,
      failed,
      attempt: noted(null, failure.code),
      sent: false,
      healthy: undefined,
    };
  }
  const result = await throughWire(input, leave.value);
  if (!result.ok) {
    const attempt = noted(result.status, result.failure.code);
    return { ok: false, failed: result, attempt, sent: true, healthy: healthOf(result, call) };
  }
  const { answer } = result;
  const tokens = told(answer.tokens) ?? estimated(call, answer);
  return {
    ok: true,
    answer: {
      model: found.name,
      text: answer.text,
      reasoning: answer.reasoning,
      ...(answer.provider ? { provider: answer.provider } : {}),
      calls: answer.calls,
      finish: answer.finish,
      usage: usageOf(found.model.price, tokens),
    },
    attempt: noted(result.status, null),
    sent: true,
    healthy: true,
  };
}

async function throughWire(input: AttemptInput, lease: Lease): Promise<WireResult> {
  const { models, found, call, sink, number } = input;
  // What an earlier attempt was sent is not what this one speaks of.
  models.gate?.scopeOf(call.journal)?.renew();
  const back = models.gate && new WayBack(models.gate, call, sink);
  const offer = models.offers.of(call.tools);
  const { names } = offer;
  const { provider, model } = found;
  sink.attempt(number, found.name);
  const onDelta: WireInput["onDelta"] = back?.delta ?? ((kind, text) => sink.delta(kind, text));
  const scan = textCalls({ provider, model, call, offer, onDelta });
  let used = expectedTokens(call);
  try {
    const send = sender(input);
    const result = await found.wire({ provider, model, call, names, send, onDelta: scan.onDelta });
    if (!result.ok) return back ? { ok: false, ...back.failed(result, provider.key) } : result;
    const { tokens } = result.answer;
    if (tokens) used = tokens.input + tokens.output;
    const answer = scan.finish(result.answer);
    return { ...result, answer: back?.answer(answer) ?? answer };
  } finally {
    lease.release(used);
  }
}

function sender({ models, found, permit, call, leftMs }: AttemptInput): WireInput["send"] {
  const { times } = found.provider;
  const timeoutMs = Math.max(1, Math.min(times.attemptTimeoutMs, leftMs));
  return (request) =>
    models.egress.send(
      permit,
      {
        ...request,
        label: call.label,
        purpose: `model ${found.name}`,
        to: { kind: "model", name: found.provider.id },
        timeoutMs,
        idleTimeoutMs: times.idleTimeoutMs,
        firstByteTimeoutMs: Math.min(times.firstByteTimeoutMs, timeoutMs),
        bytesMax: times.answerBytesMax,
        signal: call.signal,
        // A repeat costs tokens and does nothing else.
        idempotent: true,
      },
      call.journal,
    );
}

/** Limits, refusals and cancels say nothing about a model's health. */
function healthOf(failed: WireFailure, call: ModelCall): boolean | undefined {
  if (call.signal.aborted) return undefined;
  const { code } = failed.failure;
  const sick =
    code === "model.unavailable" || code === "model.timeout" || code === "model.malformed";
  return sick ? false : undefined;
}

function expectedTokens(call: ModelCall): number {
  const chars = call.messages.reduce((sum, message) => sum + message.text.length, 0);
  return Math.ceil(chars / CHARS_PER_TOKEN) + 256;
}

/** No request has no tokens: a provider that says so tells nothing. */
function told(tokens: Tokens | undefined): Tokens | undefined {
  return tokens && tokens.input > 0 ? tokens : undefined;
}

/** For providers that tell nothing. */
function estimated(call: ModelCall, answer: WireAnswer): Tokens {
  const input = call.messages.reduce((sum, message) => sum + estimateTokens(message.text) + 4, 0);
  const calls = answer.calls.reduce(
    (sum, made) => sum + estimateTokens(JSON.stringify(made.arguments)) + 8,
    0,
  );
  const reasoning = estimateTokens(answer.reasoning);
  const output = estimateTokens(answer.text) + reasoning + calls;
  return { input, cachedRead: 0, cachedWrite: 0, output, reasoning };
}

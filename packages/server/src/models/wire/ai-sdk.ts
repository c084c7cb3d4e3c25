// Any provider package of the AI SDK, used at the level of its provider specification alone (version
// 4: doGenerate, doStream), with its fetch replaced by ours. Loaded by configuration.
import type { LanguageModelV4, LanguageModelV4FinishReason } from "@ai-sdk/provider";
import type { LanguageModelV4StreamPart, LanguageModelV4Usage } from "@ai-sdk/provider";
import type { Clock } from "../../lib/clock.ts";
import { clip } from "../../lib/bounded.ts";
import type { Json } from "../../lib/json.ts";
import { fail, type Failure } from "../../lib/result.ts";
import type { Finish } from "../model.ts";
import type { Provider } from "../provider.ts";
import { fetchThrough, FetchFailed } from "./ai-sdk-fetch.ts";
import { aiSdkOptions } from "./ai-sdk-prompt.ts";
import { Collector } from "./collect.ts";
import { isView } from "./json-view.ts";
import { failedSend, unreadable } from "./status.ts";
import type { Wire, WireFailure, WireInput } from "./wire.ts";

const FINISH: Readonly<Record<LanguageModelV4FinishReason["unified"], Finish>> = {
  stop: "stop",
  length: "length",
  "content-filter": "filtered",
  "tool-calls": "calls",
  error: "stop",
  interrupted: "stop",
  other: "stop",
};

export function aiSdk(clock: Clock): Wire {
  return async (input) => {
    const through = fetchThrough(input.send, clock);
    const loaded = await load(input.provider, input.model.id, through.fetch);
    if (typeof loaded === "string")
      return { ok: false, ...refused(fail("config.invalid", loaded).failure) };
    const collector = new Collector(input.onDelta);
    const answer = new AiSdkAnswer(collector);
    try {
      await (input.call.stream ? streamed(loaded, input, answer) : whole(loaded, input, answer));
    } catch (error) {
      return { ok: false, ...(through.failed ?? failureOf(error, through.status)) };
    }
    if (through.failed) return { ok: false, ...through.failed };
    const { status } = through;
    if (collector.finish === undefined)
      return { ok: false, ...unreadable("the answer broke off before its end", status ?? 200) };
    answer.end();
    const done = collector.done(input.names);
    if (typeof done === "string") return { ok: false, ...unreadable(done, status ?? 200) };
    return { ok: true, status, answer: done };
  };
}

async function load(
  provider: Provider,
  modelId: string,
  fetch: typeof globalThis.fetch,
): Promise<LanguageModelV4 | string> {
  const name = provider.package ?? "";
  let loaded: unknown;
  try {
    loaded = await import(name);
  } catch {
    return `needs the package ${JSON.stringify(name)}, which is not installed`;
  }
  if (!isThing(loaded)) return `finds nothing in the package ${name}`;
  const factory: unknown = Reflect.get(loaded, provider.factory ?? factoryName(loaded));
  if (typeof factory !== "function") return `finds no provider in the package ${name}`;
  const made: unknown = Reflect.apply(factory, undefined, [
    {
      name: provider.id,
      // Some packages ask for no token counts of a stream unless told to.
      includeUsage: true,
      ...provider.settings,
      ...(provider.baseUrl === "" ? {} : { baseURL: provider.baseUrl }),
      ...(provider.key === undefined ? {} : { apiKey: provider.key }),
      headers: provider.headers,
      fetch,
    },
  ]);
  const make: unknown = isThing(made) ? Reflect.get(made, "languageModel") : undefined;
  const model: unknown =
    typeof make === "function" ? Reflect.apply(make, made, [modelId]) : undefined;
  return isModel(model) ? model : `finds no model of specification v4 in the package ${name}`;
}

function isThing(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/** The one export that is named as every such package names it. */
function factoryName(loaded: object): string {
  return Object.keys(loaded).find((name) => /^create[A-Z]/.test(name)) ?? "";
}

function isModel(value: unknown): value is LanguageModelV4 {
  return (
    typeof value === "object" &&
    value !== null &&
    "specificationVersion" in value &&
    value.specificationVersion === "v4" &&
    "doStream" in value
  );
}

async function streamed(
  model: LanguageModelV4,
  input: WireInput,
  answer: AiSdkAnswer,
): Promise<void> {
  const { stream } = await model.doStream(aiSdkOptions(input));
  for await (const part of stream) answer.part(part);
}

async function whole(model: LanguageModelV4, input: WireInput, answer: AiSdkAnswer): Promise<void> {
  const result = await model.doGenerate(aiSdkOptions(input));
  for (const [i, content] of result.content.entries()) {
    if (content.type === "text")
      answer.part({ type: "text-delta", id: String(i), delta: content.text });
    else if (content.type === "reasoning") {
      answer.part({ type: "reasoning-delta", id: String(i), delta: content.text });
      answer.keep("reasoning", content.providerMetadata);
    } else if (content.type === "tool-call") answer.part(content);
  }
  answer.finish(result.finishReason, result.usage);
}

class AiSdkAnswer {
  readonly #into: Collector;
  readonly #kept: Record<string, Json> = {};

  constructor(into: Collector) {
    this.#into = into;
  }

  part(part: LanguageModelV4StreamPart): void {
    if (part.type === "text-delta") this.#into.text(part.delta);
    else if (part.type === "reasoning-delta") this.#into.reasoning(part.delta);
    else if (part.type === "reasoning-end") this.keep("reasoning", part.providerMetadata);
    else if (part.type === "tool-call" && part.providerExecuted !== true) {
      this.#into.call(part.toolCallId, part.toolCallId, part.toolName);
      this.#into.arguments(part.toolCallId, part.input);
      this.keep(`call ${this.#into.callCount - 1}`, part.providerMetadata);
    } else if (part.type === "finish") this.finish(part.finishReason, part.usage);
    else if (part.type === "error") throw part.error;
  }

  keep(part: string, metadata: unknown): void {
    if (isView(metadata)) this.#kept[part] = metadata;
  }

  finish(reason: LanguageModelV4FinishReason, usage: LanguageModelV4Usage): void {
    if (reason.unified === "error") this.#into.broken ??= "the provider reports an error";
    this.#into.finish = FINISH[reason.unified];
    if (usage.inputTokens.total === undefined && usage.outputTokens.total === undefined) return;
    this.#into.usage({
      input: usage.inputTokens.total ?? 0,
      cachedRead: usage.inputTokens.cacheRead ?? 0,
      cachedWrite: usage.inputTokens.cacheWrite ?? 0,
      output: usage.outputTokens.total ?? 0,
      reasoning: usage.outputTokens.reasoning ?? 0,
    });
  }

  end(): void {
    if (Object.keys(this.#kept).length > 0) this.#into.provider = { "ai-sdk": this.#kept };
  }
}

function refused(failure: Failure): WireFailure {
  return { failure, status: null, retryAfterMs: null, again: false };
}

function failureOf(error: unknown, status: number | null): WireFailure {
  if (error instanceof FetchFailed) return failedSend(error.failure, status);
  const message = error instanceof Error ? error.message : "an unknown error";
  return unreadable(clip(message.replace(/\s+/g, " "), 200), status ?? 200);
}

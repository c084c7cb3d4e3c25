// Our messages as the body of an OpenAI-compatible chat request. The bytes of a prefix never change,
// for that is what the provider's cache goes by.
import type { Json, JsonObject } from "../../lib/json.ts";
import type { ModelMessage } from "../model.ts";
import { currentTurn, outputTokens, pairedHistory, writtenBy } from "./history.ts";
import { objectSchema, viewOf } from "./json-view.ts";
import { asText } from "./text-tools.ts";
import type { WireInput } from "./wire.ts";

type Body = { [key: string]: Json | undefined };

export function openaiBody({ provider, model, call, names }: WireInput): string {
  const textual = model.toolCalls === "text";
  const paired = pairedHistory(call.messages);
  const history = textual ? asText(paired, call.tools) : paired;
  const turn = currentTurn(history);
  const body: Body = {
    model: model.id,
    messages: history.map((message, i) =>
      messageOf(message, { names, reasons: i >= turn && writtenBy(message, provider.id) }),
    ),
  };
  if (call.tools.length > 0 && !textual)
    body["tools"] = call.tools.map((tool) => ({
      type: "function",
      function: {
        name: names.toWire(tool.name),
        description: tool.description,
        parameters: objectSchema(tool.inputSchema),
      },
    }));
  body[limitField(provider.baseUrl)] = outputTokens(call, model.outputTokensMax);
  if (call.stream) {
    body["stream"] = true;
    body["stream_options"] = { include_usage: true };
  }
  if (call.threadKey !== undefined && isOpenai(provider.baseUrl))
    body["prompt_cache_key"] = call.threadKey;
  return JSON.stringify({ ...body, ...model.body });
}

/** Others refuse fields that they don't know. */
function isOpenai(baseUrl: string): boolean {
  return URL.canParse(baseUrl) && new URL(baseUrl).hostname.endsWith("api.openai.com");
}

function limitField(baseUrl: string): string {
  return isOpenai(baseUrl) ? "max_completion_tokens" : "max_tokens";
}

interface MessageOptions {
  readonly names: WireInput["names"];
  /** The provider wants its own reasoning back within the turn under way. */
  readonly reasons: boolean;
}

function messageOf(message: ModelMessage, { names, reasons }: MessageOptions): Body & Json {
  if (message.role === "tool")
    return { role: "tool", tool_call_id: message.callId ?? "", content: message.text };
  if (message.role !== "assistant") return { role: message.role, content: message.text };
  const calls = (message.calls ?? []).map((call) => ({
    id: call.callId,
    type: "function",
    function: { name: names.toWire(call.tool), arguments: JSON.stringify(call.arguments) },
  }));
  return {
    role: "assistant",
    content: message.text === "" && calls.length > 0 ? null : message.text,
    ...(reasons ? reasoningOf(message) : {}),
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  };
}

function reasoningOf(message: ModelMessage): JsonObject {
  return viewOf(message.provider, "openai-chat") ?? {};
}

// Our messages in the AI SDK's provider specification (version 4).
import type { LanguageModelV4CallOptions, LanguageModelV4Message } from "@ai-sdk/provider";
import type { ModelMessage } from "../model.ts";
import { outputTokens, pairedHistory, writtenBy } from "./history.ts";
import { isView, viewOf } from "./json-view.ts";
import { asText } from "./text-tools.ts";
import type { WireInput } from "./wire.ts";

type Options = NonNullable<LanguageModelV4Message["providerOptions"]>;
type Parts = Extract<LanguageModelV4Message, { role: "assistant" }>["content"];

export function aiSdkOptions({
  provider,
  model,
  call,
  names,
}: WireInput): LanguageModelV4CallOptions {
  const textual = model.toolCalls === "text";
  const paired = pairedHistory(call.messages);
  const history = textual ? asText(paired, call.tools) : paired;
  const toolOf = new Map<string, string>();
  for (const message of history)
    for (const made of message.calls ?? []) toolOf.set(made.callId, names.toWire(made.tool));
  const options: LanguageModelV4CallOptions = {
    prompt: history.map((message) => messageOf(message, { names, toolOf, provider: provider.id })),
    maxOutputTokens: outputTokens(call, model.outputTokensMax),
    abortSignal: call.signal,
  };
  if (call.tools.length > 0 && !textual)
    options.tools = call.tools.map((tool) => ({
      type: "function",
      name: names.toWire(tool.name),
      description: tool.description,
      inputSchema: { type: "object", ...tool.inputSchema },
    }));
  if (Object.keys(model.body).length > 0) options.providerOptions = { [provider.id]: model.body };
  return options;
}

interface MessageOptions {
  readonly names: WireInput["names"];
  readonly toolOf: ReadonlyMap<string, string>;
  readonly provider: string;
}

function messageOf(message: ModelMessage, options: MessageOptions): LanguageModelV4Message {
  const { names, toolOf, provider } = options;
  if (message.role === "system") return { role: "system", content: message.text };
  if (message.role === "user")
    return { role: "user", content: [{ type: "text", text: message.text }] };
  if (message.role === "tool") {
    const toolCallId = message.callId ?? "";
    const toolName = toolOf.get(toolCallId) ?? "";
    const output = { type: "text" as const, value: message.text };
    return { role: "tool", content: [{ type: "tool-result", toolCallId, toolName, output }] };
  }
  const own = writtenBy(message, provider);
  const content: Parts = own ? reasoningOf(message) : [];
  if (message.text !== "") content.push({ type: "text", text: message.text });
  for (const [i, call] of (message.calls ?? []).entries())
    content.push({
      type: "tool-call",
      toolCallId: call.callId,
      toolName: names.toWire(call.tool),
      input: call.arguments,
      ...(own ? optionsOf(message, `call ${i}`) : {}),
    });
  return { role: "assistant", content };
}

function reasoningOf(message: ModelMessage): Parts {
  if (!message.reasoning) return [];
  return [{ type: "reasoning", text: message.reasoning, ...optionsOf(message, "reasoning") }];
}

/** Signatures and the like, as the provider gave them. */
function optionsOf(message: ModelMessage, part: string): { providerOptions?: Options } {
  const found = viewOf(viewOf(message.provider, "ai-sdk"), part);
  if (!found) return {};
  const options: Options = {};
  for (const [provider, given] of Object.entries(found))
    if (isView(given)) options[provider] = { ...given };
  return { providerOptions: options };
}

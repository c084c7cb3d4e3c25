// Our messages as the body of an Anthropic messages request.
import type { Json, JsonObject } from "../../lib/json.ts";
import type { ModelMessage } from "../model.ts";
import { outputTokens, pairedHistory, splitSystem, writtenBy } from "./history.ts";
import { isView, listOf, objectSchema } from "./json-view.ts";
import { asText } from "./text-tools.ts";
import type { WireInput } from "./wire.ts";

type Block = JsonObject;
interface Turn {
  readonly role: "user" | "assistant";
  readonly content: Block[];
}

/** The provider takes four cache markers; the first is the stable prefix, the rest the newest. */
const MARKERS_MAX = 4;

export function anthropicBody({ provider, model, call, names }: WireInput): string {
  const textual = model.toolCalls === "text";
  const paired = pairedHistory(call.messages);
  const history = keepMarkers(textual ? asText(paired, call.tools) : paired);
  const { system, rest } = splitSystem(history);
  const body: Record<string, Json> = {
    model: model.id,
    max_tokens: outputTokens(call, model.outputTokensMax),
  };
  if (system.length > 0) body["system"] = system.flatMap(textBlock);
  if (call.tools.length > 0 && !textual)
    body["tools"] = call.tools.map((tool) => ({
      name: names.toWire(tool.name),
      description: tool.description,
      input_schema: objectSchema(tool.inputSchema),
    }));
  body["messages"] = turnsOf(rest, { names, provider: provider.id }).map((turn) => ({ ...turn }));
  if (call.stream) body["stream"] = true;
  return JSON.stringify({ ...body, ...model.body });
}

function keepMarkers(messages: readonly ModelMessage[]): ModelMessage[] {
  const flagged = messages.flatMap((message, i) => (message.cache ? [i] : []));
  const kept = new Set([...flagged.slice(0, 1), ...flagged.slice(1).slice(1 - MARKERS_MAX)]);
  return messages.map((message, i) => {
    const { cache: _, ...rest } = message;
    return kept.has(i) ? { ...rest, cache: true } : rest;
  });
}

interface TurnOptions {
  readonly names: WireInput["names"];
  readonly provider: string;
}

/** Neighbours of one role are one turn: results and what the person writes after them, for example. */
function turnsOf(messages: readonly ModelMessage[], options: TurnOptions): Turn[] {
  const turns: Turn[] = [];
  for (const message of messages) {
    const role = message.role === "assistant" ? "assistant" : "user";
    const content = blocksOf(message, options);
    if (content.length === 0) continue;
    const last = turns.at(-1);
    if (last?.role === role) last.content.push(...content);
    else turns.push({ role, content });
  }
  if (turns[0]?.role !== "user")
    turns.unshift({
      role: "user",
      content: [{ type: "text", text: "[The conversation goes on.]" }],
    });
  return turns;
}

function blocksOf(message: ModelMessage, { names, provider }: TurnOptions): Block[] {
  if (message.role === "tool") {
    const result = {
      type: "tool_result",
      tool_use_id: message.callId ?? "",
      content: message.text,
    };
    return [marked(result, message)];
  }
  if (message.role === "system")
    return textBlock({ ...message, text: `[Note from the system]\n${message.text}` });
  if (message.role === "user") return textBlock(message);
  const uses = (message.calls ?? []).map((call) => ({
    type: "tool_use",
    id: call.callId,
    name: names.toWire(call.tool),
    input: call.arguments,
  }));
  const { cache: _, ...unmarked } = message;
  const text = textBlock({ ...unmarked, text: message.text.trimEnd() });
  const blocks: Block[] = [...thinkingOf(message, provider), ...text, ...uses];
  const last = blocks.pop();
  if (last) blocks.push(last["type"] === "thinking" ? last : marked(last, message));
  return blocks;
}

function textBlock(message: ModelMessage): Block[] {
  // The provider refuses blocks of nothing but white space.
  return message.text.trim() === "" ? [] : [marked({ type: "text", text: message.text }, message)];
}

function marked(block: Block, message: ModelMessage): Block {
  return message.cache ? { ...block, cache_control: { type: "ephemeral" } } : block;
}

/** Signed thinking goes back unchanged, to the provider that signed it alone. */
function thinkingOf(message: ModelMessage, provider: string): Block[] {
  if (!writtenBy(message, provider)) return [];
  return listOf(message.provider, "anthropic-messages").filter((block) => isView(block));
}

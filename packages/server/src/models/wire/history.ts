// Makes a history that every provider accepts: each call has exactly one result, right after it.
import type { ModelCall, ModelMessage } from "../model.ts";

const NO_RESULT = "[No result: the call was not carried out.]";

/**
 * Results are put behind the turn that asked for them, in its order; a call without a result gets
 * one that says so; a result whose call is gone (left out to save room) becomes plain text.
 */
export function pairedHistory(messages: readonly ModelMessage[]): ModelMessage[] {
  const asked = new Set<string>();
  const results = new Map<string, ModelMessage>();
  for (const message of messages) {
    for (const call of message.calls ?? []) asked.add(call.callId);
    if (message.role === "tool" && message.callId !== undefined && asked.has(message.callId))
      results.set(message.callId, message);
  }
  const out: ModelMessage[] = [];
  for (const message of messages) {
    if (message.role !== "tool") out.push(message);
    else if (message.callId === undefined || !asked.has(message.callId))
      out.push({ role: "user", text: `[Earlier tool result]\n${message.text}` });
    for (const { callId } of message.calls ?? [])
      out.push(results.get(callId) ?? { role: "tool", callId, text: NO_RESULT });
  }
  return out;
}

/** Every system message before the first other one; later ones stay where they are. */
export function splitSystem(messages: readonly ModelMessage[]): {
  system: ModelMessage[];
  rest: ModelMessage[];
} {
  const at = messages.findIndex((message) => message.role !== "system");
  const end = at < 0 ? messages.length : at;
  return { system: messages.slice(0, end), rest: messages.slice(end) };
}

/** True when this provider wrote the turn, so that its reasoning may go back to it. */
export function writtenBy(message: ModelMessage, provider: string): boolean {
  return message.model?.startsWith(`${provider}/`) ?? false;
}

/** Index of the first message of the turn under way: after the last one that a person wrote. */
export function currentTurn(messages: readonly ModelMessage[]): number {
  return messages.findLastIndex((message) => message.role === "user") + 1;
}

export function outputTokens(call: ModelCall, max: number): number {
  return Math.min(call.maxOutputTokens ?? max, max);
}

// The nouns of a model call: what goes in, what is told while it goes on, what comes out.
import type { Attempt, Label, Usage } from "@stead/protocol";
import type { Journal } from "../egress/request.ts";
import type { JsonObject } from "../lib/json.ts";

export interface ModelTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: Readonly<Record<string, unknown>>;
}

export interface PastCall {
  readonly callId: string;
  readonly tool: string;
  readonly arguments: JsonObject;
}

export interface ModelMessage {
  readonly role: "system" | "user" | "assistant" | "tool";
  readonly text: string;
  /** What the model asked for in this turn. */
  readonly calls?: readonly PastCall[];
  /** Of a tool's result: the call that it answers. */
  readonly callId?: string;
  readonly reasoning?: string;
  /** What the provider gave with this turn and wants back unchanged (see `ModelAnswer.provider`). */
  readonly provider?: JsonObject;
  /** `provider/model` that wrote this turn: its reasoning goes back to the same provider alone. */
  readonly model?: string;
  /** The prefix that ends here will be sent again. */
  readonly cache?: boolean;
}

export interface ModelCall {
  /** `provider/model`, tried in this order. */
  readonly chain: readonly string[];
  readonly messages: readonly ModelMessage[];
  readonly tools: readonly ModelTool[];
  readonly maxOutputTokens?: number;
  readonly stream: boolean;
  readonly label: Label;
  /** Whose turn it is: limits are shared fairly between people. */
  readonly personId: string;
  /** Calls with the same key share a prefix; a hint for the provider's cache, never a person's id. */
  readonly threadKey?: string;
  readonly journal: Journal;
  readonly signal: AbortSignal;
}

export interface ModelSink {
  /** Attempt `n` (from 1) begins: what earlier ones streamed is void. */
  attempt(n: number, model: string): void;
  delta(kind: "text" | "reasoning", text: string): void;
  /** An attempt ended; `code` is null when it brought the answer. */
  attempted(attempt: Attempt): void;
}

export type Finish = "stop" | "calls" | "length" | "filtered";

export interface AnsweredCall {
  readonly tool: string;
  readonly arguments: JsonObject;
  readonly found: "wire" | "text";
  /** The provider's own id of the call, or the text in which the call was found. */
  readonly raw?: string;
}

export interface ModelAnswer {
  readonly model: string;
  readonly text: string;
  readonly reasoning: string;
  /** To be kept with this turn and handed back in `ModelMessage.provider`. */
  readonly provider?: JsonObject;
  readonly calls: readonly AnsweredCall[];
  readonly finish: Finish;
  readonly usage: Usage;
  readonly attempts: readonly Attempt[];
}

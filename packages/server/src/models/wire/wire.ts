// What an adapter is: one attempt at one model, as a value that says what came or what failed.
import type { JsonObject } from "../../lib/json.ts";
import type { Failure, Result } from "../../lib/result.ts";
import type { OutResponse } from "../../egress/request.ts";
import type { ToolNames } from "../names.ts";
import type { AnsweredCall, Finish, ModelCall } from "../model.ts";
import type { ModelSpec, Provider } from "../provider.ts";
import type { Tokens } from "../price.ts";

/** A request without what is the same for every attempt (times, label, purpose, signal). */
export interface WireRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly secretHeaders: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export interface WireInput {
  readonly provider: Provider;
  readonly model: ModelSpec;
  readonly call: ModelCall;
  readonly names: ToolNames;
  /** Through egress, with this attempt's permit, label and times. */
  readonly send: (request: WireRequest) => Promise<Result<OutResponse>>;
  readonly onDelta: (kind: "text" | "reasoning", text: string) => void;
}

export interface WireAnswer {
  readonly text: string;
  readonly reasoning: string;
  readonly provider?: JsonObject;
  readonly calls: readonly AnsweredCall[];
  readonly finish: Finish;
  /** Undefined when the provider told nothing: then it is estimated. */
  readonly tokens: Tokens | undefined;
}

/** How an attempt went wrong, with what decides whether another is worth while. */
export interface WireFailure {
  readonly failure: Failure;
  readonly status: number | null;
  /** The provider's own request for patience. */
  readonly retryAfterMs: number | null;
  readonly again: boolean;
}

export type WireResult =
  | { readonly ok: true; readonly status: number | null; readonly answer: WireAnswer }
  | ({ readonly ok: false } & WireFailure);

export type Wire = (input: WireInput) => Promise<WireResult>;

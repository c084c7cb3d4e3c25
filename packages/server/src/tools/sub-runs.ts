// What a tool that fans out needs of runs, in its own words; it comes with the call.
import type { Citation, Label, Origin, RunStatus } from "@stead/protocol";
import type { JsonObject } from "../lib/json.ts";
import type { Result } from "../lib/result.ts";

export interface SubRunAsked {
  /** What its model is asked. */
  readonly input: string;
  /** Calls made before its model is asked at all. */
  readonly opening: readonly { readonly tool: string; readonly arguments: JsonObject }[];
  /** The only ones of the agent's tools that it has. */
  readonly tools: readonly string[];
}

export interface SubRunEnd {
  readonly runId: string;
  readonly status: RunStatus;
  readonly text: string;
  /** The join of all that it has seen. */
  readonly label: Label;
  readonly citations: readonly Citation[];
  /** Of its opening calls, in their order: what came in, or why it did not. */
  readonly opened: readonly (
    | { readonly ok: true; readonly origins: readonly Origin[] }
    | { readonly ok: false; readonly why: string }
  )[];
  /** Why it has no answer. */
  readonly why: string;
}

export interface SubRuns {
  /**
   * Runs of the same person and agent, each with a context and bounds of its own: side by side, a few
   * at a time, in the order asked. The same question in the same call is the same run, so that a call
   * taken up again loses none. Fails only when the worker stops.
   */
  all(asked: readonly SubRunAsked[]): Promise<Result<readonly SubRunEnd[]>>;
}

// A tool at run time: what a call hands to it and what it hands back.
import type { ActsAs, Citation, Coverage, Label, Origin, Principal, Tool } from "@stead/protocol";
import type { Place } from "../egress/gate/gate.ts";
import type { Journal } from "../egress/request.ts";
import type { Account } from "../knowledge/source/acting-account.ts";
import type { JsonObject } from "../lib/json.ts";
import type { Result } from "../lib/result.ts";
import type { Permit } from "../policy/permit.ts";
import type { SubRuns } from "./sub-runs.ts";

export interface ToolCall {
  readonly callId: string;
  /** The same for every attempt at the same call. */
  readonly key: string;
  readonly digest: string;
  readonly arguments: JsonObject;
  /** The join of all that the model had seen when it wrote the call. */
  readonly label: Label;
  readonly actsAs: ActsAs;
  /** On whose behalf, known to the kernel; nothing in `arguments` changes it. */
  readonly principal: Principal;
  readonly agent: { readonly id: string; readonly name: string; readonly versionId: string };
  readonly runId: string;
  readonly permit: Permit;
  readonly journal: Journal;
  /** Aborts on a cancel and when the time is up. */
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly outputBytesMax: number;
  /** The number of the first document that this call cites. */
  readonly citationsFrom: number;
  readonly subRuns: SubRuns;
}

export interface RawOutput {
  readonly text: string;
  /** What is known of the result beyond the contract, such as the audience of a document. */
  readonly label?: Label;
  readonly origins?: readonly Origin[];
  readonly citations?: readonly Citation[];
  readonly coverage?: Coverage;
}

export interface RegisteredTool {
  readonly tool: Tool;
  /** Where the call goes, as approvals and receipts show it. */
  readonly destination: string;
  /** The same for the gate, where what the call carries is all that goes and to one place. */
  readonly sendsTo?: Place;
  /** False when its process could reach the network past egress. */
  readonly gated: boolean;
  /** Left out: the registry's default. */
  readonly timeoutMs?: number;
  /** How many documents one call may cite; left out: 20. */
  readonly citationsMax?: number;
  /** Looked up for each call; none: it is told who asks, and that is all there is. */
  readonly account?: (
    who: Pick<ToolCall, "actsAs" | "principal">,
  ) => Promise<Result<Account | null>>;
  /** Anything that stands in the way of calling it just now, such as an unreviewed change. */
  readonly problem?: () => Result<void>;
  run(call: ToolCall): Promise<Result<RawOutput>>;
}

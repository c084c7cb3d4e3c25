// What a run is at one point of its log: the fold's result, from which the next effect is chosen.
import type {
  ActsAs,
  ApprovalKind,
  AskedSend,
  Bounds,
  Citation,
  Coverage,
  Decision,
  Declassified,
  Label,
  Origin,
  Pasted,
  RunEventData,
  RunStatus,
  Usage,
} from "@stead/protocol";
import type { Json, JsonObject } from "../lib/json.ts";
import type { SinkKind } from "../tools/sink/canonical.ts";

export type CallPhase =
  /** The model asked for it. */
  | "proposed"
  /** It can't be decided: no such tool, wrong arguments. An outcome of its own. */
  | "rejected"
  /** Policy allows it. */
  | "permitted"
  /** Policy denied it, or a person refused it, or nobody answered. */
  | "denied"
  /** A person has been asked. */
  | "asked"
  /** A person said yes to exactly this. */
  | "approved"
  /** It is under way, or was when its worker died. */
  | "started"
  | "finished";

export interface CallState {
  readonly callId: string;
  readonly tool: string;
  readonly step: number;
  /** What the model wrote. */
  readonly proposed: JsonObject;
  /** The canonical call: presets filled in, or what the approver made of it. */
  arguments: JsonObject;
  phase: CallPhase;
  decision: Decision | null;
  actsAs: ActsAs;
  digest: string;
  approval: ApprovalState | null;
  /**
   * The yes that policy asked for, once it is whole, with the digest of what it was said to; it stands
   * also when a repeat is asked about, and for that act alone.
   */
  consent: Pick<ApprovalState, "id" | "digest" | "yes"> | null;
  /** The claim (seq of `run.claimed`) under which it started; a later claim must ask or repeat. */
  startedUnder: number;
  keyed: boolean;
  /** A person said yes to repeating a call whose first attempt is unsettled. */
  repeatApproved: boolean;
  result: CallResult | null;
}

export interface ApprovalState {
  readonly id: string;
  readonly kind: ApprovalKind;
  readonly digest: string;
  readonly approvers: Decision["approvers"];
  /** What a yes lets leave. */
  readonly sends: readonly AskedSend[];
  readonly expiresAtMs: number;
  /** Who said yes, and for which of the groups asked. */
  readonly yes: { by: string; meets: readonly string[] }[];
  edited: boolean;
}

export interface CallResult {
  readonly status: "ok" | "error" | "denied";
  readonly text: string;
  readonly label: Label;
  /** Nothing is known of who else may read it. */
  readonly forCallerOnly: boolean;
  readonly origins: readonly Origin[];
  readonly citations: readonly Citation[];
  readonly coverage: readonly Coverage[];
  readonly blobId: string | undefined;
}

export interface Turn {
  readonly step: number;
  readonly text: string;
  readonly reasoning: string;
  /** What the provider wants back unchanged (signed thinking, for example). */
  readonly provider: JsonObject | undefined;
  readonly model: string;
  readonly finish: RunEventData<"model.answered">["finish"];
  readonly label: Label;
  readonly callIds: readonly string[];
}

export interface Compaction {
  readonly step: number;
  readonly how: "tool-results" | "summary" | "withheld";
  readonly replaced: readonly string[];
  readonly summary: string;
  readonly label: Label;
}

export interface Share {
  readonly callId: string;
  readonly reason: string;
  /** What was read in the run that was refused, by label. */
  readonly titles: ReadonlyMap<string, string>;
}

export interface Declassification {
  readonly callId: string;
  readonly approvalId: string;
  /** Of the act, as it was agreed to. */
  readonly digest: string;
  readonly given: readonly Declassified[];
}

export type Cleared = Pick<
  RunEventData<"egress.cleared">,
  "callId" | "approvalId" | "digest" | "scope" | "sends"
>;

/** An earlier run of the same thread, as the context shows it. */
export interface PastRun {
  readonly runId: string;
  readonly personId: string;
  readonly input: string;
  readonly inputLabel: Label;
  readonly pasted?: readonly Pasted[] | undefined;
  readonly answer: string;
  readonly answerLabel: Label;
  /** It has read what nobody but its asker is known to read. */
  readonly readAlone: boolean;
}

/** Something that came in by a call made before `step` is for the asker alone. */
export function hasReadAlone(state: RunState, step = Number.POSITIVE_INFINITY): boolean {
  for (const call of state.calls.values())
    if (call.step < step && call.result?.forCallerOnly) return true;
  return false;
}

export interface RunState {
  readonly runId: string;
  seq: number;
  status: RunStatus;
  started: RunEventData<"run.started"> | null;
  bounds: Bounds | null;
  input: string;
  startedAtMs: number;
  /** Time spent waiting for people, which counts against no limit. */
  waitedMs: number;
  waitingSinceMs: number;
  /** Seq of the last `run.claimed`: the lease. */
  claim: number;
  workerId: string;
  cancelledBy: string | null;
  turns: Turn[];
  calls: Map<string, CallState>;
  compactions: Compaction[];
  /** Started to share what labels refused: the call that it opens with is bound to that act. */
  share: Share | null;
  /** What people have agreed to give, each for one call, until the run ends. */
  declassified: Declassification[];
  /** What people have let leave, each for one call or for what models are sent, until the run ends. */
  cleared: Cleared[];
  /** Values that a person has seen and vouched for, until the run ends. */
  endorsed: { readonly callId: string; readonly kind: SinkKind; readonly value: Json }[];
  usage: Usage;
  modelFailure: { code: string; detail: string; hint?: string | undefined } | null;
  answer: {
    text: string;
    citations: Citation[];
    coverage: Coverage[];
    links: string[];
    label: Label;
  } | null;
}

export const NO_USAGE: Usage = {
  inputTokens: 0,
  outputTokens: 0,
  cachedTokens: 0,
  reasoningTokens: 0,
  costMicros: 0,
};

export function addUsage(a: Usage, b: Usage): Usage {
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cachedTokens: a.cachedTokens + b.cachedTokens,
    reasoningTokens: a.reasoningTokens + b.reasoningTokens,
    costMicros: a.costMicros + b.costMicros,
  };
}

/** True when every group asked has its quorum of distinct people. */
export function quorumMet(approval: ApprovalState): boolean {
  if (approval.approvers.length === 0) return approval.yes.length > 0;
  return approval.approvers.every(({ group, quorum }) => {
    const people = new Set(
      approval.yes.filter((answer) => answer.meets.includes(group)).map((answer) => answer.by),
    );
    return people.size >= quorum;
  });
}

/** True while a person is asked about a call. */
export function hasQuestion(state: RunState): boolean {
  for (const call of state.calls.values()) if (call.phase === "asked") return true;
  return false;
}

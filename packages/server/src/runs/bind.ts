// Binding: from what the model wrote to the canonical call and the decision about exactly that.
import type { AgentTool, AskedSend, Decision, Hold, Label } from "@stead/protocol";
import { joinLabels } from "../access/label.ts";
import { hasStray } from "../egress/gate/scope.ts";
import type { JsonObject } from "../lib/json.ts";
import { fail, type Result } from "../lib/result.ts";
import { decideCall } from "../policy/decide.ts";
import type { CallQuestion } from "../policy/policy.ts";
import { fillPresets } from "../tools/presets.ts";
import type { RegisteredTool } from "../tools/registry.ts";
import type { Traced } from "../tools/sink/judge.ts";
import { validateArguments } from "../tools/validate.ts";
import { agentBar } from "./agent-rights.ts";
import { actingOf, type ActingNow } from "./acting.ts";
import { actDigest } from "./digest.ts";
import type { Driving } from "./driving.ts";
import { flowOf } from "./recipients.ts";
import type { ApprovalState, CallState } from "./run.ts";
import { traceCall } from "./trace.ts";

export interface BoundCall {
  readonly callId: string;
  readonly tool: RegisteredTool;
  readonly granted: AgentTool;
  readonly arguments: JsonObject;
  readonly actingAs: string;
  /** The asker's own consent, where the call can't be made without. */
  readonly missing: ActingNow["missing"];
  readonly destination: string;
  readonly label: Label;
  /** Where each value is from that decides where the call reaches. */
  readonly traced: readonly Traced[];
  /** As policy made it, not a copy: a permit is minted from the decision itself. */
  readonly decision: Decision;
  readonly digest: string;
}

interface ResolvedCall {
  readonly tool: RegisteredTool;
  readonly granted: AgentTool;
  readonly arguments: JsonObject;
}

/** The tool as granted and unchanged, and the arguments as they will be sent. */
export function resolveCall(
  run: Driving,
  tool: string,
  proposed: JsonObject,
): Result<ResolvedCall> {
  const granted = run.granted(tool);
  const registered = granted ? run.deps.registry.get(tool) : undefined;
  if (!granted || !registered) {
    const names = run
      .grants()
      .map((each) => each.name)
      .join(", ");
    return fail("tool.unknown", `There is no tool "${tool}".`, { hint: `Tools: ${names}.` });
  }
  const pinned = run.version.toolHashes[tool];
  if (pinned !== undefined && pinned !== registered.tool.hash)
    return fail("tool.changed", `The tool "${tool}" has changed since this agent was published.`, {
      hint: "The agent's owner must review the change and publish again.",
    });
  if (hasStray(proposed))
    return fail("tool.arguments", "A placeholder in the arguments stands for no value.", {
      hint: "Write each placeholder exactly as you were given it, or call without it.",
    });
  const filled = fillPresets(granted.presets, proposed, run.principal);
  const valid = validateArguments(registered.tool, filled);
  if (!valid.ok) return valid;
  return { ok: true, value: { tool: registered, granted, arguments: valid.value } };
}

export type Bindable = Pick<CallState, "callId" | "tool" | "step"> &
  Partial<Pick<CallState, "consent" | "decision">> & {
    readonly approval?: Pick<ApprovalState, "edited"> | null;
  };

/** Decides now, on rights, policies and labels as they are now. */
export async function bindCall(
  run: Driving,
  call: Bindable,
  proposed: JsonObject,
): Promise<Result<BoundCall>> {
  const resolved = resolveCall(run, call.tool, proposed);
  if (!resolved.ok) return resolved;
  const { tool, granted } = resolved.value;
  const label = callLabel(run, call.step);
  if (run.hasLost(label))
    return fail("policy.denied", "What this call was made from may no longer be read.");
  const { callId, step } = call;
  const values = { ...resolved.value, callId, step, label };
  const traced = traceCall(run, values);
  const flow = await flowOf(run, values, traced);
  const sends = await sendsOf(run, values);
  const question = questionOf(run, call, { ...values, traced, flow, sends });
  const { declassify } = question;
  const bar = flow.leak === undefined || declassify ? await agentBar(run, question) : undefined;
  // Nobody can be asked to share by an act that the agent itself may not do.
  const bound = { leak: bar ?? flow.leak, declassify: bar === undefined ? declassify : undefined };
  const decision = decideCall(run.deps.policies(), { ...question, ...bound });
  const acting = await actingOf(run, resolved.value);
  if (!acting.ok) return acting;
  const { name: actingAs, consent, missing } = acting.value;
  const destination = tool.destination;
  const digest = actDigest({
    runId: run.runId,
    callId: call.callId,
    versionHash: run.version.hash,
    tool: tool.tool,
    arguments: resolved.value.arguments,
    actsAs: granted.actsAs,
    actingAs,
    consent,
    label,
    destination,
    decision,
  });
  return {
    ok: true,
    value: {
      callId,
      ...resolved.value,
      actingAs,
      missing,
      destination,
      label,
      traced,
      decision,
      digest,
    },
  };
}

type Looked = ResolvedCall & {
  readonly label: Label;
  readonly traced: readonly Traced[];
  readonly flow: Awaited<ReturnType<typeof flowOf>>;
  readonly sends: readonly AskedSend[];
};

function questionOf(run: Driving, call: Bindable, looked: Looked): CallQuestion {
  const { tool, granted, label, traced, flow, sends } = looked;
  const { started, usage, share } = run.state;
  // Whoever changes a call has seen it whole, and is asked as its approver.
  const isSeen = call.approval?.edited ?? false;
  const held = traced.flatMap(({ isHeld, ...each }) => (isHeld ? [each] : []));
  return {
    principal: run.principal,
    agent: { id: run.version.agentId, version: run.version.version },
    granted: run.mayUseAgent,
    tool: tool.tool,
    arguments: looked.arguments,
    actsAs: granted.actsAs,
    label,
    holds: isSeen ? [] : together(held, flow.holds),
    seen: seenBy(call),
    lacking: flow.lacking,
    declassify: call.callId === share?.callId ? flow.declassify : undefined,
    sends,
    attended: started?.attended ?? false,
    surface: started?.surface ?? "",
    spentMicros: usage.costMicros,
  };
}

/** What its destination is cleared for only after a question. */
async function sendsOf(
  { deps, journal }: Driving,
  { tool, label, arguments: given }: ResolvedCall & { readonly label: Label },
): Promise<readonly AskedSend[]> {
  const { gate } = deps.registry;
  if (!gate || !tool.sendsTo) return [];
  // By rules that nobody can read nothing is sent either.
  const ready = await gate.ready();
  return ready.ok ? gate.asks(tool.sendsTo, { given, label }, journal) : [];
}

function together(held: readonly Hold[], more: readonly Hold[]): Hold[] {
  const isNew = ({ argument, value }: Hold): boolean =>
    !held.some((each) => each.argument === argument && each.value === value);
  return [...held, ...more.filter(isNew)];
}

/** Those who said yes to the call for another reason saw these as well. */
function seenBy({ consent, decision }: Bindable): readonly Hold[] {
  const others = decision?.approvers.length ?? 0;
  return consent && others > 0 ? (decision?.holds ?? []) : [];
}

/** A call carries the join of all that the model had seen when it wrote it. */
function callLabel(run: Driving, step: number): Label {
  const turn = run.state.turns.find((each) => each.step === step);
  return turn ? joinLabels([turn.label]) : run.label();
}

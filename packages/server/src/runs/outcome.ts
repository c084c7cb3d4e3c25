// What came of a call, as the log keeps it: the result with its label, or the failure.
import type { Contract, Label, NewRunEvent } from "@stead/protocol";
import { joinLabels, NEUTRAL, onlyPerson } from "../access/label.ts";
import { clip } from "../lib/bounded.ts";
import type { Failure, Result } from "../lib/result.ts";
import type { ToolOutput } from "../tools/execute.ts";
import { audienceMet } from "../tools/field-audience.ts";
import { leastTrust } from "../tools/sink/fields.ts";
import type { BoundCall } from "./bind.ts";
import type { Driving } from "./driving.ts";

/** How much of a failure's text the model is shown. */
const FAILURE_CHARS_MAX = 2000;

/** What a tool gave, under the join of its contract, of the call, and of what it says itself. */
export function finished(
  run: Driving,
  bound: BoundCall,
  { output, durationMs }: { output: Result<ToolOutput>; durationMs: number },
): NewRunEvent {
  const { callId } = bound;
  const { contract } = bound.tool.tool;
  if (!output.ok) {
    const { failure } = output;
    const call = { callId, tool: bound.tool.tool.name };
    // A tool can say in an error whatever it can say in a result.
    const audience = audienceMet(contract, run.principal);
    const said = joinLabels([resultLabel(contract), { ...NEUTRAL, audience }, bound.label]);
    return finishedWith(run, call, { failure, durationMs, said });
  }
  const { value } = output;
  const own = resultLabel(contract);
  const forCallerOnly = contract.resultForCallerOnly && !value.label?.audience.length;
  const label = joinLabels([
    own,
    { audience: bound.label.audience, classes: bound.label.classes, trust: own.trust },
    { ...NEUTRAL, audience: [...value.audience] },
    ...(value.label ? [value.label] : []),
    ...(forCallerOnly ? [{ ...NEUTRAL, audience: [onlyPerson(run.principal.personId)] }] : []),
  ]);
  return {
    type: "call.finished",
    data: {
      callId: bound.callId,
      tool: bound.tool.tool.name,
      status: "ok",
      label,
      ...(forCallerOnly ? { forCallerOnly } : {}),
      citations: value.citations.length,
      origins: [...value.origins],
      bytes: Buffer.byteLength(value.text),
      ...(value.blobId ? { blobId: value.blobId } : {}),
      durationMs,
    },
    bodies: {
      result: value.text,
      ...(value.citations.length > 0 ? { citations: value.citations } : {}),
      ...(value.coverage ? { coverage: [value.coverage] } : {}),
    },
  };
}

/** Of the result as a whole, for whomever it was shown to: who wrote the least trusted part had a say. */
function resultLabel(contract: Contract): Label {
  const fields = Object.values(contract.fields ?? {});
  const classes = [...new Set(fields.flatMap((field) => field.classes))];
  const result = { ...contract.result, audience: [] };
  return joinLabels([result, { audience: [], classes, trust: leastTrust(contract) }]);
}

/** A call that came to nothing, in words that the model can act on. */
export function finishedWith(
  run: Driving,
  call: { callId: string; tool: string },
  {
    failure,
    durationMs = 0,
    said = NEUTRAL,
  }: { failure: Failure; durationMs?: number; said?: Label },
): NewRunEvent {
  const { code, hint } = failure;
  const own: Label = {
    audience: [onlyPerson(run.principal.personId)],
    classes: [],
    trust: "outside",
  };
  const detail = clip(failure.detail, FAILURE_CHARS_MAX);
  return {
    type: "call.finished",
    data: {
      callId: call.callId,
      tool: call.tool,
      status: code.startsWith("policy.") ? "denied" : "error",
      failure: { code, detail, ...(hint ? { hint } : {}) },
      label: joinLabels([own, said]),
      citations: 0,
      origins: [{ kind: "kernel", reason: code }],
      bytes: 0,
      durationMs,
    },
    bodies: { result: `${code}: ${detail}${hint ? ` ${hint}` : ""}` },
  };
}

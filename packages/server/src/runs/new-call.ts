// A call as it begins, and what came of one that nothing was run for.
import { NEUTRAL } from "../access/label.ts";
import type { CallState } from "./run.ts";

export function newCall(
  given: Pick<CallState, "callId" | "tool" | "step" | "proposed">,
): CallState {
  return {
    ...given,
    arguments: given.proposed,
    phase: "proposed",
    decision: null,
    actsAs: "caller",
    digest: "",
    approval: null,
    consent: null,
    startedUnder: 0,
    keyed: false,
    repeatApproved: false,
    result: null,
  };
}

export function outcome(status: "ok" | "error" | "denied", message: string): CallState["result"] {
  return {
    status,
    text: message.trim(),
    label: NEUTRAL,
    forCallerOnly: false,
    origins: [{ kind: "kernel", reason: status }],
    citations: [],
    coverage: [],
    blobId: undefined,
  };
}

// The fold's part for sharing: what the asker wants given, what was agreed to, and what was taken back.
import type { RunEvent, RunEventData, RunEventType } from "@stead/protocol";
import { NEUTRAL } from "../../access/label.ts";
import { plain, record } from "../body.ts";
import { closeQuestion } from "../fold-call.ts";
import type { RunState, Share } from "../run.ts";

type Of<T extends RunEventType> = Extract<RunEvent, { type: T }>;

export function shareOf(
  { opening }: NonNullable<RunEventData<"run.started">["share"]>,
  bodies: Readonly<Record<string, unknown>>,
): Share {
  const titles = new Map<string, string>();
  for (const [label, title] of Object.entries(record(bodies, "titles")))
    if (typeof title === "string") titles.set(label, title);
  return { callId: opening.callId, reason: plain(bodies, "reason"), titles };
}

export function applyShare(
  state: RunState,
  event: Of<"label.declassified" | "label.declassification-revoked">,
): void {
  const { callId, approvalId } = event.data;
  if (event.type === "label.declassified") {
    const { digest, declassified } = event.data;
    state.declassified.push({ callId, approvalId, digest, given: declassified });
    return;
  }
  state.declassified = state.declassified.filter((each) => each.approvalId !== approvalId);
  const call = state.calls.get(callId);
  if (!call || call.approval?.id !== approvalId) return;
  if (call.phase !== "asked" && call.phase !== "approved") return;
  call.phase = "denied";
  call.result = {
    status: "denied",
    text: "The permission to share this was taken back before it was used.",
    label: NEUTRAL,
    forCallerOnly: false,
    origins: [{ kind: "kernel", reason: "denied" }],
    citations: [],
    coverage: [],
    blobId: undefined,
  };
  closeQuestion(state, event.at);
}

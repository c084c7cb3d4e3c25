// What a yes to sharing lets be given: exactly what the question named, written down with who agreed.
import type { NewRunEvent } from "@stead/protocol";
import type { ApprovalState, CallState, RunState } from "../run.ts";

/** Beside the answer that made the approval whole; nothing for other questions. */
export function declassifiedBy(
  state: RunState,
  call: CallState,
  { approval, by }: { approval: ApprovalState; by: string },
): NewRunEvent[] {
  const declassified = call.decision?.declassifies;
  if (!declassified) return [];
  const { callId, tool, digest } = call;
  const people = [...new Set([...approval.yes.map((yes) => yes.by), by])];
  return [
    {
      type: "label.declassified",
      data: {
        callId,
        tool,
        approvalId: approval.id,
        digest,
        declassified,
        by: people,
        until: "run.finished",
      },
      bodies: { reason: state.share?.reason ?? "" },
    },
  ];
}

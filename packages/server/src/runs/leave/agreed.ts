// What a yes lets leave: exactly what the question named, written down with who agreed.
import type { NewRunEvent } from "@stead/protocol";
import type { ApprovalState, CallState } from "../run.ts";

/** Beside the answer that made the approval whole; nothing for other questions. */
export function clearedBy(
  call: CallState,
  { approval, by }: { approval: ApprovalState; by: string },
): NewRunEvent[] {
  const { sends, kind, id: approvalId } = approval;
  if (sends.length === 0) return [];
  const { callId, tool, digest } = call;
  const scope = kind === "send" ? ("run" as const) : ("call" as const);
  const people = [...new Set([...approval.yes.map((yes) => yes.by), by])];
  const data = { callId, tool, approvalId, digest, scope, sends: [...sends], by: people };
  return [{ type: "egress.cleared", data }];
}

// The question whether what was read may be given to people who may not read it: put to whom policy names,
// beside whatever the call itself wants, and bound to exactly those people and labels.
import type { Decision, Declassified } from "@stead/protocol";

/** How the recipients are written who are nobody of the organisation. */
export const OUTSIDE = "outside:";

/** `asked`: of the sharing alone. Each one's approvers must be met, and the shorter time holds. */
export function sharedOf(
  call: Decision,
  asked: Decision,
  { leak, declassify }: { leak: string; declassify: readonly Declassified[] },
): Decision {
  const byGroup = new Map<string, Decision["approvers"][number]>();
  const own = call.kind === "ask" ? call.approvers : [];
  for (const approver of [...own, ...asked.approvers]) {
    const had = byGroup.get(approver.group);
    if (!had || had.quorum < approver.quorum) byGroup.set(approver.group, approver);
  }
  const approvers = [...byGroup.values()].toSorted((a, b) => (a.group < b.group ? -1 : 1));
  const times = [call.kind === "ask" ? call.expiresMs : undefined, asked.expiresMs];
  const expiresMs = Math.min(...times.flatMap((time) => time ?? []));
  const callReason = call.kind === "ask" ? ` ${call.reason}` : "";
  return {
    ...asked,
    policies: [...call.policies, ...asked.policies],
    reason: `${leak}. ${asked.reason}${callReason}`,
    approvers,
    ...(Number.isFinite(expiresMs) ? { expiresMs } : {}),
    declassifies: [...declassify],
  };
}

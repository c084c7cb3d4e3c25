// The question of consent in words, and what a model is told when the answer is no: enough to go on without.
import type { ApprovalCard } from "@stead/protocol";
import type { ActingNow } from "./acting.ts";
import type { BoundCall } from "./bind.ts";

/** How long a question of consent stands. */
export const CONSENT_MS = 3_600_000;

type Missing = NonNullable<ActingNow["missing"]>;

export function consentOf({ sourceId, where }: Missing): NonNullable<ApprovalCard["consent"]> {
  return { sourceId, where };
}

const REPEAT_REASON =
  "The server stopped while this call was under way, and the tool takes no key that would make a" +
  " repeat harmless. Look whether it took effect before you approve a repeat.";

/** The question to the asker alone, in place of the one that policy may ask of others. */
export function askedOf(
  { decision, missing }: BoundCall,
  kind: "repeat" | "consent",
): ApprovalCard["decision"] {
  const reason =
    kind === "repeat"
      ? REPEAT_REASON
      : `You have no account of your own in ${missing?.where ?? "it"} yet, and it acts with yours.`;
  const isConsent = kind === "consent" ? { kind: "ask" as const } : {};
  return { ...decision, ...isConsent, approvers: [], reason };
}

export function consentRefused(isLate: boolean): string {
  const why = isLate
    ? "The person did not sign in with an account of their own in time."
    : "The person does not want to sign in with an account of their own for this call.";
  return `${why} Nothing was done. Do not ask for it again in this run.`;
}

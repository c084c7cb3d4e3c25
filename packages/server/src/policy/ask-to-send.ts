// The question whether data of a class may leave for a destination that asks first: beside whatever the
// call itself wants, and put to those who say what destinations are cleared for.
import type { AskedSend, Decision } from "@stead/protocol";
import { ADMINISTRATORS } from "./explain.ts";

/** For what no other rule asks about. */
export const NOTHING_ELSE: Decision = { kind: "permit", policies: [], reason: "", approvers: [] };

const EXPIRES_MS = 4 * 3_600_000;

/** Values that somebody must have seen are then seen by those who answer. */
export function askedToSend(decision: Decision, sends: readonly AskedSend[]): Decision {
  const own = decision.kind === "ask" ? decision : undefined;
  const { group, name, quorum } = ADMINISTRATORS;
  const others = (own?.approvers ?? []).filter((each) => each.group !== group);
  const had = own?.approvers.find((each) => each.group === group);
  const administrators = { group, name, quorum: Math.max(quorum, had?.quorum ?? 0) };
  const approvers = [...others, administrators].toSorted((a, b) => (a.group < b.group ? -1 : 1));
  const why = `${told(sends)}: one of ${name} must agree before it is sent.`;
  return {
    ...decision,
    kind: "ask",
    reason: own ? `${own.reason} ${why}` : why,
    approvers,
    expiresMs: Math.min(own?.expiresMs ?? EXPIRES_MS, EXPIRES_MS),
    sends: [...sends],
  };
}

function told(sends: readonly AskedSend[]): string {
  const what = sends.map(({ class: of, count }) =>
    count === 0
      ? `data of the class ${of}`
      : `${count} ${count === 1 ? "value" : "values"} of ${of}`,
  );
  const places = [...new Set(sends.map(({ destination }) => destination))];
  return `${what.join(", ").replace(/^./, (letter) => letter.toUpperCase())} would go to ${places.join(", ")}`;
}

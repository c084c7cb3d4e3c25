// What may leave by what people have agreed to: read off the events of this very run.
import type { Decision } from "@stead/protocol";
import type { Leave } from "../../egress/gate/leave.ts";
import type { Journal } from "../../egress/request.ts";
import type { Driving } from "../driving.ts";
import type { RunState } from "../run.ts";

interface Act {
  readonly callId: string;
  readonly digest: string;
  readonly decision: Decision;
}

/** For what the run's models are sent. */
export function leavesOfRun(state: RunState): Leave[] {
  return state.cleared.filter(({ scope }) => scope === "run");
}

/** For this act alone, as it was agreed to. */
export function leavesOfCall(state: RunState, act: Omit<Act, "decision">): Leave[] {
  return state.cleared.filter(
    ({ scope, callId, digest }) =>
      scope === "call" && callId === act.callId && digest === act.digest,
  );
}

/** Whatever is sent with it has this leave, and nothing else of the run. */
export function journalWith({ deps, journal }: Driving, leaves: readonly Leave[]): Journal {
  return deps.models.gate?.permitting(journal, leaves) ?? journal;
}

/** Everything that its decision asks about has been agreed to; one that asks nothing is met. */
export function isCleared(state: RunState, act: Act): boolean {
  const given = leavesOfCall(state, act).flatMap(({ sends }) => sends);
  return (act.decision.sends ?? []).every((wanted) =>
    given.some((one) => one.destination === wanted.destination && one.class === wanted.class),
  );
}

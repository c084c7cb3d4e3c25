// Whether what a decision wants given has been agreed to: by the events of this very run, for this very act.
import type { Decision } from "@stead/protocol";
import type { RunState } from "../run.ts";

/** Every label of every recipient must be named; a decision that wants nothing given is met. */
export function isDeclassified(
  state: RunState,
  act: { readonly callId: string; readonly digest: string; readonly decision: Decision },
): boolean {
  const wanted = act.decision.declassifies;
  if (!wanted) return true;
  const given = state.declassified.filter(
    ({ callId, digest }) => callId === act.callId && digest === act.digest,
  );
  return wanted.every(({ recipient, classes }) =>
    classes.every((classId) =>
      given.some((one) =>
        one.given.some((each) => each.recipient === recipient && each.classes.includes(classId)),
      ),
    ),
  );
}

// What policy said, for people: the sentence, the policies that determined it, and whom to ask.
import type { Decision, DeterminingPolicy } from "@stead/protocol";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { DecisionBadge } from "./badge.tsx";
import { duration } from "./format.ts";
import { LackingView } from "./lacking.tsx";
import { LINK } from "./link-row.tsx";

function PolicyLine(props: { policy: DeterminingPolicy; said: string }): ReactElement {
  const { policy, said } = props;
  const reason = policy.annotations["reason"] ?? "";
  return (
    <li className="flex flex-wrap gap-x-2">
      <Link to="/policies" search={{ policy: policy.id }} className={`${LINK} font-mono text-xs`}>
        {policy.id}
      </Link>
      <span className="text-quiet">
        {policy.effect === "forbid" ? "holds it back" : "allows it"}
        {reason === "" || said.includes(reason) ? "" : `: ${reason}`}
      </span>
    </li>
  );
}

/** What holds a call back is what a reader looks for. */
function forbidsFirst(policies: DeterminingPolicy[]): DeterminingPolicy[] {
  return policies.toSorted((a, b) => a.effect.localeCompare(b.effect));
}

/** A group by its name, a role by its word. */
export function approverName({ group, name }: Decision["approvers"][number]): string {
  return name ?? group.replace(/^role:(.*)$/, "$1s");
}

function ApproversLine({ decision }: { decision: Decision }): ReactElement | null {
  if (decision.kind !== "ask") return null;
  const asked = decision.approvers.map((entry) =>
    entry.quorum > 1 ? `${entry.quorum} of ${approverName(entry)}` : approverName(entry),
  );
  return (
    <p>
      <span className="text-quiet">Can approve: </span>
      {asked.length === 0 ? "the one who asked" : asked.join(", and ")}
      {decision.expiresMs === undefined ? null : (
        <span className="text-quiet">
          {" "}
          · the question stands for {duration(decision.expiresMs)}, then the answer is no
        </span>
      )}
    </p>
  );
}

/** Labels hold and refuse by themselves: no policy need say so. */
function Unruled({ decision }: { decision: Decision }): ReactElement | null {
  if ([decision.lacking, decision.holds, decision.sends].some((each) => each !== undefined))
    return null;
  return <p className="text-quiet">No policy allows it, and what is not allowed is refused.</p>;
}

export function DecisionView(props: {
  decision: Decision;
  /** True: who can approve is said elsewhere. */
  brief?: boolean;
}): ReactElement {
  const { decision, brief = false } = props;
  return (
    <div className="flex flex-col gap-1">
      <p>
        <DecisionBadge kind={decision.kind} /> {decision.reason}
      </p>
      {brief ? null : <ApproversLine decision={decision} />}
      {decision.kind === "deny" && decision.contact !== undefined ? (
        <p>
          <span className="text-quiet">Ask: </span>
          {decision.contact}
        </p>
      ) : null}
      {decision.lacking === undefined ? null : (
        <LackingView lacking={decision.lacking} asked={decision.kind === "ask"} />
      )}
      {decision.policies.length === 0 ? (
        <Unruled decision={decision} />
      ) : (
        <ul className="flex flex-col gap-0.5">
          {forbidsFirst(decision.policies).map((policy) => (
            <PolicyLine key={policy.id} policy={policy} said={decision.reason} />
          ))}
        </ul>
      )}
    </div>
  );
}

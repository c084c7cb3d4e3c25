// What an agent does as itself is within its own rights, too: the narrower of the asker's and the agent's.
import { previewCall } from "../policy/decide.ts";
import type { CallQuestion } from "../policy/policy.ts";
import type { Driving } from "./driving.ts";

/** Why the agent itself may not, in a sentence; undefined: nothing stands against it. */
export async function agentBar(run: Driving, question: CallQuestion): Promise<string | undefined> {
  if (question.actsAs !== "agent") return undefined;
  const agent = await run.deps.agentPrincipal(run.version.agentId);
  if (!agent.ok) return agent.failure.detail.replace(/\.$/, "");
  const policies = run.deps.policies();
  const alone = { ...question, holds: [], leak: undefined };
  const own = previewCall(policies, { ...alone, principal: agent.value });
  if (own.kind === "permit") return undefined;
  if (own.kind === "deny") return `The agent itself may not: ${own.reason}`;
  // What policy asks of the agent must be part of what it asks of the person: it is asked once.
  const asked = previewCall(policies, alone);
  const met = own.approvers.every((need) =>
    asked.approvers.some((each) => each.group === need.group && each.quorum >= need.quorum),
  );
  return met ? undefined : `For the agent itself policy wants an approval: ${own.reason}`;
}

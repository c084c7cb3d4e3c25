// What would policy say? Asked of the policies in force, about a call that nobody is making.
import type { ActsAs, Decision, Principal, Tool } from "@stead/protocol";
import type { JsonObject } from "../lib/json.ts";
import { ok, type Result } from "../lib/result.ts";
import { previewCall } from "./decide.ts";
import type { PolicySet } from "./policy.ts";

/** Port: whom and what a trial speaks of. Those who know live above policy; wired in main. */
export interface TrialSubjects {
  principal(personId: string): Promise<Result<Principal>>;
  /** The agent as that person would meet it: `usable` when it is shared with them. */
  agent(agentId: string, principal: Principal): Promise<Result<TrialAgent>>;
  tool(name: string): Promise<Result<Tool>>;
}

export interface TrialAgent {
  readonly version: number;
  readonly usable: boolean;
  readonly tools: readonly { readonly name: string; readonly actsAs: ActsAs }[];
}

export interface Trial {
  readonly personId: string;
  readonly agentId: string;
  readonly tool: string;
  readonly arguments: JsonObject;
}

/** Of a conversation that has read nothing yet, in the console, with the person present. */
export async function tryPolicy(
  policies: PolicySet,
  subjects: TrialSubjects,
  trial: Trial,
): Promise<Result<Decision>> {
  const principal = await subjects.principal(trial.personId);
  if (!principal.ok) return principal;
  const agent = await subjects.agent(trial.agentId, principal.value);
  if (!agent.ok) return agent;
  const tool = await subjects.tool(trial.tool);
  if (!tool.ok) return tool;
  const granted = agent.value.tools.find(({ name }) => name === trial.tool);
  return ok(
    previewCall(policies, {
      principal: principal.value,
      agent: { id: trial.agentId, version: agent.value.version },
      granted: agent.value.usable && granted !== undefined,
      tool: tool.value,
      arguments: trial.arguments,
      actsAs: granted?.actsAs ?? "caller",
      label: { audience: [], classes: [], trust: "person" },
      attended: true,
      surface: "console",
      spentMicros: 0,
    }),
  );
}
